#!/bin/sh
# Starts the bundle of its own name with Node. Finds it beside itself, whatever links and PATH led here.

fail() {
  printf '%s: %s\n' "${program-tumpline}" "$1" >&2
  exit 1
}

self=$0
case $self in
  */*) ;;
  *) self=$(command -v -- "$self") || fail "$0: not found in PATH" ;;
esac
links=0
while [ -L "$self" ]; do
  links=$((links + 1))
  [ "$links" -le 40 ] || fail "$0: too many symbolic links"
  target=$(readlink -- "$self") || fail "$self: cannot read the link"
  case $target in
    /*) self=$target ;;
    *) self=${self%/*}/$target ;;
  esac
done
bin=$(CDPATH='' cd -P -- "${self%/*}/" && pwd -P) || fail "$self: cannot enter its directory"
program=${self##*/}
bundle=${bin%/*}/lib/tumpline/$program.cjs

[ -r "$bundle" ] || fail "$bundle: not there; build or install tumpline again"
command -v node >/dev/null 2>&1 || fail 'node: not found in PATH; to install it: emerge --ask net-libs/nodejs'

# Code that any Node understands, so that one which is too old says so instead of stumbling over the bundle.
# shellcheck disable=SC2016
exec node -e '
if (parseInt(process.versions.node, 10) < 20) {
  process.stderr.write(process.argv[2] + ": node " + process.versions.node + " is too old, 20 or newer is needed; to install it: emerge --ask net-libs/nodejs\n");
  process.exit(1);
}
process.argv.splice(2, 1);
require(process.argv[1]);
' -- "$bundle" "$program" "$@"
