# shellcheck shell=sh disable=SC2034,SC2154
# One compile by distcc, its log read along, and what is remembered of it.

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
      same) g_answered "$g_id" "$g_started" "$g_now" ;;
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
