package service_test

import (
	"os"
	"testing"

	"log-pipeline/services/internal/gateway"
	"log-pipeline/services/internal/orders"
	"log-pipeline/services/internal/payments"
	"log-pipeline/services/internal/service"
)

// runAs makes the test binary be a service, so that a test can look at a process from outside.
const runAs = "TEST_RUN_AS"

func TestMain(m *testing.M) {
	switch os.Getenv(runAs) {
	case "gateway":
		service.Main(gateway.Definition)
	case "orders":
		service.Main(orders.Definition)
	case "payments":
		service.Main(payments.Definition)
	default:
		os.Exit(m.Run())
	}
}
