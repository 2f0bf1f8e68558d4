/** What the sh front evaluates: its arguments anew, and what follows emerge. */
import type { CallWord } from './own-options.ts';

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A word of a command that somebody is to type. */
export function typed(text: string): string {
  return /^[\w./:+@%,=-]+$/.test(text) ? text : quoted(text);
}

/** An argument that stays is named by its place, so that its bytes are as they were given. */
function wordText({ text, at }: CallWord): string {
  return at === undefined ? quoted(text) : `"\${${at + 1}}"`;
}

/** `then` is `help`, `info` or the words of a second call of emerge. */
export function shellText(
  words: readonly CallWord[] | undefined,
  then: 'help' | 'info' | readonly string[] | undefined,
): string {
  const follow = typeof then === 'string' ? then : (then ?? []).map(quoted).join(' ');
  const set = words === undefined ? '' : `set -- ${words.map(wordText).join(' ')}\n`;
  return `${set}tumpline_then=${quoted(follow)}\n`;
}
