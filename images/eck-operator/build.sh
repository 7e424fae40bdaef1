#!/bin/bash
# Runs in the builder: /recipe is this folder, /out receives the program, its CRDs and its chart.
set -euo pipefail

cd /recipe
module=github.com/elastic/cloud-on-k8s/v3
version=$(go list -m -f '{{.Version}}' "$module")
# Without these it calls itself 0.0.0-SNAPSHOT. What upstream adds to a release is not in the module: the commit, and the public
# key that enterprise licences are checked with, so that this one has the basic features whatever licence it is given.
go build -trimpath -ldflags="-s -w -X $module/pkg/about.version=${version#v} -X $module/pkg/about.buildSnapshot=false" \
  -o /out/elastic-operator "$module/cmd"

# Only after the build is the module certain to be in the cache. Its files there are read-only.
folder=$(go list -m -f '{{.Dir}}' "$module")
cp --no-preserve=mode "$folder/config/crds/v1/all-crds.yaml" /out/crds.yaml
cp --recursive --no-preserve=mode "$folder/deploy/eck-operator" /out/chart
