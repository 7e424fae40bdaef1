#!/bin/bash
# Runs a Java class of Kafka. The variables are those of Kafka's own scripts.
set -euo pipefail

home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
class=$1
shift

server=false
[ "$class" = kafka.Kafka ] && server=true

logging=$home/config/tools-log4j2.yaml
heap="-Xmx256M"
if $server; then
  logging=$home/config/log4j2.yaml
  heap="-Xmx1G -Xms1G"
fi
# A read-only image that was entered before its configuration was written still has the defaults.
[ -e "$logging" ] || logging=/etc/kafka/docker/$(basename "$logging")

# C1 alone halves the start of a program that lives for a second.
performance="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
$server && performance="-server -XX:+UseG1GC -XX:MaxGCPauseMillis=20 -XX:InitiatingHeapOccupancyPercent=35 -XX:+ExplicitGCInvokesConcurrent"

jmx=${KAFKA_JMX_OPTS:-}
if [ -n "${JMX_PORT:-}" ]; then
  jmx="$jmx -Dcom.sun.management.jmxremote.port=$JMX_PORT -Dcom.sun.management.jmxremote.rmi.port=$JMX_PORT"
fi

# shellcheck disable=SC2086 # these variables hold several words on purpose
exec java ${KAFKA_HEAP_OPTS:-$heap} ${KAFKA_JVM_PERFORMANCE_OPTS:-$performance} $jmx \
  -Djava.awt.headless=true -Dkafka.logs.dir="${LOG_DIR:-$home/logs}" \
  ${KAFKA_LOG4J_OPTS:--Dlog4j2.configurationFile=$logging} ${KAFKA_OPTS:-} \
  -cp "${CLASSPATH:+$CLASSPATH:}$home/libs/*" "$class" "$@"
