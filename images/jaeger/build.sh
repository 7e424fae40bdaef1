#!/bin/bash
# Runs in the builder: /recipe is this folder, /out receives the files of the image.
set -euo pipefail

cd /recipe
# The module's v1.76.0 is the release 2.13.0.
go build -trimpath -ldflags='-s -w -X github.com/jaegertracing/jaeger/internal/version.latestVersion=v2.13.0' \
  -o /out/jaeger github.com/jaegertracing/jaeger/cmd/jaeger
printf '%s\n' '{"default_strategy": {"type": "probabilistic", "param": 1}}' > /out/sampling-strategies.json
