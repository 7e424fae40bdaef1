#!/bin/bash
# Runs in the builder: /recipe is this folder, /out receives the programs.
set -euo pipefail

cd /recipe
version=1.34.2
flags='-s -w'
# Without these they report no version, and kubelet and API server compare theirs.
for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
  flags+=" -X $package.gitVersion=v$version -X $package.gitMajor=1 -X $package.gitMinor=34 -X $package.gitTreeState=clean"
done
# One build for all, so that what they share is compiled once.
go build -trimpath -ldflags="$flags" -o /out/ k8s.io/kubernetes/cmd/{kube-apiserver,kube-controller-manager} \
  k8s.io/kubernetes/cmd/{kube-scheduler,kube-proxy,kubelet,kubectl} go.etcd.io/etcd/server/v3 ./pause ./local-volumes
mv /out/server /out/etcd
