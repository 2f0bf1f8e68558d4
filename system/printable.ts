/** Makes foreign text harmless in a message: control, C1 and direction characters become visible escapes. */
const short: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function mustEscape(code: number): boolean {
  return (
    code < 0x20 ||
    (code >= 0x7f && code < 0xa0) ||
    code === 0x200e ||
    code === 0x200f ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069)
  );
}

/** The text on one line, safe to print to a terminal. */
export function printable(text: string): string {
  let result = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (!mustEscape(code)) result += character;
    else result += short[character] ?? `\\u${code.toString(16).padStart(4, '0')}`;
  }
  return result;
}
