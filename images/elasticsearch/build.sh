#!/bin/bash
# Runs in the builder: /recipe is this folder, /out receives the files of the image.
set -euo pipefail

mvn --batch-mode --no-transfer-progress --file /recipe/pom.xml dependency:copy-dependencies -DoutputDirectory="$TMPDIR/zip"
unzip -q "$TMPDIR"/zip/*.zip -d "$TMPDIR/unpacked"
mv "$TMPDIR"/unpacked/elasticsearch-* /out/elasticsearch
home=/out/elasticsearch
rm -f "$home"/bin/*.bat "$home"/bin/*.exe
rm -rf "$home/lib/tools/windows-service-cli"

writable=/out/writable
mkdir -p "$writable"/data "$writable"/logs
mv "$home/config" "$writable/config"
rm -rf "$home/logs"
cp /recipe/elasticsearch.yml /recipe/log4j2.properties "$writable/config/"
# A container keeps no log files: neither the garbage collector's nor the JVM's crash reports.
sed -i -e '/-Xlog:gc\*/d' -e 's#-XX:ErrorFile=.*#-XX:ErrorFile=/tmp/hs_err_pid%p.log#' \
  -e 's#-XX:HeapDumpPath=.*#-XX:HeapDumpPath=/tmp#' "$writable/config/jvm.options"
# Group 0 may do what the user may, as the official image grants.
chmod -R g=u "$writable"
install -m 0755 /recipe/docker-entrypoint.sh /out/docker-entrypoint.sh
