/** Words that a shell offers and that no table holds, found without Node: names of sets, lines of the list of olm. */
import { commandsOf, type Positional, type Program } from './command.ts';

type Kind = NonNullable<Positional['completes']>;

const setNames = `_tumpline_sets() {
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

// only words that no shell takes apart or replaces
const listedNames = `_olm_list() {
  local base=\${PORTAGE_CONFIGROOT:-\${PORTAGE_OVERRIDE_EPREFIX-}} name rest
  cat "$base/etc/overlayman/packages" "$base"/etc/overlayman/packages/* 2>/dev/null | while read -r name rest; do
    case $name in
      *[!a-zA-Z0-9+_./:-]*) continue ;;
      *::*) if [ "$1" = package ]; then name=\${name%%:*}; else name=\${name##*::}; fi ;;
      *) continue ;;
    esac
    printf '%s\\n' "$name"
  done | sort -u
}`;

/** The name of each function of sh that prints words, one a line, and what it is called with. */
const calls: Record<Kind, readonly [source: string, call: string]> = {
  set: [setNames, '_tumpline_sets'],
  listed: [listedNames, '_olm_list package'],
  overlay: [listedNames, '_olm_list overlay'],
};

/** The functions of sh that this program's words need. */
export function wordFunctions({ table }: Program): string {
  const kinds = table.flatMap(commandsOf).flatMap(({ positionals = [] }) => positionals);
  return [...new Set(kinds.flatMap(({ completes }) => (completes ? [calls[completes][0]] : [])))].join('\n');
}

/** The call that prints the words of this kind. */
export function wordCall(kind: Kind): string {
  return calls[kind][1];
}
