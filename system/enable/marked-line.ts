/** One line of ours in somebody else's text. Texts are Latin-1 images of the bytes, so that every byte survives. */

/** The line end that the text uses at its end, `\n` unless it is `\r\n`. */
function lineEnd(text: string): string {
  const at = text.lastIndexOf('\n');
  return at > 0 && text[at - 1] === '\r' ? '\r\n' : '\n';
}

/** Start and end of each line of the text that equals one of `lines`; the end includes the line end. */
function occurrences(text: string, lines: readonly string[]): { start: number; end: number; next: number }[] {
  const found: { start: number; end: number; next: number }[] = [];
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const next = newline === -1 ? text.length : newline + 1;
    let end = newline === -1 ? text.length : newline;
    if (newline > start && text[newline - 1] === '\r') end -= 1;
    if (lines.includes(text.slice(start, end))) found.push({ start, end, next });
    start = next;
  }
  return found;
}

/** The numbers, from 1, of lines with `mark` in them that are none of `lines`. */
export function strangeLines(text: string, mark: string, lines: readonly string[]): number[] {
  return text
    .split(/\r?\n/)
    .flatMap((line, index) => (line.includes(mark) && !lines.includes(line) ? [index + 1] : []));
}

export function hasLine(text: string, lines: readonly string[]): boolean {
  return occurrences(text, lines).length > 0;
}

/** The text with the line at its end, and the line end that had to go in front of it (mostly none). */
export function addLine(text: string, line: string): { text: string; joint: string } {
  const end = lineEnd(text);
  const joint = text === '' || text.endsWith('\n') ? '' : end;
  return { text: `${text}${joint}${line}${end}`, joint };
}

/** The text with each of `lines` turned into `line`, once; further ones go. */
export function replaceLine(text: string, lines: readonly string[], line: string): string {
  let result = '';
  let at = 0;
  for (const [index, found] of occurrences(text, lines).entries()) {
    result += text.slice(at, found.start);
    if (index === 0) result += line + text.slice(found.end, found.next);
    at = found.next;
  }
  return result + text.slice(at);
}

/** The text without any of `lines`. */
export function dropLine(text: string, lines: readonly string[]): string {
  let result = '';
  let at = 0;
  for (const found of occurrences(text, lines)) {
    result += text.slice(at, found.start);
    at = found.next;
  }
  return result + text.slice(at);
}
