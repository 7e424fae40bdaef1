#!/bin/bash
# Runs in the builder: /src is the repository's services/, /out receives the programs.
set -euo pipefail

cd /src
for service in gateway orders payments; do
  go build -trimpath -ldflags='-s -w' -o "/out/$service" "./cmd/$service"
done
