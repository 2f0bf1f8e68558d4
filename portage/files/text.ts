/** How Portage's Python reads configuration text: universal newlines, Unicode whitespace, str.split(). */

/** What a format module gives back: everything that is sound, and what was not. A problem is one line of English. */
export interface Parsed<T> {
  readonly value: T;
  readonly problems: readonly string[];
}

const spaces = new Set(
  [
    ...'\t\n\v\f\r\u{1c}\u{1d}\u{1e}\u{1f} \u{85}\u{a0}\u{1680}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}',
  ].concat(Array.from({ length: 11 }, (_, i) => String.fromCharCode(0x2000 + i))),
);

/** Lines without their ends: LF, CRLF and a lone CR each end one; a last empty line is left out. */
export function splitLines(text: string): string[] {
  const lines = text.includes('\r') ? text.split(/\r\n|\r|\n/) : text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** str.strip(): unlike trim() it leaves a byte order mark and takes the ASCII separators. */
export function strip(text: string): string {
  return stripRight(text.slice(indentOf(text)));
}

export function stripRight(text: string): string {
  let end = text.length;
  while (end > 0 && spaces.has(text[end - 1] ?? '')) end--;
  return text.slice(0, end);
}

/** How many characters of whitespace the text begins with. */
export function indentOf(text: string): number {
  let start = 0;
  while (start < text.length && spaces.has(text[start] ?? '')) start++;
  return start;
}

/** str.split(): the words between any whitespace. */
export function words(text: string): string[] {
  // most lines of a list are one plain word
  if (/^[!-~]+$/.test(text)) return [text];
  const found: string[] = [];
  let start = -1;
  for (let i = 0; i <= text.length; i++) {
    const space = i === text.length || spaces.has(text[i] ?? '');
    if (!space && start < 0) start = i;
    else if (space && start >= 0) {
      found.push(text.slice(start, i));
      start = -1;
    }
  }
  return found;
}

/** int(text) of Python for decimal numbers in ASCII, undefined where it would raise. */
export function pythonInt(text: string): number | undefined {
  const digits = strip(text);
  if (!/^[+-]?\d+(?:_\d+)*$/.test(digits) || digits.replace(/\D/g, '').length > 4300) return undefined;
  return Number(digits.replaceAll('_', ''));
}

/** float(text) of Python in ASCII, undefined where it would raise. */
export function pythonFloat(text: string): number | undefined {
  const number = strip(text).toLowerCase();
  const special = /^([+-]?)(?:(inf|infinity)|nan)$/.exec(number);
  if (special) return special[2] ? Number(`${special[1]}Infinity`) : Number.NaN;
  const digits = String.raw`\d+(?:_\d+)*`;
  const form = new RegExp(`^[+-]?(?:${digits}(?:\\.(?:${digits})?)?|\\.${digits})(?:e[+-]?${digits})?$`);
  return form.test(number) ? Number(number.replaceAll('_', '')) : undefined;
}
