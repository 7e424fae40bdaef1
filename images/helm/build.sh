#!/bin/bash
# Runs in the builder: /recipe is this folder, /out receives the program.
set -euo pipefail

cd /recipe
version=$(go list -m -f '{{.Version}}' helm.sh/helm/v3)
# As upstream derives it: v0.37.0 is of Kubernetes 1.37. Without it, a chart that is rendered without a cluster sees 1.20.
kubernetes=$(go list -m -f '{{.Version}}' k8s.io/client-go | cut -d . -f 2)
flags="-s -w -X helm.sh/helm/v3/internal/version.version=$version"
for package in chartutil lint/rules; do
  flags+=" -X helm.sh/helm/v3/pkg/$package.k8sVersionMajor=1 -X helm.sh/helm/v3/pkg/$package.k8sVersionMinor=$kubernetes"
done
go build -trimpath -ldflags="$flags" -o /out/helm helm.sh/helm/v3/cmd/helm
