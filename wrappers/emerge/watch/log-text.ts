/** One line of a build log made harmless for a terminal: text and colours are kept, every other control is left out. Pure. */

export interface Piece {
  readonly text: string;
  /** SGR parameters that hold here; empty for none. */
  readonly look: string;
}

export type LogLine = readonly Piece[];

const longestLook = 60;

/** `raw` is what stands before a line feed; of what carriage returns overwrite only the last is kept. */
export function logLine(raw: string): LogLine {
  const pieces: Piece[] = [];
  let look = '';
  let text = '';
  let at = 0;
  const flush = () => {
    if (text !== '') pieces.push({ text, look });
    text = '';
  };
  while (at < raw.length) {
    const code = raw.charCodeAt(at);
    if (code === 0x1b || code === 0x9b) {
      const { length, look: next } = escapeAt(raw, at, look);
      if (next !== look) flush();
      look = next;
      at += length;
      continue;
    }
    at += 1;
    if (code === 0x0d) {
      if (/[^\r]/.test(raw.slice(at))) {
        pieces.length = 0;
        text = '';
      }
    } else if (code === 0x08) text = text.slice(0, -1);
    else if (code === 0x09) text += '\t';
    else if (!isControl(code)) text += raw[at - 1];
  }
  flush();
  return pieces;
}

/** C0, C1, and what changes the direction of text. */
function isControl(code: number): boolean {
  return (
    code < 0x20 ||
    (code >= 0x7f && code < 0xa0) ||
    code === 0x061c ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x206f) ||
    code === 0xfeff
  );
}

/** How long the sequence is, and how text looks behind it. */
function escapeAt(raw: string, at: number, look: string): { length: number; look: string } {
  const eightBit = raw.charCodeAt(at) === 0x9b;
  const kind = eightBit ? '[' : raw[at + 1];
  let end = at + (eightBit ? 1 : 2);
  if (kind === '[') {
    const from = end;
    while (/[\x20-\x3f]/.test(raw[end] ?? '')) end += 1;
    const parameters = raw.slice(from, end);
    // anything else than a final byte breaks the sequence off and counts for itself
    const final = /[\x40-\x7e]/.test(raw[end] ?? '') ? 1 : 0;
    return { length: end + final - at, look: raw[end] === 'm' ? lookAfter(look, parameters) : look };
  }
  // strings: title of the window and the like, up to BEL or ST
  if (kind !== undefined && ']PX^_'.includes(kind)) {
    while (end < raw.length && raw[end] !== '\x07' && raw[end] !== '\x9c' && raw[end] !== '\x1b') end += 1;
    const ended = raw[end] === '\x1b' && raw[end + 1] === '\\' ? 2 : raw[end] === '\x1b' ? 0 : 1;
    return { length: end + ended - at, look };
  }
  if (kind !== undefined && /[\x20-\x2f]/.test(kind)) {
    while (/[\x20-\x2f]/.test(raw[end] ?? '')) end += 1;
    end += 1;
  }
  return { length: end - at, look };
}

/** Bold, underline, colours; nothing that hides text or makes it blink. */
function lookAfter(look: string, parameters: string): string {
  if (!/^[\d;:]*$/.test(parameters)) return look;
  const numbers = parameters.split(/[;:]/).map(Number);
  const kept: string[] = [];
  let before = look === '' ? [] : [look];
  for (let at = 0; at < numbers.length; at += 1) {
    const code = numbers[at] ?? 0;
    if (code === 0) {
      before = [];
      kept.length = 0;
    } else if (code === 38 || code === 48) {
      const length = numbers[at + 1] === 5 ? 3 : numbers[at + 1] === 2 ? 5 : 1;
      const words = numbers.slice(at, at + length);
      if (length > 1 && words.length === length && words.every(word => word < 256))
        kept.push(words.join(';'));
      at += length - 1;
    } else if (isLook(code)) kept.push(String(code));
  }
  const all = [...before, ...kept].join(';');
  return all.length > longestLook
    ? kept
        .join(';')
        .slice(0, longestLook)
        .replace(/;?\d*$/, '')
    : all;
}

function isLook(code: number): boolean {
  return (
    [1, 2, 3, 4, 7, 22, 23, 24, 27].includes(code) ||
    (code >= 30 && code <= 37) ||
    (code >= 39 && code <= 47) ||
    code === 49 ||
    (code >= 90 && code <= 97) ||
    (code >= 100 && code <= 107)
  );
}
