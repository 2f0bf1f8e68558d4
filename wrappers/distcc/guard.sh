#!/bin/sh
# tumpline distcc guard: stands where distcc's own links stand, and decides which hosts distcc may use.
# POSIX sh with /proc; without a process of its own but distcc. Whatever it cannot do, it leaves to distcc.

# shellcheck source=wrappers/distcc/breaker.sh
. "${0%/*}/breaker.sh" # the build puts its text here

g_newline='
'
IFS=" 	$g_newline"

# --- who is called

g_name=${0##*/}
case $g_name in
  tumpline-distcc | guard.sh)
    if [ "$#" = 0 ]; then
      echo 'tumpline-distcc: a compiler is missing' >&2
      echo 'try: tumpline-distcc gcc -c FILE.c' >&2
      exit 2
    fi
    g_name=${1##*/}
    ;;
  *) set -- "$g_name" "$@" ;;
esac

# What follows the directory of ours in PATH: what stands before it (ccache) has had its turn.
g_path() {
  g_rest='' g_found=''
  set -f
  IFS=:
  for g_word in $PATH; do
    # shellcheck disable=SC3013
    if [ "$g_word/$g_name" -ef "$0" ]; then
      g_rest='' g_found=yes
    elif [ -n "$g_found" ]; then
      g_rest=$g_rest${g_rest:+:}$g_word
    fi
  done
  IFS=" 	$g_newline"
  [ -z "$g_rest" ] || PATH=$g_rest
}

# --- the ways out

# With all of distcc's own rules; only what it has to say goes to its log.
g_plain() {
  export DISTCC_LOG="${DISTCC_LOG:-/dev/null}"
  exec distcc "$@"
}

# On this machine, within distcc's limit for it, and under the compiler's own name.
g_here() {
  export DISTCC_HOSTS="$g_local" DISTCC_FALLBACK=1 DISTCC_NO_REWRITE_CROSS=1
  g_plain "$@"
}

# --- what is asked for

# Only what compiles a file may leave the machine, and of that not what distcc would lose a part of. Programs that a
# build system tries its compiler with stay: there are many, they are small, and half of them are meant to fail.
g_scan() {
  g_kind=direct g_source='' g_stays='' g_before=''
  shift
  for g_word; do
    case $g_word in
      -c | -S) g_kind=compile ;;
      -E | -M | -MM | -) g_kind=direct; return ;;
      # distcc leaves its .dwo on the server, and compiles under another file's name
      -gsplit-dwarf | -x* | -m*=native) g_stays=yes ;;
      conftest.* | */conftest.* | tmp.conftest.*) g_kind=direct; return ;;
      *CMakeFiles/CMakeScratch/* | *CMakeFiles/CMakeTmp/* | *CMakeFiles/cmTC_* | */CompilerIdC*/* | \
        *meson-private/* | *.conf_check_*/*)
        g_kind=check
        return
        ;;
      -o?*) g_nowhere "${g_word#-o}" && return ;;
      -*) ;;
      @*) g_kind=compile g_source=$g_word ;;
      *)
        if [ "$g_before" = -o ]; then g_nowhere "$g_word" && return; fi
        case $g_word in
          *.[oa] | *.so) [ "$g_kind" = compile ] || g_kind='link' ;;
          *.[cCimM] | *.cc | *.cp | *.cpp | *.cxx | *.CPP | *.c++ | *.ii | *.mi | *.mm | *.mii)
            g_source=$g_word
            [ "$g_kind" = compile ] || g_kind='link'
            ;;
        esac
        ;;
    esac
    g_before=$g_word
  done
  [ "$g_kind" = compile ] || return 0
  if [ -n "$g_stays" ] || [ -z "$g_source" ]; then g_kind=local; fi
  case $PWD/ in
    */.conf_check_*/* | */CMakeFiles/CMakeScratch/* | */CMakeFiles/CMakeTmp/*) g_kind=check ;;
  esac
}

# The compiler refuses to write into a directory that is not there; distcc would make it.
g_nowhere() {
  case $1 in */*) ;; *) return 1 ;; esac
  [ ! -d "${1%/*}/" ] && g_kind=direct
}

# --- where things are

# Hundredths of a second since the machine started.
g_clock() {
  g_now=''
  { IFS=' ' read -r g_now g_word; } 2>/dev/null </proc/uptime
  g_word=${g_now#*.}
  case $g_now in
    *[!0-9.]* | *.*.* | '') g_now='' ;;
    *.??) g_now=$((${g_now%.*} * 100 + 1$g_word - 100)) ;;
    *) g_now='' ;;
  esac
}

# The list of hosts that distcc would read.
g_list() {
  g_hosts=${DISTCC_HOSTS-}
  [ -z "${DISTCC_HOSTS+set}" ] || return 0
  for g_word in "$DISTCC_DIR/hosts" /etc/distcc/hosts; do
    [ -r "$g_word" ] || continue
    while IFS= read -r g_line || [ -n "$g_line" ]; do
      g_hosts="$g_hosts ${g_line%%#*}"
    done 2>/dev/null <"$g_word"
    return 0
  done
}

# The directory of what is remembered; empty where nothing can be.
g_memory() {
  g_dir=''
  g_clock
  [ -n "$g_now" ] || return 0
  g_dir=$DISTCC_DIR/tumpline
  [ -d "$g_dir" ] || mkdir -p "$g_dir" 2>/dev/null
  if ! [ -w "$g_dir" ] || ! [ -x "$g_dir" ]; then g_dir=''; fi
}

g_settings() {
  g_strikes=3 g_checks=yes
  if [ -n "$g_dir" ]; then
    while IFS=' ' read -r g_word g_line; do
      case $g_word:$g_line in
        strikes:[1-9] | strikes:[1-9][0-9]) g_strikes=$g_line ;;
        checks:yes | checks:no) g_checks=$g_line ;;
      esac
    done 2>/dev/null <"$g_dir/settings"
  fi
  case ${DISTCC_GUARD_STRIKES-} in [1-9] | [1-9][0-9]) g_strikes=$DISTCC_GUARD_STRIKES ;; esac
}

# A host's name as distcc writes it, without limit and options, is what its files are called.
g_identity() {
  g_id=${1%%[/,]*}
  case $g_id in '' | .* | *[!]A-Za-z0-9.:@_[-]*) g_id='' ;; esac
}

# --- which hosts distcc may use

# Sets $g_allowed, $g_away, and $g_probe where this compile is to try one that was away.
g_choose() {
  g_allowed='' g_local='' g_away='' g_remote='' g_probe='' g_random=''
  set -f
  for g_token in $g_hosts; do
    case $g_token in
      +*) return 1 ;;
      --randomize*) g_random=$g_token ;;
      --*) g_local="$g_local $g_token" ;;
      localhost | localhost/*) g_allowed="$g_allowed $g_token" ;;
      *)
        g_identity "$g_token"
        if [ -n "$g_dir" ] && [ -n "$g_id" ]; then
          g_look "$g_id" "$g_now"
          if [ "$g_until" != 0 ]; then
            if [ "$g_now" -lt "$g_until" ] || [ -n "$g_probe" ] || ! g_claim "$g_id" "$$" "$g_now"; then
              g_away="$g_away $g_token"
              continue
            fi
            g_probe=$g_token
            continue
          fi
        fi
        g_remote=yes g_allowed="$g_allowed $g_token"
        ;;
    esac
  done
  # the first one is the one that distcc takes
  if [ -n "$g_probe" ]; then
    g_remote=yes g_allowed="$g_probe $g_allowed" g_random=''
  fi
  g_allowed="$g_random $g_local $g_allowed"
}

# --- what is remembered of a compile

g_journal() {
  [ -n "$g_dir" ] || return 0
  g_file=$g_dir/journal.$((g_now / 360000))
  if ! [ -e "$g_file" ]; then
    set +f
    for g_word in "$g_dir/journal."*[0-9]; do
      if [ "$g_word" != "$g_dir/journal.$((g_now / 360000 - 1))" ] && [ -e "$g_word" ]; then rm -f -- "$g_word"; fi
    done 2>/dev/null
  fi
  { printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$g_started" "$g_now" "$1" "$2" "$g_package" "$g_source" >>"$g_file"; } 2>/dev/null
}

g_judge() {
  g_identity "$2"
  if [ -n "$g_dir" ] && [ -n "$g_id" ]; then
    case $1 in
      remote) g_success "$g_id" "$g_started" "$g_now" ;;
      network | difference) g_fault "$g_id" "$1" "$g_started" "$g_now" "$g_strikes" ;;
    esac
  fi
  g_journal "$1" "$2"
}

g_settle() {
  if [ -n "$g_probe" ]; then
    g_identity "$g_probe"
    g_release "$g_id" "$$" "$g_now"
  fi
}

# --- the compile

# distcc moved on from $g_host: with no word about the compile that is the network's doing, unless the word was that
# this machine is at fault.
g_leave() {
  if [ -n "$g_host" ] && [ -z "$g_verdict" ]; then
    g_clock
    g_judge "${g_ours:-network}" "$g_host"
    g_told=yes
  fi
  g_ours=''
}

# A line of distcc's log.
g_logged() {
  [ -z "$g_copy" ] || { printf '%s%s\n' "$g_mark" "$1" >>"$g_copy"; } 2>/dev/null
  case $1 in
    'exec on '*)
      g_leave
      g_host=${1#exec on } g_verdict=''
      g_host=${g_host%%: *}
      if [ "$g_host" = localhost ]; then
        g_verdict=here
        g_pass
      fi
      ;;
    *'failed to distribute'*'running locally instead')
      if [ "$g_verdict" = failed ]; then g_fell=$g_host; else g_leave; fi
      g_busy=$g_host g_host=localhost g_verdict=here g_held='' g_passing=yes
      ;;
    'compile '*" on $g_host completed ok")
      [ "$g_verdict" = here ] || g_verdict=ok
      g_pass
      ;;
    'cpp '*' on localhost completed ok') ;;
    'cpp '*' on localhost'*) g_verdict=preprocess ;;
    'ERROR: compile '*" on $g_host failed"* | 'ERROR: compile '*" on $g_host: "*)
      [ -n "$g_verdict" ] || g_verdict=failed
      ;;
    *ERROR:*'No space left on device'* | *ERROR:*'Permission denied'* | *ERROR:*'Read-only file system'* | \
      *ERROR:*'Disk quota exceeded'* | *ERROR:*'failed to lock'*) g_ours=unable ;;
  esac
}

# From here on what the compiler says is the answer.
g_pass() {
  [ -z "$g_held" ] || printf %s "$g_held" >&2
  g_held='' g_passing=yes
}

g_said() {
  if [ -n "$g_passing" ]; then printf %s "$1" >&2; else g_held=$g_held$1; fi
}

# Called by traps. What comes before the child is there is handed on by g_born.
# shellcheck disable=SC2317
g_caught() {
  g_signal=$1
  [ -z "$g_child" ] || kill -s "$1" "$g_child" 2>/dev/null
}

g_watch() {
  g_signal='' g_child=''
  trap 'g_caught INT' INT
  trap 'g_caught TERM' TERM
  trap 'g_caught HUP' HUP
}

# Waits for the child: $g_status. A signal that came meanwhile ends us as it ended the child.
g_wait() {
  wait "$g_child" 2>/dev/null
  g_status=$?
  [ -n "$g_signal" ] || return 0
  wait "$g_child" 2>/dev/null
  [ -z "$g_dir" ] || g_settle
  trap - INT TERM HUP
  kill -s "$g_signal" "$$"
  exit "$g_status"
}

g_born() {
  g_child=$!
  [ -z "$g_signal" ] || kill -s "$g_signal" "$g_child" 2>/dev/null
}

# distcc's log and the compiler's words come through one pipe and are told apart by the mark of distcc's lines; each of
# those is written in one piece. The pipe is that of a here-document, since a shell makes no other without a process.
g_try() {
  g_host='' g_verdict='' g_held='' g_passing='' g_ours='' g_copy='' g_fell='' g_told='' g_busy=localhost
  case ${DISTCC_LOG-} in '' | /dev/null) ;; *) g_copy=$DISTCC_LOG ;; esac
  exec 8<<G
x
G
  # a shell that cannot do it with exec ends
  { true 9>>/proc/self/fd/8; } 2>/dev/null || return 1
  exec 9>>/proc/self/fd/8
  g_watch
  DISTCC_HOSTS=$g_allowed DISTCC_LOG=/proc/self/fd/2 DISTCC_FALLBACK=1 DISTCC_SKIP_LOCAL_RETRY=1 \
    DISTCC_BACKOFF_PERIOD=1 DISTCC_PAUSE_TIME_MSEC=$g_pause distcc "$@" <&0 2>&9 8<&- 9>&- &
  g_born
  exec 9>&-
  g_mark="distcc[$g_child] "
  g_listen <&8
  exec 8<&-
  g_wait
}

g_listen() {
  IFS= read -r g_line
  while :; do
    g_end=$g_newline g_line=''
    IFS= read -r g_line || {
      # a trap ends a read too
      if [ -n "$g_signal" ] && [ "$g_signal" != "$g_seen" ]; then
        g_seen=$g_signal
        continue
      fi
      [ -n "$g_line" ] || break
      g_end=''
    }
    case $g_line in
      "$g_mark"*) g_logged "${g_line#"$g_mark"}" ;;
      *"$g_mark"*)
        g_said "${g_line%%"$g_mark"*}"
        g_logged "${g_line#*"$g_mark"}"
        ;;
      *) g_said "$g_line$g_end" ;;
    esac
  done
}

# What failed elsewhere is tried here, by the shell that then compares.
g_retry() {
  export DISTCC_HOSTS="$g_local" DISTCC_FALLBACK=1 DISTCC_NO_REWRITE_CROSS=1 DISTCC_LOG="${DISTCC_LOG:-/dev/null}"
  g_watch
  distcc "$@" <&0 &
  g_born
  g_wait
}

# What HOST said, of status $g_elsewhere, against what was said here: both failed, or both fell.
g_compare() {
  if [ "$g_status" != 0 ] && [ $((g_status / 128)) = $((g_elsewhere / 128)) ]; then
    g_judge same "$1"
  else
    g_judge difference "$1"
  fi
}

# --- main

g_path
if [ -n "${_DISTCC_SAFEGUARD-}" ] || ! command -v distcc >/dev/null; then exec "$@"; fi
g_seen=''
g_pause=${DISTCC_PAUSE_TIME_MSEC:-50}
export DISTCC_PAUSE_TIME_MSEC="$g_pause"
if [ "${DISTCC_GUARD-}" = 0 ] || [ "${DISTCC_FALLBACK-1}" = 0 ] || [ -n "${DISTCC_SKIP_LOCAL_RETRY+set}" ]; then
  g_plain "$@"
fi
g_scan "$@"
case $g_kind in
  direct) exec "$@" ;;
  link)
    export DISTCC_NO_REWRITE_CROSS=1
    g_plain "$@"
    ;;
esac
DISTCC_DIR=${DISTCC_DIR:-${HOME:+$HOME/.distcc}}
if [ -z "$DISTCC_DIR" ] || ! [ -e /proc/self/fd/0 ] || ! [ -e /proc/self/fd/2 ]; then g_plain "$@"; fi
g_list
case $g_hosts in *'#'* | '') g_plain "$@" ;; esac
g_memory
g_settings
if [ "$g_kind$g_checks" = checkno ]; then g_kind=compile; fi
g_started=$g_now g_package=${PF:+${CATEGORY-}/$PF}
case $g_source in *[[:cntrl:]]*) g_source='?' ;; esac
if [ "$g_kind" = check ]; then exec "$@"; fi
if [ "$g_kind" = local ]; then
  g_dir=''
  if g_choose; then g_here "$@"; fi
fi
g_choose || g_plain "$@"
if [ -z "$g_remote" ]; then
  [ -z "$g_away" ] || g_journal away "${g_away# }"
  case $g_allowed in *localhost*) g_local=$g_allowed ;; esac
  g_here "$@"
fi
g_try "$@" || g_plain "$@"
g_clock
case $g_status:$g_verdict in
  *:here)
    g_pass
    g_elsewhere=128
    if [ -n "$g_fell" ]; then
      g_compare "$g_fell"
    elif [ -z "$g_busy" ]; then
      # distcc itself passes every host over for the rest of a second in which it failed
      g_journal busy "${g_allowed# }"
    elif [ -z "$g_told" ]; then
      g_journal here localhost
    fi
    ;;
  0:*)
    g_pass
    [ "$g_verdict" != ok ] || g_judge remote "$g_host"
    ;;
  *:failed)
    g_elsewhere=$g_status
    g_retry "$@"
    g_clock
    g_compare "$g_host"
    ;;
  *)
    g_leave
    [ "$g_verdict" != preprocess ] || g_journal preprocess localhost
    g_settle
    g_here "$@"
    ;;
esac
g_settle
exit "$g_status"
