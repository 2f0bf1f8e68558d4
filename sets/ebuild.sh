#!/bin/bash -p
# tumpline ebuild shim: says where a package set belongs, and is the real ebuild for everything else.
# POSIX sh. The first line names bash -p because dash drops the exported functions of the caller.

# ebuild beside the real emerge: TUMPLINE_EMERGE's, else the first in PATH that is not this one.
find_ebuild() {
  if usable "${TUMPLINE_EMERGE%/*}" && [ -n "${TUMPLINE_EMERGE-}" ]; then
    ebuild=${TUMPLINE_EMERGE%/*}/ebuild
    return 0
  fi
  ebuild=
  IFS=:
  set -f
  # the colon keeps an empty last element
  path=${PATH-}:
  for directory in $path; do
    directory=${directory:-.}
    usable "$directory" || continue
    if [ -x "$directory/emerge" ] && ! marked "$directory/emerge" '# tumpline emerge front'; then
      ebuild=$directory/ebuild
      break
    fi
    : "${ebuild:=$directory/ebuild}"
  done
  unset IFS
  set +f
  [ -n "$ebuild" ]
}

# Whether directory $1 has an ebuild that is no copy of this file.
usable() {
  [ -f "$1/ebuild" ] && [ -x "$1/ebuild" ] || return 1
  # shellcheck disable=SC3013
  ! [ "$1/ebuild" -ef "$0" ] && ! marked "$1/ebuild" '# tumpline ebuild shim'
}

# Whether the second line of program $1 begins with $2.
marked() {
  second=
  { read -r second && read -r second; } 2>/dev/null <"$1"
  case $second in "$2"*) return 0 ;; *) return 1 ;; esac
}

for word; do
  case $word in
    @*.ebuild) ;;
    @?*)
      # nothing goes to a terminal that could change it
      case $word in *[!A-Za-z0-9_+.:/@-]*) word=@SET ;; esac
      echo "tumpline: ebuild: $word is a package set, and ebuild works on a single .ebuild file" >&2
      echo "try: emerge $word" >&2
      exit 1
      ;;
  esac
done
if ! find_ebuild; then
  echo 'tumpline: ebuild: no real ebuild in PATH' >&2
  echo 'try: TUMPLINE_EMERGE=/usr/bin/emerge ebuild …' >&2
  exit 1
fi
# A shell changes the environment at its start (PWD, SHLVL, _ …) but the kernel keeps what was given. Only bash reads
# it; arrays are no sh, hence eval. env(1) would take a command with a = for a variable.
# shellcheck disable=SC2034,SC3044
case $ebuild in
  *=*) ;;
  *)
    if shopt -s execfail 2>/dev/null && mapfile -d '' -t given 2>/dev/null </proc/self/environ; then
      # shellcheck disable=SC2016
      eval 'exec /usr/bin/env -i -- "${given[@]}" "$ebuild" "$@"'
    fi
    ;;
esac
exec "$ebuild" "$@"
