#!/bin/bash
# Runs in the builder: /recipe is this folder, /out receives the program.
set -euo pipefail

cd /recipe
go build -trimpath -ldflags='-s -w -X main.version=4.6.0' -o /out/terraform-provider-docker_v4.6.0 \
  github.com/terraform-providers/terraform-provider-docker
