#!/bin/bash -p
# tumpline emerge front: decides, without starting anything, whether a call concerns us; else it is the real emerge.
# POSIX sh. The first line names bash -p because dash drops the exported functions of the caller.

tumpline_find() {
  if [ -n "${TUMPLINE_EMERGE-}" ]; then
    tumpline_emerge=$TUMPLINE_EMERGE
    return 0
  fi
  tumpline_ifs=$IFS
  IFS=:
  set -f
  for tumpline_dir in $PATH; do
    tumpline_emerge=${tumpline_dir:-.}/emerge
    if [ -f "$tumpline_emerge" ] && [ -x "$tumpline_emerge" ] && ! [ "$tumpline_emerge" -ef "$0" ]; then
      # another copy of this front must not send us round in circles
      { read -r tumpline_line && read -r tumpline_line; } <"$tumpline_emerge" 2>/dev/null
      case $tumpline_line in
        '# tumpline emerge front'*) ;;
        *) IFS=$tumpline_ifs; set +f; return 0 ;;
      esac
    fi
  done
  IFS=$tumpline_ifs
  set +f
  return 1
}

# Question one: do the arguments need us? Later parts answer here.
tumpline_concerned() {
  return 1
}

# Question two, first half: may these arguments start a merge that is worth a picture?
tumpline_merges() {
  tumpline_target=
  for tumpline_word; do
    case $tumpline_word in
      --) tumpline_target=yes; break ;;
      --quiet-*) ;;
      --pretend* | --quiet* | --search* | --searchdesc | --info | --version | --help | --sync | --unmerge | --rage-clean | \
        --depclean | --prune | --clean | --config | --metadata | --regen | --deselect* | --list-sets | --check-news | \
        --fetchonly | --fetch-all-uri | --moo | --status) return 1 ;;
      --resume) tumpline_target=yes ;;
      --*) ;;
      -*[psSqCcPhVfFW]*) return 1 ;;
      -*r*) tumpline_target=yes ;;
      -*) ;;
      *) tumpline_target=yes ;;
    esac
  done
  [ -n "$tumpline_target" ]
}

# Second half: is there somebody to look at it? Only builtins until the very last line.
tumpline_watched() {
  [ -t 1 ] && [ -t 2 ] || return 1
  [ -z "${STY-}${CI-}${EBUILD_PHASE-}" ] || return 1
  case ${TERM-} in '' | dumb | unknown) return 1 ;; esac
  { : <&0; } 2>/dev/null || return 1
  # field 5 is our process group, field 8 the one in the foreground
  read -r tumpline_stat 2>/dev/null </proc/self/stat || return 1
  tumpline_stat=${tumpline_stat##*) }
  # shellcheck disable=SC2086
  tumpline_foreground $tumpline_stat || return 1
  tumpline_size=$(stty size <&2 2>/dev/null) || return 1
  [ "${tumpline_size% *}" -ge 18 ] && [ "${tumpline_size#* }" -ge 50 ]
}

tumpline_foreground() { [ "$3" = "$6" ]; }

if ! tumpline_find; then
  echo 'tumpline: emerge: no real emerge in PATH' >&2
  echo 'try: TUMPLINE_EMERGE=/usr/bin/emerge emerge …' >&2
  exit 1
fi
if [ "${TUMPLINE-}" != 0 ]; then
  if tumpline_concerned "$@" || { tumpline_merges "$@" && tumpline_watched; }; then
    tumpline_self=$(readlink -f -- "$0") && tumpline_live=${tumpline_self%/bin/*}/libexec/tumpline/live.sh &&
      [ -x "$tumpline_live" ] && exec "$tumpline_live" "$tumpline_emerge" "$@"
  fi
fi
unset TUMPLINE TUMPLINE_EMERGE TUMPLINE_CONFIG TUMPLINE_DEBUG TUMPLINE_SETS TUMPLINE_TEST_DATA TUMPLINE_TEST_TREE
exec "$tumpline_emerge" "$@"
