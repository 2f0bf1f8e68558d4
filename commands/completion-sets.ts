/** Names of sets for the shells, found without Node: the files in the directories of sets. */

/** A function of sh that prints names of sets, one a line. */
export const setNamesInShell = `_tumpline_sets() {
  local base=\${PORTAGE_OVERRIDE_EPREFIX-} directory file name
  {
    cat "$base/var/lib/tumpline/sets/paths" 2>/dev/null || printf '%s\\n' "$base/etc/portage/sets"
  } | while IFS= read -r directory; do
    for file in "$directory"/*; do
      name=\${file##*/}
      case $name in
        *'~' | *.metadata | *.use | *.accept_keywords | *[!a-zA-Z0-9_+:.-]*) continue ;;
      esac
      if [ -f "$file" ]; then printf '%s\\n' "$name"; fi
    done
  done
}`;
