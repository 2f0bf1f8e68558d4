/** portage.util.varexpand: `$VAR` and `${VAR}` in a value whose outer quotes are gone already. */

const eof = "unexpected EOF while looking for matching `}'";

/** Where a file doubles a value again and again. */
const longest = 1 << 24;

/** A fault makes the whole value empty, as in Portage; an unknown variable is empty. */
export function expandVariables(
  text: string,
  known: ReadonlyMap<string, string>,
  complain: (what: string) => void,
): string {
  let result = '';
  let single = false;
  let double = false;
  let at = 0;
  while (at < text.length) {
    if (result.length > longest) {
      complain('value too long');
      return '';
    }
    const character = text[at] ?? '';
    if (character === "'" || character === '"') {
      if (character === "'" && !double) single = !single;
      if (character === '"' && !single) double = !double;
      result += character;
      at++;
    } else if (single) {
      result += character;
      at++;
    } else if (character === '\n') {
      result += ' ';
      at++;
    } else if (character === '\\') {
      if (at + 1 >= text.length) return result + character;
      const [kept, length] = backslash(text, at);
      result += kept;
      at += length;
    } else if (character === '$') {
      if (at + 1 === text.length) return `${result}$`;
      const braced = text[at + 1] === '{';
      const name = /^\w*/.exec(text.slice(at + (braced ? 2 : 1)))?.[0] ?? '';
      const end = at + (braced ? 2 : 1) + name.length;
      if (braced && text[end] !== '}') {
        complain(eof);
        return '';
      }
      if (name === '') {
        complain(`$${braced ? '{}' : ''}: bad substitution`);
        return '';
      }
      result += known.get(name) ?? '';
      at = braced ? end + 1 : end;
    } else {
      result += character;
      at++;
    }
  }
  return result;
}

/** What a backslash sequence becomes and how long it is; `\\"` swallows the quote's meaning, a known oddity. */
function backslash(text: string, at: number): [string, number] {
  const next = text[at + 1] ?? '';
  if (next === '$') return ['$', 2];
  if (next === '\n') return ['', 2];
  if (next !== '\\') return [`\\${next}`, 2];
  const after = text[at + 2] ?? '';
  return after === "'" || after === '"' || after === '$' ? [`\\${after}`, 3] : ['\\', 2];
}
