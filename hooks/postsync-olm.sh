#!/bin/sh
# tumpline: after a sync, in etc/portage/postsync.d: the repositories that olm makes follow the list and the repositories
# that have changed. Whatever happens here, the sync has succeeded. The variables are Portage's.

# nothing listed, and nothing that was
[ -e "${PORTAGE_CONFIGROOT%/}/etc/overlayman/packages" ] || [ -d "${EROOT%/}/var/lib/tumpline/olm" ] || exit 0

self=$(readlink -f -- "$0") || exit 0
bundle=${self%/share/tumpline/hooks/*}/lib/tumpline/olm-postsync.cjs
[ -r "$bundle" ] || exit 0
if ! command -v node >/dev/null 2>&1; then
  echo 'tumpline: node: not found in PATH, so the repositories of olm stay as they are' >&2
  echo 'try: emerge --ask net-libs/nodejs' >&2
  exit 0
fi
# Portage may have moved to another Python, and builds nothing of ours there without the module
modules=$PORTAGE_PYM_PATH/portage/sync/modules
if [ -d "$modules" ] && [ ! -r "$modules/olm/__init__.py" ]; then set -- repair; else set --; fi
node "$bundle" "$PPID" "$@" </dev/null
exit 0
