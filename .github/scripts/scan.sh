#!/usr/bin/env bash
# Scans the images of ours in a registry, each by its digest, whoever built it, and lists what is in them.
# usage: scan.sh <registry> <image-digests.json> <folder>; the folder gets <image>.spdx.json and images.md, which has each
# image's digest; GITHUB_OUTPUT, if there is one, gets <image>=<digest>
set -euo pipefail
registry=$1 digests=$2 out=$3
trivy=aquasec/trivy:0.65.0@sha256:a22415a38938a56c379387a8163fcb0ce38b10ace73e593475d3658d578b2436
syft=anchore/syft:v1.33.0@sha256:f94e5d9fce1f2278491a8e3a63bd5f6ddb81fdfdbb8bf7a1637565c1d5344357

mkdir -p "$out"
archive=$(mktemp --suffix .tar)
trap 'rm -f "$archive"' EXIT
{ echo "| image | digest |"; echo "| --- | --- |"; } > "$out/images.md"
failed=0
for name in consumer sample-services; do
  # One line an image, as JSON.stringify writes it.
  image=$(sed -nE "s#^ *\"($registry/$name:[^\"]+)\": \"(sha256:[0-9a-f]+)\",?\$#\1@\2#p" "$digests")
  [ -n "$image" ] || { echo "::error::$digests has no $registry/$name: 'npm run images -- --push $registry' makes it"; exit 1; }
  digest=${image#*@}
  echo "| \`${image%@*}\` | \`$digest\` |" >> "$out/images.md"
  [ -z "${GITHUB_OUTPUT:-}" ] || echo "$name=$digest" >> "$GITHUB_OUTPUT"
  docker pull --quiet "$image"
  # A scanner gets the image in a file, not the Engine that has it: it is somebody else's program.
  docker save --output "$archive" "$image"
  chmod 644 "$archive"
  docker run --rm -v "$archive:/image.tar:ro" "$syft" docker-archive:/image.tar --output spdx-json > "$out/$name.spdx.json"
  docker run --rm -v "$archive:/image.tar:ro" "$trivy" \
    image --input /image.tar --scanners vuln --exit-code 1 --severity CRITICAL,HIGH --ignore-unfixed || failed=1
done
exit "$failed"
