#!/bin/bash
# Runs in the builder: /recipe is this folder, /out receives the files of the image.
set -euo pipefail

cd /recipe
go build -trimpath -ldflags='-s -w' -o /out/otelcol .
