import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isSetName, parseSetFile, type SetEntry } from '../../../portage/files/set-file.ts';
import { quick } from '../../kit/environment.ts';
import { type Oracle, startOracle } from '../../kit/oracle.ts';
import { type Random, random } from '../../kit/random.ts';
import { anyAtom, anyWildcardAtom, spoilt } from '../../kit/words.ts';

let oracle: Oracle;
beforeAll(() => {
  oracle = startOracle();
});
afterAll(() => oracle.stop());

interface Answer {
  readonly atoms: readonly string[];
  readonly nonatoms: readonly string[];
  readonly errors: number;
}

/** The words that a reader of the file would take for its members: all but comments. */
function membersOf(text: string): string[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  return lines
    .flatMap(line => line.replace(/(^|[\s\u0085])#.*/, '').split(/[\s\u0085]+/))
    .filter(word => word !== '');
}

function nativeWords(entries: readonly SetEntry[]): { atoms: string[]; nonatoms: string[] } {
  const atoms = entries.flatMap(entry => (entry.kind === 'atom' ? [entry.text] : []));
  const nonatoms = entries.flatMap(entry => (entry.kind === 'set' ? [`@${entry.name}`] : []));
  return { atoms: [...new Set(atoms)].sort(), nonatoms: [...new Set(nonatoms)].sort() };
}

/** Files that are called native but read otherwise by Portage, and losses that nobody was told of. */
async function differences(texts: readonly string[]): Promise<object[]> {
  const answers = await oracle.askAll<Answer>(
    'setFile',
    texts.map(text => [text]),
  );
  return texts.flatMap((text, index) => {
    const parsed = parseSetFile(text);
    if (!parsed.native) return [];
    const { atoms, nonatoms } = answers[index]!;
    const ours = nativeWords(parsed.entries);
    const same = JSON.stringify(ours) === JSON.stringify({ atoms, nonatoms });
    const taken = new Set([...atoms, ...nonatoms]);
    const lost = membersOf(text).filter(word => !taken.has(word));
    return same && parsed.problems.length === 0 && lost.length === 0
      ? []
      : [{ text, ours, atoms, nonatoms, lost }];
  });
}

function anyLine(next: Random): string {
  const roll = next();
  const atom = () =>
    next.chance(0.8) ? anyAtom(next, next.chance(0.3)).replace(/^!+/, '') : anyAtom(next, true);
  const name = () => next.pick(['kit', 'kde-6', 'kde:6', 'd/x', 'a@b', 'x{y', '', 'kit-@base', '-x', 'ü']);
  if (roll < 0.55) return atom();
  if (roll < 0.65) return `@${name()}`;
  if (roll < 0.7) return `${next.pick(['?', '-', '-@', '?@', '!'])}${atom()}`;
  if (roll < 0.74) return `${next.pick(['', '!'])}flag? ( ${atom()} )`;
  if (roll < 0.76) return next.pick(['(', ')', '|| (', '|| ( a/b c/d )', 'flag?', 'flag? (', '(a/b)']);
  if (roll < 0.82)
    return `${atom()}${next.pick([' # why', '# why', ' #why', '\t# x # y', ' x/y', ' ~amd64', ' @kit'])}`;
  if (roll < 0.88) return spoilt(atom(), next);
  if (roll < 0.94)
    return next.pick(['', '# a comment', '  # indented', '#', '   ', '\u00a0', '\u0085', '\f']);
  return anyWildcardAtom(next);
}

function anySetFile(next: Random): string {
  const end = next.chance(0.85) ? '\n' : next.pick(['\r\n', '\r']);
  const lines = Array.from(
    { length: next.below(6) },
    () => `${next.chance(0.1) ? '  ' : ''}${anyLine(next)}`,
  );
  return `${next.chance(0.03) ? '\uFEFF' : ''}${lines.join(end)}${next.chance(0.9) ? end : ''}`;
}

describe('set file', () => {
  it.each<[string, string]>([
    ['nothing', ''],
    ['atoms', 'a/b\n>=c/d-1.2:3/4=::repo[x,-y]\n=e/f-1*\n~g/h-2\n'],
    ['blanks, comments and CRLF', '  a/b  \r\n# c/d\r\n\r\n\te/f # g/h\r\n'],
    ['old line ends', 'a/b\rc/d\r'],
    ['nested sets', '@x\n@kde:6\n@d/x\n@a.b_c+d\n'],
    ['no end of line', 'a/b'],
    ['twice', 'a/b\na/b\n@x\n@x\n'],
    ['blanks that only Python knows', 'a/b\u00a0# x\n\u2003c/d\u3000\n\u0085e/f\n'],
    ['conditional USE dependencies', 'a/b[x?,!y=]\n'],
  ])('takes what Portage takes: %s', async (_, text) => {
    expect(parseSetFile(text)).toMatchObject({ native: true, problems: [] });
    expect(await differences([text])).toEqual([]);
  });

  it.each<[string, string, string, number, RegExp]>([
    ['no category', 'a/b\nsolo\n', 'not-atom', 2, /'solo'.*category/],
    ['a version without operator', 'a/b-1.2\n', 'not-atom', 1, /needs an operator, as in '=a\/b-1.2'/],
    ['an operator without version', '>=a/b\n', 'not-atom', 1, /version is missing/],
    ['a second word', 'a/b c/d\n', 'second-word', 1, /'c\/d'/],
    ['a keyword behind it', 'a/b ~amd64\n', 'second-word', 1, /'~amd64'/],
    ['a byte order mark', '\uFEFFa/b\nc/d\n', 'bom', 1, /byte order mark/],
    ['a wildcard', 'a/*\n', 'wildcard', 1, /'a\/\*' is a pattern/],
    ['a wildcard of a category', '*/x\n', 'wildcard', 1, /pattern/],
    ['a blocker', '!a/b\n', 'blocker', 1, /'-a\/b' leaves/],
    ['any-of', '|| ( a/b\nc/d )\n', 'choice', 1, /'\|\|'/],
    ['a bracket that stays open', 'x? (\na/b\n', 'unclosed', 1, /'x\? \('/],
    ['a bracket too many', 'a/b\n)\n', 'bracket', 2, /'\)'/],
    ['a bracket alone', '( a/b )\n', 'bracket', 1, /'\('/],
    ['a condition without bracket', 'x?\na/b\n', 'condition', 1, /'x\?'/],
    ['a condition at the end', 'a/b\nx?', 'condition', 2, /'x\?'/],
    ['a condition without content', 'x? ( )\n', 'empty', 1, /nothing in it/],
    ['a name with what runs commands in Portage', '@x{class=y}\n', 'set-name', 1, /no name of a set/],
    ['no name', '@\n', 'set-name', 1, /'@'/],
    ['a lone question mark', '? a/b\n', 'not-atom', 1, /'\?'/],
    ['an exclusion that is none', '-solo\n', 'not-atom', 1, /behind the '-'/],
    ['a comment without a blank', 'a/b#c\n', 'not-atom', 1, /'a\/b#c'/],
    ['bytes that are no text', 'a/\uFFFDb\n', 'not-atom', 1, /no atom/],
  ])('tells of what Portage would lose: %s', async (_, text, code, line, what) => {
    const parsed = parseSetFile(text);
    expect(parsed.native).toBe(false);
    expect(parsed.problems[0]).toMatchObject({ code, line, what: expect.stringMatching(what) });
    expect(await differences([text])).toEqual([]);
  });

  it('reads what Portage does not know', () => {
    const { entries, problems, native } = parseSetFile(
      ['?a/b', '-c/d', '-@x', '-e/*', 'X? ( f/g', '  !a+b? ( @y # z', ' -h/i ) ) # end', '@p-@q'].join('\n'),
    );
    expect(problems).toEqual([]);
    expect(native).toBe(false);
    expect(entries).toMatchObject([
      { kind: 'optional', line: 1, text: 'a/b', atom: { cp: 'a/b' } },
      { kind: 'without-atom', line: 2, text: 'c/d' },
      { kind: 'without-set', line: 3, name: 'x' },
      { kind: 'without-atom', line: 4, atom: { extended: true } },
      {
        kind: 'conditional',
        line: 5,
        flag: 'X',
        negated: false,
        entries: [
          { kind: 'atom', line: 5, text: 'f/g' },
          {
            kind: 'conditional',
            line: 6,
            flag: 'a+b',
            negated: true,
            entries: [
              { kind: 'set', line: 6, name: 'y' },
              { kind: 'without-atom', line: 7 },
            ],
          },
        ],
      },
      { kind: 'set', line: 8, name: 'p-@q' },
    ]);
  });

  it('goes on behind a mistake', () => {
    const { entries, problems } = parseSetFile('a/b\nsolo\n|| ( x/y z/w )\nc/d e/f\n@n\n');
    expect(entries.map(entry => (entry.kind === 'set' ? entry.name : 'text' in entry && entry.text))).toEqual(
      ['a/b', 'c/d', 'n'],
    );
    expect(problems.map(({ line, code }) => `${line} ${code}`)).toEqual([
      '2 not-atom',
      '3 choice',
      '4 second-word',
    ]);
  });

  it('agrees with Portage on random files, and nothing is lost in silence', async () => {
    const next = random(20261121);
    const texts = Array.from({ length: quick ? 400 : 6_000 }, () => anySetFile(next));
    const native = texts.filter(text => parseSetFile(text).native);
    // the comparison would mean little if most were refused
    expect(native.length).toBeGreaterThan(texts.length / 4);
    expect(native.filter(text => membersOf(text).length > 0).length).toBeGreaterThan(texts.length / 8);
    expect(await differences(texts)).toEqual([]);
  });

  it('knows names that may be written anywhere', () => {
    const names = [
      'kit',
      'kde-6.7',
      'kde:6',
      'd/x',
      'a+b',
      'ü',
      '',
      '-x',
      '@x',
      'a b',
      'x{y',
      "o'x",
      '$x',
      'a\u0007',
    ];
    expect(names.filter(isSetName)).toEqual(['kit', 'kde-6.7', 'kde:6', 'd/x', 'a+b', 'ü']);
  });
});
