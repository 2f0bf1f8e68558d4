#!/bin/sh
# tumpline distcc guard: stands where distcc's own links stand, and decides which hosts distcc may use.
# POSIX sh with /proc; without a process of its own but distcc. Whatever it cannot do, it leaves to distcc. The build puts
# what is sourced here into one file, since links from anywhere lead to it.

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

# shellcheck source=wrappers/distcc/arguments.sh
. "${0%/*}/arguments.sh"

# --- what is not guarded

g_path
if [ -n "${_DISTCC_SAFEGUARD-}" ] || ! command -v distcc >/dev/null; then exec "$@"; fi
[ "${DISTCC_GUARD-}" != 0 ] || exec distcc "$@"
g_pause=${DISTCC_PAUSE_TIME_MSEC:-50}
export DISTCC_PAUSE_TIME_MSEC="$g_pause"
if [ -n "${INCLUDE_SERVER_PORT-}" ] || [ "${DISTCC_FALLBACK-1}" = 0 ] || [ -n "${DISTCC_SKIP_LOCAL_RETRY+set}" ]; then
  g_plain "$@"
fi
g_scan "$@"
case $g_call in
  direct) exec "$@" ;;
  link)
    export DISTCC_NO_REWRITE_CROSS=1
    g_plain "$@"
    ;;
esac

# What stands below is read only when it comes to this.

# shellcheck source=wrappers/distcc/breaker.sh
. "${0%/*}/breaker.sh"
# shellcheck source=wrappers/distcc/hosts.sh
. "${0%/*}/hosts.sh"
# shellcheck source=wrappers/distcc/compile.sh
. "${0%/*}/compile.sh"

# --- what is guarded

g_seen=''
DISTCC_DIR=${DISTCC_DIR:-${HOME:+$HOME/.distcc}}
if [ -z "$DISTCC_DIR" ] || ! [ -e /proc/self/fd/0 ] || ! [ -e /proc/self/fd/2 ]; then g_plain "$@"; fi
g_list
case $g_hosts in *'#'* | '') g_plain "$@" ;; esac
g_memory
g_settings
if [ "$g_call$g_checks" = checkno ]; then g_call=compile; fi
g_started=$g_now g_package=${PF:+${CATEGORY-}/$PF}
case $g_source in *[[:cntrl:]]*) g_source='?' ;; esac
if [ "$g_call" = check ]; then exec "$@"; fi
if [ "$g_call" = local ]; then
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
  12[89]: | 1[3-9]?: | 2??:) ;; # somebody ended distcc
  *)
    g_leave
    [ "$g_verdict" != preprocess ] || g_journal preprocess localhost
    g_settle
    g_here "$@"
    ;;
esac
g_settle
exit "$g_status"
