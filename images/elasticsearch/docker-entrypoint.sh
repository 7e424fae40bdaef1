#!/bin/bash
# Turns what the official image accepts from its environment into arguments and a keystore, then starts Elasticsearch.
#   discovery.type=single-node              a setting, by its own name
#   ES_SETTING_DISCOVERY_TYPE=single-node   the same, where names may not hold dots ("__" stands for "_")
#   ELASTIC_PASSWORD, or a file's path in ELASTIC_PASSWORD_FILE, KEYSTORE_PASSWORD(_FILE)
set -euo pipefail
umask 0002

# Anything but our own start command is run as it is: `docker run IMAGE bash`.
if [ "${1:-eswrapper}" != eswrapper ] && [ "$1" != elasticsearch ] && [ "${1:0:1}" != - ]; then exec "$@"; fi
case ${1:-} in eswrapper | elasticsearch) shift ;; esac

for name in ELASTIC_PASSWORD KEYSTORE_PASSWORD; do
  file=${name}_FILE
  [ -n "${!file:-}" ] || continue
  if [ -n "${!name:-}" ]; then
    echo "ERROR: both $name and $file are set; set one of them" >&2
    exit 1
  fi
  if [ ! -r "${!file}" ]; then
    echo "ERROR: $file names ${!file}, which $(id -un 2> /dev/null || id -u) cannot read" >&2
    exit 1
  fi
  export "$name=$(< "${!file}")"
  unset "$file"
done

settings=()
while IFS= read -r -d '' variable; do
  name=${variable%%=*}
  value=${variable#*=}
  if [[ $name =~ ^[a-z0-9_-]+(\.[a-z0-9_-]+)+$ ]]; then
    settings+=("-E$name=$value")
  elif [[ $name =~ ^ES_SETTING_[A-Z0-9_]+$ ]]; then
    name=${name#ES_SETTING_}
    name=${name//__/-}
    name=${name//_/.}
    name=${name//-/_}
    settings+=("-E${name,,}=$value")
  fi
done < /proc/self/environ

keystore=${ES_PATH_CONF:-/usr/share/elasticsearch/config}/elasticsearch.keystore
if [ -n "${ELASTIC_PASSWORD:-}" ]; then
  [ -e "$keystore" ] || elasticsearch-keystore create --silent
  unlock() { if [ -n "${KEYSTORE_PASSWORD:-}" ]; then printf '%s\n' "$KEYSTORE_PASSWORD"; fi; }
  if ! unlock | elasticsearch-keystore list | grep -qx bootstrap.password; then
    { unlock; printf '%s\n' "$ELASTIC_PASSWORD"; } | elasticsearch-keystore add --stdin bootstrap.password
  fi
fi
# The server has read them from the keystore; its children need not see them.
password=${KEYSTORE_PASSWORD:-}
unset ELASTIC_PASSWORD KEYSTORE_PASSWORD

# /usr/share/elasticsearch/bin comes first in the PATH.
exec elasticsearch ${settings[@]+"${settings[@]}"} "$@" <<< "$password"
