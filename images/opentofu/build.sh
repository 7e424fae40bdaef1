#!/bin/bash
# Runs in the builder: /recipe is this folder, /out receives the program.
set -euo pipefail

cd /recipe
# Without dev=no it calls itself a development build, and provider version constraints see a pre-release.
go build -trimpath -ldflags='-s -w -X github.com/opentofu/opentofu/version.dev=no' -o /out/tofu \
  github.com/opentofu/opentofu/cmd/tofu
