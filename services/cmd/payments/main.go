// Command payments runs the payments service; "payments healthcheck" asks a running one how it is.
package main

import (
	"log-pipeline/services/internal/payments"
	"log-pipeline/services/internal/service"
)

func main() { service.Main(payments.Definition) }
