#!/bin/sh
# tumpline: after a sync, in etc/portage/postsync.d: the repositories that olm makes follow the list and the repositories
# that have changed. Whatever happens here, the sync has succeeded. The variables are Portage's.

# nothing listed, and nothing that was
[ -e "${PORTAGE_CONFIGROOT%/}/etc/overlayman/packages" ] || [ -d "${EROOT%/}/var/lib/tumpline/olm" ] || exit 0

if [ -n "$PORTAGE_PYM_PATH" ] && [ ! -r "$PORTAGE_PYM_PATH/portage/sync/modules/olm/olm.py" ]; then
  echo "tumpline: olm: the sync module is not in $PORTAGE_PYM_PATH, where Portage looks for it now" >&2
  echo 'try: tumpline enable olm' >&2
fi

self=$(readlink -f -- "$0") || exit 0
bundle=${self%/share/tumpline/hooks/*}/lib/tumpline/olm-postsync.cjs
[ -r "$bundle" ] || exit 0
if ! command -v node >/dev/null 2>&1; then
  echo 'tumpline: node: not found in PATH, so the repositories of olm stay as they are' >&2
  echo 'try: emerge --ask net-libs/nodejs' >&2
  exit 0
fi
node "$bundle" "$PPID" </dev/null
exit 0
