#!/bin/sh
# Runs on the host against the unpacked root file system ($1), before it becomes an image.
set -eu
root=$1
# Health checks of images that are based on Alpine call wget.
[ -e "$root/usr/bin/wget" ] || ln -s busybox "$root/usr/bin/wget"
# Of no use in a container that is never upgraded in place, and a third of its size.
rm -rf "$root"/usr/share/doc/* "$root"/usr/share/man/* "$root"/usr/share/info/* "$root"/usr/share/locale/* \
  "$root"/usr/share/lintian "$root"/usr/share/bash-completion "$root"/var/cache/* "$root"/var/lib/apt/* \
  "$root"/var/log/*.log "$root"/var/log/apt
# The same for every host that builds it.
rm -f "$root"/etc/hostname "$root"/etc/resolv.conf "$root"/etc/machine-id
