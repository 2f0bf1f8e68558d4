#!/bin/sh
# tumpline: after a sync, in etc/portage/postsync.d: tells what has changed in the selected package sets, and lets
# Portage see it. Whatever happens here, the sync has succeeded. EROOT and PATH are Portage's.

# Whether stat(1) says of every file in the list $1 what it said when that was written.
holds() {
  [ -r "$1" ] || return 1
  said=$(sed 1d "$1") || return 1
  # behind the name: inode, size, and two dates of three words
  names=$(printf '%s\n' "$said" | sed 's/\( [^ ]*\)\{8\}$//')
  [ -n "$names" ] || return 1
  # shellcheck disable=SC2086
  now=$(LC_ALL=C TZ=UTC0 stat -c '%n %i %s %y %z' -- $names 2>/dev/null) || return 1
  [ "$now" = "$said" ]
}

set -f
IFS='
'
state=${EROOT%/}/var/lib/tumpline/sets
# taken away, or never switched on
[ -d "$state" ] || exit 0
if holds "$state/synced.stamp" && holds "$state/stamp"; then exit 0; fi

self=$(readlink -f -- "$0") || exit 0
bundle=${self%/share/tumpline/hooks/*}/lib/tumpline/sets-postsync.cjs
[ -r "$bundle" ] || exit 0
if ! command -v node >/dev/null 2>&1; then
  echo 'tumpline: node: not found in PATH, so nobody looked at what the sync did to your sets' >&2
  echo 'try: emerge --ask net-libs/nodejs' >&2
  exit 0
fi
limit=
if command -v timeout >/dev/null 2>&1; then limit='timeout
--foreground
-k
5
120'; fi
# shellcheck disable=SC2086
$limit node "$bundle" "$PPID" </dev/null
exit 0
