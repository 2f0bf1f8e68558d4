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

# Where emerge keeps its state and its configuration, as far as that can be told without asking it.
tumpline_places() {
  tumpline_eroot=${PORTAGE_OVERRIDE_EPREFIX-} tumpline_root=${ROOT-}
  if [ -z "${PORTAGE_OVERRIDE_EPREFIX+set}" ]; then
    case $tumpline_emerge in */usr/bin/emerge) tumpline_eroot=${tumpline_emerge%/usr/bin/emerge} ;; esac
  fi
  tumpline_portage=${tumpline_eroot%/}/etc/portage
  tumpline_eroot=${tumpline_root%/}${tumpline_eroot%/}
  tumpline_state=$tumpline_eroot/var/lib/tumpline/sets
}

# Whether EMERGE_DEFAULT_OPTS names a set. Its value in make.conf is looked for as text: a doubt costs a look by Node.
tumpline_defaults() {
  case ${EMERGE_DEFAULT_OPTS-} in *@* | *--package-set*) return 0 ;; esac
  [ -z "${EMERGE_DEFAULT_OPTS+set}" ] || return 1
  for tumpline_file in "$tumpline_portage/make.conf" "$tumpline_portage/make.conf"/*; do
    if ! [ -f "$tumpline_file" ] || ! [ -r "$tumpline_file" ]; then continue; fi
    tumpline_inside=
    while IFS= read -r tumpline_word || [ -n "$tumpline_word" ]; do
      case $tumpline_word in *EMERGE_DEFAULT_OPTS=*) tumpline_inside=yes ;; esac
      [ -n "$tumpline_inside" ] || continue
      case $tumpline_word in *@* | *--package-set*) return 0 ;; *[\"\']) tumpline_inside='' ;; esac
    done <"$tumpline_file"
  done
  return 1
}

# Whether all files that the selected sets are made of are as they were when nothing was wrong with them: the stamp has
# what stat(1) said of them then.
tumpline_clean() {
  set --
  # line by line this takes longer than stat(1), so other shells than bash ask Node; arrays are no sh, hence eval
  # shellcheck disable=SC2034,SC3044
  mapfile -t tumpline_lines 2>/dev/null <"$tumpline_state/stamp" || return 1
  eval 'set -- "${tumpline_lines[@]}"'
  if [ "$#" -lt 2 ] || [ "$1" != 'tumpline sets stamp 1' ]; then return 1; fi
  shift
  tumpline_ifs=$IFS
  IFS=$tumpline_newline
  tumpline_stamp="$*"
  IFS=$tumpline_ifs
  # only the names: inode and size are one word each, a date is three
  eval 'set -- "${@% * * * * * * * *}"'
  [ "$(TZ=UTC0 stat -c '%n %i %s %y %z' -- "$@" 2>/dev/null)" = "$tumpline_stamp" ]
}

# Whether there is a file of this name in a set directory.
tumpline_file() {
  if [ -z "$tumpline_dirs" ]; then
    while IFS= read -r tumpline_dir; do
      tumpline_dirs=$tumpline_dirs${tumpline_dirs:+$tumpline_newline}$tumpline_dir
    done 2>/dev/null <"$tumpline_state/paths"
    : "${tumpline_dirs:=$tumpline_portage/sets}"
  fi
  tumpline_ifs=$IFS tumpline_found=''
  IFS=$tumpline_newline
  set -f
  for tumpline_dir in $tumpline_dirs; do
    if [ -f "$tumpline_dir/$1" ] || { [ "$1" != "${1%:*}" ] && [ -f "$tumpline_dir/${1%:*}-${1##*:}" ]; }; then
      tumpline_found=yes
    fi
  done
  IFS=$tumpline_ifs
  set +f
  [ -n "$tumpline_found" ]
}

# Question one: do the arguments, or the selected sets, need a look by Node? Every doubt is a yes. What emerge's own
# output is to be followed by stands in $tumpline_then.
tumpline_concerned() {
  tumpline_newline='
'
  tumpline_dirs='' tumpline_checked=yes tumpline_plain='' tumpline_stale='' tumpline_own='' tumpline_value=''
  tumpline_places
  for tumpline_word; do
    case $tumpline_word in
      # Portage takes its own sets as they are, but not as the value of --exclude
      world | system | @world | @system | @selected | @profile | @preserved-rebuild | @live-rebuild | @module-rebuild)
        tumpline_own=yes tumpline_plain=yes
        ;;
      *@* | --package-set* | --with-shared | --root | --root=* | --config-* | --pref* | --sys[!n]*) return 0 ;;
      --help | -h) tumpline_then=help tumpline_checked='' ;;
      --info) tumpline_then=info tumpline_checked='' ;;
      --config) tumpline_value=yes tumpline_checked='' ;;
      --sync | --search | --searchdesc | --version | --list-sets | --check-news | --moo | --status | --metadata | \
        --regen | -s | -S | -V) tumpline_checked='' ;;
      --ex* | -*X*) tumpline_value=yes ;;
      -* | '') ;;
      *) tumpline_plain=yes ;;
    esac
  done
  [ "$tumpline_then" = help ] && return 1
  [ -n "$tumpline_own" ] && [ -n "$tumpline_value" ] && return 0
  if [ -n "$tumpline_plain$tumpline_checked" ]; then
    [ -z "${PORTAGE_CONFIGROOT-}" ] || return 0
    tumpline_defaults && return 0
  fi
  if [ -n "$tumpline_plain" ]; then
    for tumpline_word; do
      case $tumpline_word in
        -* | '') ;;
        [!@]*-rebuild | selected | selected-* | profile | security | installed | unavailable | changed-deps) return 0 ;;
        *) tumpline_file "${tumpline_word#@}" && return 0 ;;
      esac
    done
  fi
  [ -n "$tumpline_checked" ] && [ -s "$tumpline_eroot/var/lib/portage/world_sets" ] && ! tumpline_clean || return 1
  tumpline_stale=--stale
}

# What Node says becomes $tumpline_said: shell text that sets the arguments anew. A refusal is the end.
tumpline_ask() {
  tumpline_sets=${tumpline_self%/bin/*}/lib/tumpline/sets.cjs tumpline_said=''
  if ! command -v node >/dev/null || ! [ -r "$tumpline_sets" ]; then
    printf 'tumpline: emerge: without Node package sets are not checked\ntry: node --version\n' >&2
    return 0
  fi
  tumpline_interrupted=''
  # Node that waits for an answer dies of it without a word
  trap 'tumpline_interrupted=yes' INT
  tumpline_said=$(node "$tumpline_sets" ${tumpline_stale:+"$tumpline_stale"} "$tumpline_emerge" "$@")
  tumpline_status=$?
  trap - INT
  if [ -n "$tumpline_interrupted" ]; then
    printf '\ntumpline: emerge: interrupted, nothing was started\n' >&2
    kill -INT $$
  fi
  [ "$tumpline_status" != 0 ] || return 0
  case $tumpline_status in 1 | 2 | 130) exit "$tumpline_status" ;; esac
  printf 'tumpline: emerge: the check of package sets ended with %s\ntry: TUMPLINE=0 emerge …\n' "$tumpline_status" >&2
  exit 1
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
  tumpline_off='TUMPLINE TUMPLINE_EMERGE TUMPLINE_CONFIG TUMPLINE_DEBUG TUMPLINE_SETS TUMPLINE_THEN TUMPLINE_LOOK'
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
  if [ -n "$tumpline_live" ]; then
    TUMPLINE_THEN=$tumpline_then TUMPLINE_LOOK=$tumpline_look exec "$tumpline_live" "$(($# - tumpline_words))" "$@"
  fi
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
tumpline_live='' tumpline_then='' tumpline_look=''
if [ "${TUMPLINE-}" != 0 ]; then
  if tumpline_concerned "$@"; then
    tumpline_self=$(readlink -f -- "$0" 2>/dev/null)
    tumpline_ask "$@"
    eval "$tumpline_said"
  fi
  if tumpline_merges "$@" && tumpline_watched; then tumpline_look=yes; fi
  if [ -n "$tumpline_look$tumpline_then" ]; then
    tumpline_self=$(readlink -f -- "$0" 2>/dev/null) && tumpline_live=${tumpline_self%/bin/*}/libexec/tumpline/live.sh
    [ -x "$tumpline_live" ] || tumpline_live=
  fi
fi
case $tumpline_emerge in
  # env(1) would take it for a variable
  *=*)
    unset TUMPLINE TUMPLINE_EMERGE TUMPLINE_CONFIG TUMPLINE_DEBUG TUMPLINE_SETS TUMPLINE_THEN TUMPLINE_LOOK
    exec "$tumpline_emerge" "$@"
    ;;
esac
tumpline_become "$tumpline_emerge" "$@"
