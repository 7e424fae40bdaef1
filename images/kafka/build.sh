#!/bin/bash
# Runs in the builder: /recipe is this folder, /out receives the files of the image.
set -euo pipefail

home=/out/opt/kafka
mkdir -p "$home/libs" "$home/bin" /out/etc/kafka/docker
mvn --batch-mode --no-transfer-progress --file /recipe/pom.xml dependency:copy-dependencies \
  -DincludeScope=runtime -DoutputDirectory="$home/libs"

install -m 0755 /recipe/kafka-run-class.sh "$home/bin/"
install -m 0755 /recipe/run /out/etc/kafka/docker/run
install -m 0644 /recipe/server.properties /recipe/log4j2.yaml /recipe/tools-log4j2.yaml /out/etc/kafka/docker/

# Command line programs: a name and the class behind it.
while read -r name class; do
  printf '#!/bin/bash\nexec "$(dirname "$0")/kafka-run-class.sh" %s "$@"\n' "$class" > "$home/bin/kafka-$name.sh"
  chmod 0755 "$home/bin/kafka-$name.sh"
done < /recipe/programs.txt

# Empty directories that the user of the image may write to.
writable=/out/writable
mkdir -p "$writable"/opt/kafka/config "$writable"/opt/kafka/logs "$writable"/var/lib/kafka/data \
  "$writable"/mnt/shared/config "$writable"/etc/kafka/secrets "$writable"/home/appuser
cp /recipe/server.properties /recipe/log4j2.yaml /recipe/tools-log4j2.yaml "$writable/opt/kafka/config/"
