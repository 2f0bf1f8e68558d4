#!/bin/bash -p
# The parent of a live run: emerge with the inherited terminal, the painter beside it. POSIX sh.
# Runs as `live.sh EMERGE ARGS…`, so that no process but emerge itself is called emerge.

emerge=$1
shift
self=$(readlink -f -- "$0")
lib=${self%/libexec/*}/lib/tumpline

# An asynchronous child of sh ignores INT and QUIT; env gives it back what the caller had.
if ! env --default-signal=INT,QUIT true 2>/dev/null || ! command -v node >/dev/null || ! [ -r "$lib/painter.cjs" ]; then
  unset TUMPLINE TUMPLINE_EMERGE TUMPLINE_CONFIG TUMPLINE_DEBUG TUMPLINE_SETS TUMPLINE_TEST_DATA TUMPLINE_TEST_TREE
  exec "$emerge" "$@"
fi

# Erases the region of a painter that can no longer do it: margins, then what stands below the cursor.
repair() { printf '\0337\033[r\0338\0337\033[E\033[J\0338\033[?25h' >&4; }

exec 3<&0 4>&2 2>/dev/null
(
  unset TUMPLINE TUMPLINE_EMERGE TUMPLINE_CONFIG TUMPLINE_DEBUG TUMPLINE_SETS TUMPLINE_TEST_DATA TUMPLINE_TEST_TREE
  exec env --default-signal=INT,QUIT "$emerge" "$@" <&3 3<&- 2>&4 4>&-
) &
child=$!

# The guard outlives a killed painter, and repairs what it left.
(
  exec 3<&-
  trap : INT QUIT HUP
  node "$lib/painter.cjs" --child "$child" --parent "$$" --emerge "$emerge" -- "$@" </dev/null >&4 &
  painter=$!
  trap 'kill -TERM "$painter"' TERM
  while :; do
    interrupted=
    trap 'interrupted=yes; kill -TERM "$painter"' TERM
    trap 'interrupted=yes' INT QUIT HUP
    wait "$painter"
    status=$?
    [ -n "$interrupted" ] || break
  done
  [ "$status" -lt 128 ] || repair
  exit "$status"
) &
guard=$!

# Signals for us alone are meant for emerge. What the terminal sends to all has reached it already, and a second
# one at once would hit its handler, so ours comes a little later, when emerge is either gone or ignores it.
hand_on() {
  interrupted=yes
  (sleep 0.2; kill -s "$1" "$child") >/dev/null 2>&1 4>&- &
}
for signal in HUP INT QUIT TERM USR1 USR2; do
  # shellcheck disable=SC2064
  trap "hand_on $signal" "$signal"
done

status=127
while :; do
  interrupted=
  wait "$child"
  now=$?
  # a second wait for a child that is already gone answers 127
  [ "$now" = 127 ] && [ "$status" != 127 ] && break
  status=$now
  [ -n "$interrupted" ] || break
done

kill -TERM "$guard"
while :; do
  interrupted=
  wait "$guard"
  painted=$?
  [ -n "$interrupted" ] || break
done
case $painted in
  0 | 3 | 127) ;;
  *) repair ;;
esac

# emerge dies of INT and TERM while it resolves, and exits with 128 + n once it merges (then a picture stood);
# the other signals are never exit codes of its own.
case $status in
  130 | 143) [ "$painted" = 3 ] && fatal=$((status - 128)) ;;
  129 | 13[1-9]) fatal=$((status - 128)) ;;
esac
if [ -n "${fatal-}" ]; then
  ulimit -c 0
  trap - HUP INT QUIT TERM USR1 USR2
  kill -s "$(kill -l "$fatal")" "$$"
fi
exit "$status"
