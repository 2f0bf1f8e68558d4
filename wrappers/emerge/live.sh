#!/bin/bash -p
# The parent of a live run: emerge with the inherited terminal, the painter beside it.
# `live.sh N WORDS… EMERGE ARGS…`, with N words for env(1) that give emerge the environment which the front was given.
# A program of its own, so that no process but emerge itself is called emerge. POSIX sh, but for bash's `shopt`, and for
# what bash's `jobs` tells in a trap for CHLD.

count=$1
shift
self=$(readlink -f -- "$0")
lib=${self%/libexec/*}/lib/tumpline
shopt -u checkwinsize

# An asynchronous child of sh ignores INT and QUIT; env gives it back what the caller had, be it ignored as well.
default=
while read -r key value; do
  case $key in
    SigIgn:)
      [ "$((0x$value & 2))" != 0 ] || default=INT
      [ "$((0x$value & 4))" != 0 ] || default=${default:+$default,}QUIT
      ;;
  esac
done </proc/self/status
if ! /usr/bin/env --default-signal=INT,QUIT true 2>/dev/null || ! command -v node >/dev/null || ! [ -r "$lib/painter.cjs" ]; then
  exec /usr/bin/env "$@"
fi
[ -z "$default" ] || default=--default-signal=$default

# Erases the region of a painter that can no longer do it: margins, then what stands below the cursor.
repair() { printf '\0337\033[r\0338\0337\033[E\033[J\0338\033[?25h'; }

# The end of a child, whatever signal comes between: its $status.
await() {
  status=127
  while :; do
    interrupted=
    wait "$1"
    now=$?
    # a second wait for a child that is already gone may answer 127
    [ "$now" = 127 ] && [ "$status" != 127 ] && return
    status=$now
    [ -n "$interrupted" ] || return
  done
}

# A painter that TERM kills has not come as far as to draw.
killed() { [ "$status" -ge 128 ] && [ "$status" != 143 ]; }

# Signals for us alone are meant for emerge. What the terminal sends to all has reached it already, and a second one
# would disturb it while it leaves, so ours comes later, when emerge is either gone or ignores it.
child='' early='' late='' interrupted=''
hand_on() {
  interrupted=yes
  if [ -z "$child" ]; then
    early="$early $1"
    return
  fi
  (
    trap 'kill "$delay"' TERM
    sleep "$2" &
    delay=$!
    wait "$delay" && kill -s "$1" "$child"
  ) &
  late="$late $!"
}
for signal in HUP INT QUIT TERM; do
  # shellcheck disable=SC2064
  trap "hand_on $signal 1" "$signal"
done
for signal in USR1 USR2; do
  # shellcheck disable=SC2064
  trap "hand_on $signal 0" "$signal"
done
# A status of 130 is an exit of emerge's own or a death by INT; only the job knows which.
ends=
trap 'interrupted=yes ends="$ends $(LC_ALL=C jobs -l)"' CHLD

# shellcheck disable=SC2086
(exec /usr/bin/env $default "$@") <&0 &
child=$!
for signal in $early; do hand_on "$signal" 1; done

shift "$count"
emerge=$1
shift
# The guard outlives a killed painter, and repairs what it left.
(
  exec >&2 2>/dev/null
  painter='' over=''
  trap 'interrupted=yes over=yes; [ -z "$painter" ] || kill -TERM "$painter"' TERM
  trap 'interrupted=yes' INT QUIT HUP
  node "$lib/painter.cjs" --child "$child" --parent "$$" --emerge "$emerge" -- "$@" </dev/null &
  painter=$!
  [ -z "$over" ] || kill -TERM "$painter"
  await "$painter"
  killed && repair
  exit "$status"
) &
guard=$!
# bash has its own words for jobs that were killed
exec 2>/dev/null

await "$child"
emerged=$status
# shellcheck disable=SC2086
[ -z "$late" ] || kill $late
kill -TERM "$guard"
await "$guard"
killed && repair

# shellcheck disable=SC3060
case ${ends//"$child Running"/} in
  *" $child Exit "* | *" $child Done"*) ;;
  *" $child "*)
    ulimit -c 0
    trap - HUP INT QUIT TERM USR1 USR2
    kill "-$((emerged - 128))" "$$"
    ;;
esac
exit "$emerged"
