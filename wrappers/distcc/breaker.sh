# shellcheck shell=sh
# The circuit breaker of one host, rule for rule as in breaker.ts, out of files below $g_dir and without a process.
# Times are hundredths of a second since the machine started. HOST.state is one line, HOST.ok a byte for each success
# since it was written, HOST.probe the claims to be the one that tries an open host.

: "${g_dir=}"

g_most=8       # successes that count; after them a fault is forgotten
g_longest=6000 # how long a host is kept away, and a probe believed, at most

g_alive() { [ -d "/proc/$1" ]; }

g_numbers() {
  for g_number; do
    case $g_number in '' | *[!0-9]* | 0?* | ????????????????*) return 1 ;; esac
  done
}

# What is known of HOST at NOW. A file that says nothing sensible says nothing; a clock that went back (the machine was
# started again) keeps nobody away.
g_look() {
  g_version='' g_bytes=''
  {
    IFS=' ' read -r g_version g_opened g_until g_level g_differences g_network g_difference g_kind
  } 2>/dev/null <"$g_dir/$1.state"
  if [ "$g_version" != 1 ] ||
    ! g_numbers "$g_opened" "$g_until" "$g_level" "$g_differences" "$g_network" "$g_difference"; then
    g_opened=0 g_until=0 g_level=0 g_differences=0 g_network=0 g_difference=0 g_kind=none g_version=''
  fi
  [ "$g_opened" -le "$2" ] || g_opened=0
  [ "$g_until" -le $(($2 + g_longest)) ] || g_until=$2
  [ "$g_level" -le 6 ] || g_level=6
  { IFS= read -r g_bytes; } 2>/dev/null <"$g_dir/$1.ok"
  g_succeed "${#g_bytes}"
}

# So many successes more.
g_succeed() {
  [ "$g_until" = 0 ] || return 0
  g_network=$((g_network + $1)) g_difference=$((g_difference + $1))
  [ "$g_network" -le "$g_most" ] || g_network=$g_most
  [ "$g_difference" -le "$g_most" ] || g_difference=$g_most
  if [ "$g_network$g_difference" = "$g_most$g_most" ]; then g_level=0 g_differences=0; fi
}

# (true, since a shell ends when it cannot redirect a special builtin like the colon)
g_keep() {
  true >"$g_dir/$1.ok"
  printf '1 %s %s %s %s %s %s %s\n' "$g_opened" "$g_until" "$g_level" "$g_differences" "$g_network" "$g_difference" \
    "$g_kind" >"$g_dir/$1.state"
} 2>/dev/null

# g_success HOST STARTED NOW: a compile that began at STARTED succeeded there.
g_success() {
  g_look "$1" "$3"
  if [ "$2" -le "$g_opened" ]; then
    # it ended after the host was opened, so the network is there
    if [ "$g_until" != 0 ] && [ "$g_kind" = network ]; then g_until=0; g_keep "$1"; fi
  elif [ "$g_until" != 0 ]; then
    g_until=0
    g_keep "$1"
  elif [ "$g_version$g_network$g_difference$g_level$g_bytes" != "1$g_most${g_most}0" ]; then
    g_succeed 1
    if [ "$g_network$g_difference" = "$g_most$g_most" ]; then
      g_keep "$1"
    else
      printf . >>"$g_dir/$1.ok"
    fi 2>/dev/null
  fi
}

# g_answered HOST STARTED NOW: it refused what is refused here too. That is no merit, but the network is there.
g_answered() {
  g_look "$1" "$3"
  if [ "$g_until" != 0 ] && [ "$g_kind" = network ]; then g_until=0; g_keep "$1"; fi
}

# g_fault HOST network|difference STARTED NOW STRIKES
g_fault() {
  g_look "$1" "$4"
  [ "$3" -gt "$g_opened" ] || return 0
  g_rise=1
  [ "$2$g_kind" != differencenetwork ] || g_until=0
  if [ "$g_until" = 0 ] && [ "$2" = network ]; then
    if [ "$g_network" = "$g_most" ]; then
      g_network=4
      g_keep "$1"
      return 0
    fi
    [ "$g_network" -lt 4 ] || g_rise=0
  elif [ "$g_until" = 0 ]; then
    [ "$g_difference" -lt 3 ] || g_differences=0
    g_differences=$((g_differences + 1)) g_difference=0
    if [ "$g_differences" -lt "$5" ]; then
      g_keep "$1"
      return 0
    fi
  fi
  g_wait=$((100 << g_level))
  [ "$g_wait" -le "$g_longest" ] || g_wait=$g_longest
  g_opened=$4 g_until=$(($4 + g_wait)) g_level=$((g_level + g_rise)) g_kind=$2
  [ "$2" = network ] || g_differences=$(($5 - 1))
  [ "$g_level" -le 6 ] || g_level=6
  g_network=0 g_difference=0
  g_keep "$1"
}

# g_owner HOST NOW: whose probe is on its way.
g_owner() {
  g_owner=''
  while IFS=' ' read -r g_pid g_since; do
    g_numbers "$g_pid" "$g_since" || continue
    if [ "$g_since" -gt "$2" ] || [ $(($2 - g_since)) -ge "$g_longest" ]; then continue; fi
    if g_alive "$g_pid"; then
      g_owner=$g_pid
      return 0
    fi
  done 2>/dev/null <"$g_dir/$1.probe"
  return 1
}

# g_claim HOST PID NOW: whether this PID is to try the host. Appends come one after the other, so that one of several
# is first; where nothing can be written everybody may.
g_claim() {
  g_owner "$1" "$3" && return 1
  { printf '%s %s\n' "$2" "$3" >>"$g_dir/$1.probe"; } 2>/dev/null || return 0
  g_owner "$1" "$3"
  [ "$g_owner" = "$2" ] || return 1
  # another one may have come to its end in between
  g_look "$1" "$3"
  [ "$g_until" != 0 ] && [ "$g_until" -le "$3" ] && return 0
  g_release "$1" "$2" "$3"
  return 1
}

g_release() {
  if ! g_owner "$1" "$3" || [ "$g_owner" = "$2" ]; then true >"$g_dir/$1.probe"; fi 2>/dev/null
}
