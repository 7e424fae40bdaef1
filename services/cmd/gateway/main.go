// Command gateway runs the gateway service; "gateway healthcheck" asks a running one how it is.
package main

import (
	"log-pipeline/services/internal/gateway"
	"log-pipeline/services/internal/service"
)

func main() { service.Main(gateway.Definition) }
