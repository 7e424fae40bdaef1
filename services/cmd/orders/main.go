// Command orders runs the orders service; "orders healthcheck" asks a running one how it is.
package main

import (
	"log-pipeline/services/internal/orders"
	"log-pipeline/services/internal/service"
)

func main() { service.Main(orders.Definition) }
