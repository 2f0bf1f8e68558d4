/** What a terminal sends for keys (ECMA-48 and xterm's control sequences), as names. Pure. */

/** A printable character as itself, or the name of a key; `ctrl-c` and so on. */
export type Key = string;

const named: Readonly<Record<string, Key>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  H: 'home',
  F: 'end',
  Z: 'back-tab',
};
const numbered: Readonly<Record<string, Key>> = {
  1: 'home',
  4: 'end',
  5: 'page-up',
  6: 'page-down',
  7: 'home',
  8: 'end',
};
const controls: Readonly<Record<string, Key>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  ' ': 'space',
  '\x7f': 'backspace',
  '\b': 'backspace',
};

export interface Decoded {
  readonly keys: readonly Key[];
  /** What may become a key with what comes next; a lone escape is the key of that name if nothing comes. */
  readonly rest: string;
}

/** Longer than any key's sequence; what goes on is no key. */
const longest = 32;

/** Sequences of other meaning are dropped whole, so that no part of one passes for a key. */
export function decodeKeys(input: string): Decoded {
  const keys: Key[] = [];
  let at = 0;
  while (at < input.length) {
    const character = input[at] as string;
    if (character !== '\x1b') {
      const code = character.charCodeAt(0);
      const key =
        controls[character] ??
        (code < 0x20 ? `ctrl-${String.fromCharCode(code + (code > 26 ? 0x40 : 0x60))}` : character);
      keys.push(key);
      at += 1;
      continue;
    }
    const sequence = sequenceAt(input, at);
    if (sequence === undefined) {
      if (input.length - at <= longest) return { keys, rest: input.slice(at) };
      at = input.length;
    } else {
      if (sequence.key !== undefined) keys.push(sequence.key);
      at += sequence.length;
    }
  }
  return { keys, rest: '' };
}

/** Undefined where it has not ended yet. */
function sequenceAt(input: string, at: number): { key: Key | undefined; length: number } | undefined {
  const kind = input[at + 1];
  if (kind === undefined) return undefined;
  if (kind === 'O') {
    const final = input[at + 2];
    return final === undefined ? undefined : { key: named[final], length: 3 };
  }
  if (kind !== '[') return kind === '\x1b' ? { key: 'escape', length: 1 } : { key: undefined, length: 2 };
  let end = at + 2;
  while (/[\x20-\x3f]/.test(input[end] ?? '')) end += 1;
  const final = input[end];
  if (final === undefined) return undefined;
  const length = end - at + 1;
  const [first = ''] = input.slice(at + 2, end).split(';');
  return { key: final === '~' ? numbered[first] : named[final], length };
}
