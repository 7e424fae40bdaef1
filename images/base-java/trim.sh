#!/bin/sh
# Runs on the host against the unpacked root file system ($1), before it becomes an image.
set -eu
root=$1
sh "$(dirname "$0")/../base/trim.sh" "$root"
# A path without the architecture in it, for JAVA_HOME.
ln -s "$(basename "$(echo "$root"/usr/lib/jvm/java-21-openjdk-*)")" "$root/usr/lib/jvm/default"
