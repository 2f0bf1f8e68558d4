# shellcheck shell=sh disable=SC2034,SC2154
# Which hosts distcc may use: g_list reads them, g_choose leaves out those that are kept away. With them the clock and the
# directory of what is remembered.

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
