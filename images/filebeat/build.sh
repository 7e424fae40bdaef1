#!/bin/bash
# Runs in the builder: /recipe is this folder, /out receives the files of the image.
set -euo pipefail

cd /recipe
go build -trimpath -ldflags='-s -w' -o /out/filebeat github.com/elastic/beats/v7/filebeat
install -m 0755 docker-entrypoint /out/docker-entrypoint
install -m 0644 filebeat.yml /out/filebeat.yml
# An absent module directory is reported as an error at every start.
mkdir -p /out/writable/data /out/writable/logs /out/writable/module
chmod -R g=u /out/writable
