/** Real texts made wrong: cut, flipped, spliced, blown up, with words that mean something to a terminal or to JavaScript. */
import type { Random } from '../../../kit/random.ts';

/** What must never reach a terminal as it is, and what trips a careless reader. */
const hostile: readonly string[] = [
  ...['\0', '\r', '\n', '\t', '\x07', '\x08', '\x0e', '\x7f', '\x85', '\x9b31m', '\x9d0;x\x9c'],
  ...[
    '\x1b[2J',
    '\x1b[1;1r',
    '\x1bc',
    '\x1b]0;title\x07',
    '\x1b[?1049h',
    '\x1b[31m',
    '\x1bP+q\x1b\\',
    '\x1b[',
  ],
  ...['\u00a0', '\u202e', '\u2066', '\u200b', '\ufeff', '\u{1f4a9}', '\u0301', '\ud800', '日本', 'ﷺ'],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'null',
    'undefined',
    'NaN',
    '../../..',
    '/',
    '//',
  ],
  ...[
    '%s%n',
    '$(reboot)',
    '`id`',
    '"',
    "'",
    '\\',
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    '||',
    '!!',
    '=',
    ':',
    '::',
    ',',
    '#',
  ],
  ...[
    '-',
    '--',
    '~',
    '>=',
    '*',
    '@world',
    '@',
    '=*',
    ' to ',
    ' of ',
    'emerge',
    '>>> emerge (1 of 1) a/b-1 to /',
  ],
];

const numbers: readonly string[] = [
  ...[
    '0',
    '-1',
    '1e308',
    '-1e308',
    '1e-9',
    '9007199254740993',
    '99999999999999999999',
    '0x7fffffff',
    '4294967296',
  ],
  ...['1.5', '2147483648', '1e999', '00', '1_000', '253402300800', '8640000000000001'],
];

function range(random: Random, length: number, most = length): [number, number] {
  const from = random.below(length + 1);
  return [from, Math.min(length, from + random.below(Math.min(most, length - from) + 1))];
}

type Change = (random: Random, text: string, others: readonly string[]) => string;

const changes: readonly Change[] = [
  (random, text) => text.slice(0, random.below(text.length + 1)),
  (random, text) => text.slice(random.below(text.length + 1)),
  (random, text) => {
    const [from, to] = range(random, text.length);
    return text.slice(0, from) + text.slice(to);
  },
  (random, text) => {
    const [from, to] = range(random, text.length, 400);
    return text.slice(0, to) + text.slice(from, to).repeat(1 + random.below(40)) + text.slice(to);
  },
  (random, text, others) => {
    const other = random.pick(others);
    const [from, to] = range(random, other.length);
    const at = random.below(text.length + 1);
    return text.slice(0, at) + other.slice(from, to) + text.slice(at + random.below(to - from + 1));
  },
  (random, text) => insert(random, text, random.pick(hostile)),
  (random, text) => insert(random, text, random.pick(hostile).repeat(1 + random.below(300))),
  (random, text) => replaceOne(random, text, /\d+/g, random.pick(numbers)),
  (random, text) => replaceOne(random, text, /\d+/g, random.pick(numbers)),
  (random, text) => replaceOne(random, text, /[\w.+-]+/g, random.pick(hostile)),
  (random, text) => replaceOne(random, text, /[\w.+-]+/g, `${random.pick(hostile)}x`),
  (random, text) => {
    const lines = text.split('\n');
    for (let at = lines.length - 1; at > 0; at -= 1) {
      const other = random.below(at + 1);
      [lines[at], lines[other]] = [lines[other] ?? '', lines[at] ?? ''];
    }
    return lines.join('\n');
  },
  (random, text) =>
    insert(random, text, random.pick(['A', '[', '{"a":', '( ', '-', '9']).repeat(random.below(20_000))),
];

function insert(random: Random, text: string, piece: string): string {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + piece + text.slice(at);
}

function replaceOne(random: Random, text: string, pattern: RegExp, by: string): string {
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) return text;
  const { index, 0: word } = random.pick(found);
  return text.slice(0, index) + by + text.slice(index + word.length);
}

/** One to four changes; then maybe bits of the bytes flipped, so that it is no UTF-8 any more. */
export function mutate(random: Random, text: string, others: readonly string[] = [text]): Buffer {
  let now = text;
  for (let left = 1 + random.below(4); left > 0; left -= 1) now = random.pick(changes)(random, now, others);
  // nothing here grows without end
  const bytes = Buffer.from(now.slice(0, 400_000));
  if (bytes.length > 0 && random.chance(0.3)) {
    for (let left = random.below(8); left >= 0; left -= 1) {
      const at = random.below(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
    }
  }
  return bytes;
}

/** As text: what is no UTF-8 has become U+FFFD, as in a file that was read. */
export function mutateText(random: Random, text: string, others?: readonly string[]): string {
  return mutate(random, text, others).toString('utf8');
}

/** A word with something in it that it should not have. */
export function hostileWord(random: Random, word: string): string {
  return insert(random, word, random.pick(hostile));
}

/** One string of the document made strange in every place where it stands, so that names still fit each other. */
export function renameInJson(random: Random, text: string): string {
  const strings = [...text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?/g)].filter(
    ([, , colon]) => colon === undefined,
  );
  if (strings.length === 0) return text;
  const from = random.pick(strings)[1] ?? '""';
  const to = JSON.stringify(hostileWord(random, JSON.parse(from) as string));
  return text.replaceAll(from, () => to);
}

/** JSON of the same kind with strange names or some values of other types, or its text made wrong. */
export function mutateJson(random: Random, text: string, others?: readonly string[]): Buffer {
  if (random.chance(0.3)) return mutate(random, text, others);
  if (random.chance(0.4)) return Buffer.from(renameInJson(random, text));
  let value: unknown = JSON.parse(text);
  for (let left = 1 + random.below(5); left > 0; left -= 1) value = replaceIn(random, value, 0);
  // a key of that name can't be set, only read
  return Buffer.from(JSON.stringify(value).replaceAll('"PROTO"', '"__proto__"'));
}

function strange(random: Random, before: unknown): unknown {
  const text = typeof before === 'string' ? before : 'text';
  return random.pick<() => unknown>([
    () => null,
    () => true,
    () => Number(random.pick(numbers)) || 0,
    () => -random.below(1000),
    () => '',
    () => random.pick(hostile),
    () => text + random.pick(hostile),
    () => random.pick(hostile) + text,
    () => text.slice(0, random.below(text.length + 1)),
    () => text.repeat(1 + random.below(200)),
    () => [],
    () => ({}),
    () => [before, before, before],
    () => ({ PROTO: { state: 'done', length: 9 }, constructor: 1, id: before }),
    () => Array.from({ length: random.below(400) }, () => before),
    () => deep(random.below(2000)),
  ])();
}

function deep(levels: number): unknown {
  let value: unknown = 0;
  for (let at = 0; at < levels; at += 1) value = at % 2 === 0 ? [value] : { a: value };
  return value;
}

function replaceIn(random: Random, value: unknown, depth: number): unknown {
  const stop = depth > 0 && random.chance(0.25);
  if (stop || typeof value !== 'object' || value === null) return strange(random, value);
  if (Array.isArray(value)) {
    if (value.length === 0 || random.chance(0.1)) return [...value, strange(random, value[0])];
    const at = random.below(value.length);
    return value.map((item, index) => (index === at ? replaceIn(random, item, depth + 1) : item));
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return strange(random, value);
  const at = random.below(entries.length);
  if (random.chance(0.1)) return Object.fromEntries(entries.filter((_, index) => index !== at));
  return Object.fromEntries(
    entries.map(([key, item], index) => [key, index === at ? replaceIn(random, item, depth + 1) : item]),
  );
}
