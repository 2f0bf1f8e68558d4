#!/bin/bash -p
# tumpline emerge front: decides, without starting anything, whether a call concerns us; else it is the real emerge.
# POSIX sh. The first line names bash -p because dash drops the exported functions of the caller.

# bash that finds standard error closed reads its script from there and leaves it open
# shellcheck disable=SC3013
if [ /proc/self/fd/2 -ef "$0" ]; then exec 2>&-; fi

# The first two lines of a program.
tumpline_head() {
  tumpline_one='' tumpline_two=''
  { read -r tumpline_one && read -r tumpline_two; } 2>/dev/null <"$1"
}

# TUMPLINE_EMERGE, else the next emerge in PATH behind ours. Where none follows (or ours is called by its path only),
# the first of the others, but a shell script last: it may be somebody's wrapper that calls us.
tumpline_find() {
  tumpline_emerge=${TUMPLINE_EMERGE-}
  [ -z "$tumpline_emerge" ] || return 0
  tumpline_ifs=$IFS
  IFS=:
  set -f
  # the colon keeps an empty last element
  tumpline_ours='' tumpline_script='' tumpline_path=${PATH-}:
  for tumpline_dir in $tumpline_path; do
    tumpline_word=${tumpline_dir:-.}/emerge
    if ! [ -f "$tumpline_word" ] || ! [ -x "$tumpline_word" ]; then continue; fi
    tumpline_head "$tumpline_word"
    # another copy of this front must not send us round in circles
    case $tumpline_two in '# tumpline emerge front'*) tumpline_ours=yes; continue ;; esac
    if [ "$tumpline_word" -ef "$0" ]; then
      tumpline_ours=yes
    elif [ -n "$tumpline_ours" ]; then
      tumpline_emerge=$tumpline_word
      break
    else
      case $tumpline_one in
        '#!'*sh | '#!'*sh\ *) : "${tumpline_script:=$tumpline_word}" ;;
        *) : "${tumpline_emerge:=$tumpline_word}" ;;
      esac
    fi
  done
  IFS=$tumpline_ifs
  set +f
  : "${tumpline_emerge:=$tumpline_script}"
  [ -n "$tumpline_emerge" ]
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
      -) tumpline_target=yes ;;
      --quiet-* | --search-* | --quiet=n | --deselect=n) ;;
      --pretend* | --quiet* | --search* | --info | --version | --help | --sync | --unmerge | --rage-clean | \
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
  { true 9<&0; } 2>/dev/null || return 1
  # field 5 is our process group, field 8 the one in the foreground
  read -r tumpline_stat 2>/dev/null </proc/self/stat || return 1
  tumpline_stat=${tumpline_stat##*) }
  # shellcheck disable=SC2086
  tumpline_foreground $tumpline_stat || return 1
  tumpline_size=$(stty size <&2 2>/dev/null) || return 1
  [ "${tumpline_size% *}" -ge 18 ] && [ "${tumpline_size#* }" -ge 50 ]
}

tumpline_foreground() { [ "$3" = "$6" ]; }

# Whether the shell changed $tumpline_entry of the caller's environment. emerge wants none of ours.
tumpline_changed() {
  tumpline_name=${tumpline_entry%%=*} tumpline_value=''
  case $tumpline_name in
    *[!A-Za-z0-9_]*) return 1 ;;
    TUMPLINE | TUMPLINE_*) tumpline_off="$tumpline_off $tumpline_name"; return 1 ;;
    _) tumpline_last=$tumpline_entry tumpline_under=''; return 1 ;;
    POSIXLY_CORRECT) [ -z "$tumpline_live" ] || return 0 ;;
    PWD) tumpline_pwd='' ;;
    SHLVL)
      tumpline_level=''
      # exec takes one off again, but not in a subshell
      [ -n "$tumpline_live" ] || [ "SHLVL=$((SHLVL - 1))" != "$tumpline_entry" ]
      return
      ;;
  esac
  eval "tumpline_value=\${$tumpline_name-not $tumpline_name}"
  [ "$tumpline_name=$tumpline_value" != "$tumpline_entry" ]
}

# Becomes EMERGE ARGS…, or with a $tumpline_live the parent of that, in the environment that the caller had. A shell
# changes it at its start (PWD, SHLVL, PS1 …) but the kernel keeps what was given; what must be put right goes before
# the command as words for env(1). Only bash can read it, as only bash keeps names that are none in sh.
tumpline_become() {
  tumpline_off='TUMPLINE TUMPLINE_EMERGE TUMPLINE_CONFIG TUMPLINE_DEBUG TUMPLINE_SETS'
  tumpline_pwd='' tumpline_level='' tumpline_under='' tumpline_last='' tumpline_words=$# tumpline_entry=''
  # shellcheck disable=SC2034,SC3044
  if shopt -u checkwinsize 2>/dev/null && mapfile -d '' -t tumpline_given 2>/dev/null </proc/self/environ; then
    tumpline_pwd=PWD tumpline_level=SHLVL
    [ -z "$tumpline_live" ] || tumpline_under=_
    # only names that mean something to bash, since a long look costs more than its start; arrays are no sh, hence eval
    # shellcheck disable=SC2016
    eval 'for tumpline_entry in "${tumpline_given[@]}"; do
      case $tumpline_entry in
        _=* | PWD=* | OLDPWD=* | SHLVL=* | TUMPLINE* | tumpline_* | PS?=* | IFS=* | OPT* | SHELLOPTS=* | POSIX* | BASH* | \
          *ID=* | *RANDOM=* | *SECONDS=* | EPOCH* | LINENO=* | FUNCNAME=* | DIRSTACK=* | GROUPS=* | PIPESTATUS=* | \
          HIST* | HOST* | MACHTYPE=* | OSTYPE=* | COMP_*)
          if tumpline_changed; then set -- "$tumpline_entry" "$@"; fi ;;
      esac
    done'
  fi
  tumpline_added="$tumpline_pwd $tumpline_level $tumpline_under"
  if [ -n "$tumpline_live" ]; then
    [ -z "$tumpline_last" ] || set -- "$tumpline_last" "$@"
    tumpline_added="$tumpline_added $tumpline_off"
  else
    # shellcheck disable=SC2086
    unset $tumpline_off
  fi
  for tumpline_name in $tumpline_added; do set -- -u "$tumpline_name" "$@"; done
  [ -z "$tumpline_live" ] || exec "$tumpline_live" "$(($# - tumpline_words))" "$@"
  [ "$#" = "$tumpline_words" ] || set -- /usr/bin/env "$@"
  [ -z "$tumpline_last" ] || _=${tumpline_last#_=} exec "$@"
  exec "$@"
}

if ! tumpline_find; then
  echo 'tumpline: emerge: no real emerge in PATH' >&2
  echo 'try: TUMPLINE_EMERGE=/usr/bin/emerge emerge …' >&2
  exit 1
fi
if [ -n "${TUMPLINE_EMERGE-}" ] && ! command -v "$tumpline_emerge" >/dev/null; then
  printf 'tumpline: emerge: TUMPLINE_EMERGE=%s is no program\n' "$tumpline_emerge" >&2
  echo 'try: unset TUMPLINE_EMERGE' >&2
  exit 1
fi
tumpline_live=
if [ "${TUMPLINE-}" != 0 ]; then
  if tumpline_concerned "$@" || { tumpline_merges "$@" && tumpline_watched; }; then
    tumpline_self=$(readlink -f -- "$0" 2>/dev/null) && tumpline_live=${tumpline_self%/bin/*}/libexec/tumpline/live.sh
    [ -x "$tumpline_live" ] || tumpline_live=
  fi
fi
case $tumpline_emerge in
  # env(1) would take it for a variable
  *=*)
    unset TUMPLINE TUMPLINE_EMERGE TUMPLINE_CONFIG TUMPLINE_DEBUG TUMPLINE_SETS
    exec "$tumpline_emerge" "$@"
    ;;
esac
tumpline_become "$tumpline_emerge" "$@"
