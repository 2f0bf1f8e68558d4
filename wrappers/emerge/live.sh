#!/bin/bash -p
# The parent of emerge, which inherits the terminal: with TUMPLINE_LOOK the painter runs beside it, and TUMPLINE_THEN says
# what follows its own output: `help`, `info`, or the words of a second call of it, quoted for sh.
# `live.sh N WORDS… EMERGE ARGS…`, with N words for env(1) that give emerge the environment which the front was given.
# A program of its own, so that no process but emerge itself is called emerge. bash, for what its `jobs` tells in a trap
# for CHLD. Its variables are named so as to meet none of the caller's.

# as in the front
if [ /proc/self/fd/2 -ef "$0" ]; then exec 2>&-; fi

tumpline_count=$1 tumpline_then=${TUMPLINE_THEN-} tumpline_look=${TUMPLINE_LOOK-}
unset TUMPLINE_THEN TUMPLINE_LOOK
shift
tumpline_self=$(readlink -f -- "$0")
tumpline_lib=${tumpline_self%/libexec/*}/lib/tumpline
shopt -u checkwinsize
# there, `wait` returns at each CHLD, and forgets
set +o posix

# An asynchronous child of sh ignores INT and QUIT; env gives it back what the caller had, be it ignored as well.
tumpline_default=
while read -r tumpline_key tumpline_value; do
  case $tumpline_key in
    SigIgn:)
      [ "$((0x$tumpline_value & 2))" != 0 ] || tumpline_default=INT
      [ "$((0x$tumpline_value & 4))" != 0 ] || tumpline_default=${tumpline_default:+$tumpline_default,}QUIT
      ;;
  esac
done </proc/self/status
if ! command -v node >/dev/null || ! [ -r "$tumpline_lib/painter.cjs" ]; then tumpline_look=''; fi
# the words for env(1), and emerge; what follows in $tumpline_then is sh
# shellcheck disable=SC2034
tumpline_call=("${@:1:tumpline_count+1}")
if ! /usr/bin/env --default-signal=INT,QUIT true 2>/dev/null; then
  case $tumpline_then in '' | help | info) exec /usr/bin/env "$@" ;; esac
  /usr/bin/env "$@" && eval "exec /usr/bin/env \"\${tumpline_call[@]}\" $tumpline_then"
  exit
fi
[ -z "$tumpline_default" ] || tumpline_default=--default-signal=$tumpline_default
[ -n "$tumpline_look$tumpline_then" ] || exec /usr/bin/env "$@"

help() {
  cat <<'END'

Package sets (by tumpline):
  --package-set NAME  the same as @NAME, for a merge as well as with -C, -c, --deselect, --info; a NAME alone
                      is the set, unless a package is called so, too
  @a-@b, @a+@b, @a/@b what is in a but not in b, in one of them, in both
  --exclude @NAME     the packages of a set
  -C @NAME            leaves what world or another selected set holds; --with-shared takes that as well
  A line of a set that cannot be read stops the call, before Portage passes over it and depclean removes what it
  meant. TUMPLINE_SETS=warn only warns. See tumpline sets --help, tumpline-sets(5).
END
}

# What follows emerge's own output, once it has ended well.
follow() {
  case $tumpline_then in
    help) help 2>/dev/null ;;
    info) node "$tumpline_lib/sets.cjs" --info "$tumpline_emerge" "$@" </dev/null 2>/dev/null ;;
    *)
      # bash has words of its own for a CHLD that comes in the trap for one
      eval "start \"\${tumpline_call[@]}\" $tumpline_then ${tumpline_errors:+2>&$tumpline_errors $tumpline_errors>&-}"
      await "$tumpline_child"
      tumpline_emerged=$tumpline_status
      ;;
  esac
}

# Erases the region of a painter that can no longer do it: margins, then what stands below the cursor.
repair() { printf '\0337\033[r\0338\033[J\033[?25h'; }

# The $tumpline_status of a child of which `wait` knows nothing any more, by what `jobs` says or said.
told() {
  # shellcheck disable=SC3060
  tumpline_said="$tumpline_ends $(LC_ALL=C jobs -l)" tumpline_said=${tumpline_said//"$1 Running"/}
  case $tumpline_said in
    *" $1 Exit "*)
      tumpline_said=${tumpline_said##*" $1 Exit "}
      tumpline_status=${tumpline_said%%[!0-9]*}
      ;;
    *" $1 Done"*) tumpline_status=0 ;;
    *" $1 Hangup"*) tumpline_status=129 ;;
    *" $1 Interrupt"*) tumpline_status=130 ;;
    *" $1 Quit"*) tumpline_status=131 ;;
    *" $1 Killed"*) tumpline_status=137 ;;
    *" $1 Broken pipe"*) tumpline_status=141 ;;
    *" $1 Terminated"*) tumpline_status=143 ;;
    *) tumpline_status=1 ;;
  esac
}

# The end of a child, whatever signal comes between: its $tumpline_status.
await() {
  tumpline_status=127 tumpline_asked=0
  while :; do
    tumpline_interrupted=
    wait "$1"
    tumpline_now=$?
    # bash 5.2 says so of a child that it noticed just before, and mostly knows the status when asked again
    if [ "$tumpline_now" = -1 ]; then
      tumpline_asked=$((tumpline_asked + 1))
      [ "$tumpline_asked" -gt 20 ] || continue
      told "$1"
      return
    fi
    # a second wait for a child that is already gone may answer 127
    [ "$tumpline_now" = 127 ] && [ "$tumpline_status" != 127 ] && return
    tumpline_status=$tumpline_now
    [ -n "$tumpline_interrupted" ] || return
  done
}

# A painter that TERM kills has not come as far as to draw.
killed() { [ "$tumpline_status" -ge 128 ] && [ "$tumpline_status" != 143 ]; }

# `later SECONDS SIGNAL PID`; TERM to $! calls it off.
later() {
  (
    # shellcheck disable=SC2031
    trap 'kill "$tumpline_delay"' TERM
    sleep "$1" &
    # shellcheck disable=SC2030
    tumpline_delay=$!
    wait "$tumpline_delay" && kill -s "$2" "$3"
  ) &
}

# Signals for us alone are meant for emerge. What the terminal sends to all has reached it already, and a second one
# would disturb it while it leaves, so ours comes later, when emerge is either gone or ignores it.
tumpline_child='' tumpline_early='' tumpline_late='' tumpline_interrupted='' tumpline_guard=''
hand_on() {
  tumpline_interrupted=yes
  if [ -z "$tumpline_child" ]; then
    tumpline_early="$tumpline_early $1"
    return
  fi
  later "$2" "$1" "$tumpline_child"
  tumpline_late="$tumpline_late $!"
}
for tumpline_signal in HUP INT QUIT TERM; do
  # shellcheck disable=SC2064
  trap "hand_on $tumpline_signal 1" "$tumpline_signal"
done
for tumpline_signal in USR1 USR2; do
  # shellcheck disable=SC2064
  trap "hand_on $tumpline_signal 0" "$tumpline_signal"
done
# The prompt comes when we stop, and the painter hides first.
# shellcheck disable=SC2317
stop() {
  tumpline_interrupted=yes
  sleep 0.05
  trap - TSTP
  kill -s TSTP "$$"
  trap stop TSTP
}
trap stop TSTP
# A status of 130 is an exit of emerge's own or a death by INT; only the job knows which.
tumpline_ends=
trap 'tumpline_interrupted=yes tumpline_ends="$tumpline_ends $(LC_ALL=C jobs -l)"' CHLD

# `start WORDS… COMMAND`: a child that has all that a shell takes from an asynchronous one.
start() {
  if { true <&0; } 2>/dev/null; then
    # shellcheck disable=SC2086
    (exec /usr/bin/env $tumpline_default "$@") <&0 &
  else
    # shellcheck disable=SC2086
    (exec /usr/bin/env $tumpline_default "$@") <&- &
  fi
  tumpline_child=$!
}
start "$@"
for tumpline_signal in $tumpline_early; do hand_on "$tumpline_signal" 1; done

shift "$tumpline_count"
tumpline_emerge=$1
shift
# The guard outlives a killed painter, and repairs what it left.
if [ -n "$tumpline_look" ]; then (
  exec >&2 2>/dev/null
  tumpline_painter='' tumpline_over='' tumpline_forced=''
  # a painter that cannot leave within two seconds is made to
  dismiss() {
    kill -TERM "$tumpline_painter"
    kill -CONT "$tumpline_painter"
    later 2 KILL "$tumpline_painter"
    tumpline_forced=$!
  }
  trap 'tumpline_interrupted=yes tumpline_over=yes; [ -z "$tumpline_painter" ] || dismiss' TERM
  trap 'tumpline_interrupted=yes' INT QUIT HUP
  # for the little that it does, what the compiler and the collector of V8 save costs more than it brings
  node --no-opt --min-semi-space-size=4 "$tumpline_lib/painter.cjs" --child "$tumpline_child" --parent "$$" --emerge "$tumpline_emerge" -- "$@" </dev/null &
  tumpline_painter=$!
  [ -z "$tumpline_over" ] || dismiss
  await "$tumpline_painter"
  [ -z "$tumpline_forced" ] || kill "$tumpline_forced"
  killed && repair
  exit "$tumpline_status"
) &
  tumpline_guard=$!
fi
# bash has its own words for jobs that were killed
tumpline_errors=
exec {tumpline_errors}>&2 2>/dev/null

await "$tumpline_child"
tumpline_emerged=$tumpline_status
# shellcheck disable=SC2086
[ -z "$tumpline_late" ] || kill $tumpline_late
if [ -n "$tumpline_guard" ]; then
  kill -TERM "$tumpline_guard"
  await "$tumpline_guard"
  killed && repair
fi
if [ "$tumpline_emerged" = 0 ] && [ -n "$tumpline_then" ]; then
  follow "$@"
fi

tumpline_signal=
# shellcheck disable=SC3060
case ${tumpline_ends//"$tumpline_child Running"/} in
  *" $tumpline_child Exit "* | *" $tumpline_child Done"*) ;;
  *" $tumpline_child "*) tumpline_signal=$((tumpline_emerged - 128)) ;;
  # Two ended at once, and the trap saw one: Portage leaves with 130 and 143 only when it merges, and a picture stood.
  *)
    case $tumpline_emerged in
      130 | 143) case $tumpline_status in 3 | 143) tumpline_signal=$((tumpline_emerged - 128)) ;; esac ;;
      129 | 13[1-9] | 14[0-9] | 15[0-9]) tumpline_signal=$((tumpline_emerged - 128)) ;;
    esac
    ;;
esac
if [ -n "$tumpline_signal" ]; then
  ulimit -c 0
  trap - HUP INT QUIT TERM USR1 USR2
  # bash cannot die of QUIT
  # shellcheck disable=SC3045
  [ "$tumpline_signal" != 3 ] || ! type -P kill >/dev/null ||
    exec /usr/bin/env --default-signal=QUIT "$(type -P kill)" -QUIT "$$"
  kill "-$tumpline_signal" "$$"
fi
exit "$tumpline_emerged"
