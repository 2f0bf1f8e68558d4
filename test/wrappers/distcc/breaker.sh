#!/bin/sh
# Drives the breaker's functions by lines on standard input: success STARTED NOW, answer STARTED NOW, fault KIND STARTED NOW STRIKES,
# claim PID NOW, release PID NOW, dead PID, look NOW. After each one it prints what is known at NOW.
g_dir=$2
# shellcheck source=wrappers/distcc/breaker.sh
. "$1"

dead=' '
g_alive() { case $dead in *" $1 "*) return 1 ;; esac; }

while read -r word a b c d; do
  granted=-
  case $word in
    success) now=$b; g_success host "$a" "$b" ;;
    answer) now=$b; g_answered host "$a" "$b" ;;
    fault) now=$c; g_fault host "$a" "$b" "$c" "$d" ;;
    claim) now=$b; if g_claim host "$a" "$b"; then granted=yes; else granted=no; fi ;;
    release) now=$b; g_release host "$a" "$b" ;;
    dead) dead="$dead$a " ;;
    look) now=$a ;;
  esac
  g_look host "$now"
  echo "$granted $g_opened $g_until $g_level $g_differences $g_network $g_difference $g_kind"
done
