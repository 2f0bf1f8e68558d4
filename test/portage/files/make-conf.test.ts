// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of the shell
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findAssignment, parseMakeConf } from '../../../portage/files/make-conf.ts';
import { quick } from '../../kit/environment.ts';
import { type Oracle, startOracle } from '../../kit/oracle.ts';
import { random } from '../../kit/random.ts';

let oracle: Oracle;
beforeAll(() => {
  oracle = startOracle();
});
afterAll(() => oracle.stop());

interface Answer {
  readonly values: Record<string, string> | null;
  readonly refused: boolean;
}

interface Case {
  readonly text: string;
  readonly sourced: Record<string, string>;
}

const variables = { HOME: '/root', A: 'from outside' };

function ours({ text, sourced }: Case) {
  return parseMakeConf(text, {
    path: '/etc/portage/make.conf',
    source: path => sourced[path.slice('/etc/portage/'.length)],
    variables: new Map(Object.entries(variables)),
  });
}

/** What differs from Portage: values, where it gives any, and whether a strict reading is refused. */
async function differences(cases: readonly Case[]): Promise<object[]> {
  const answers = await oracle.askAll<Answer>(
    'makeConf',
    cases.map(({ text, sourced }) => [text, sourced, variables]),
  );
  return cases.flatMap((one, index) => {
    const { value, problems } = ours(one);
    const { values, refused } = answers[index]!;
    const said = Object.fromEntries(value.variables);
    // a bad ${ in a value is complained about, but not refused
    const stops = problems.some(problem => !/bad substitution|matching `}'/.test(problem));
    const same = values === null || JSON.stringify(said) === JSON.stringify(values);
    return same && stops === refused ? [] : [{ ...one, said, values, problems, refused }];
  });
}

describe('make.conf', () => {
  it.each<[string, string, Record<string, string>?]>([
    ['quotes', `A="x y"\nB='\${A} z'\nC=plain\nD="it's"\nE='say "hi"'\n`],
    ['references', 'A=1\nB="$A ${A}b ${UNKNOWN} $A$A"\nC="${B}"\n'],
    ['what is known before', 'B="${A} ${HOME}"'],
    ['lines that go on', 'CFLAGS="-O2 \\\n  -pipe\n -g"\nB="a\\nb"\n'],
    ['escapes', 'A="\\$HOME \\\\ \\" \\x"\nB=\\$HOME\nC=a\\ b\nD="\\\\$HOME \\\\\\"x"\n'],
    ['comments', '# A=1\nA=1 # two\nB="#no"#yes\nC=a#b\n'],
    ['export', 'export A=1\nexport\nB=2\n'],
    ['source', 'A=1\nsource other\nC="${B}"\n', { other: 'B="${A}2"\n' }],
    ['source with a reference', 'A=other\nsource "${A}"\nC="${B}"\n', { other: 'B=2\n' }],
    ['source of nothing', 'A=1\nsource nowhere\nB=2\n'],
    ['source of source', 'source one\nC=3\n', { one: 'A=1\nsource two\n', two: 'B=2\n' }],
    ['source at the end of what is sourced', 'source one\nC=3\n', { one: 'A=1\nsource two', two: 'B=2\n' }],
    ['source at the end', 'A=1\nsource one', { one: 'B=2' }],
    ['source in the middle', 'A=source\nB=2\n'],
    ['no value', 'A=\nB=2\n'],
    ['no value at the end', 'A=1\nB='],
    ['nothing but a name', 'A=1\nB\n'],
    ['an open quote', 'A=1\nB="x\nC=3\n'],
    ['an open escape', 'A=1\nB=x\\'],
    ['blanks about =', 'A = 1\nB= 2\nC =3\n'],
    ['two on a line', 'A=1 B=2; C=3\n'],
    ['+=', 'A=1\nA+=2\n'],
    ['a wrong name', 'A=1\n1B=2\nC-D=3\nE=4\n'],
    ['bad references', 'A="x ${B"\nC="$ x"\nD="${}"\nE="$"\nF="${A-x}"\nG="cost$"\n'],
    ['CRLF', 'A="1"\r\nB="x\r\ny"\r\n'],
    ['no end of line', 'A=1'],
    ['signs', 'A=(x)\n'],
    ['more signs', 'A=x|y\nB=2\n'],
    ['other tongues', 'A="ö ü"\nB=ö\n'],
    ['nothing', ''],
    ['NUL', 'A="x\0y"\nB=2\n'],
    ['a single quote within an expansion', `A="'\${HOME}'"\nB="\\"\${HOME}\\""\n`],
  ])('reads %s', async (_, text, sourced = {}) => {
    expect(await differences([{ text, sourced }])).toEqual([]);
  });

  it('reads random ones as getconfig does', async () => {
    const next = random(33);
    const pieces = [
      ...[
        'A',
        'B',
        'C1',
        'FEATURES',
        '_X',
        '9',
        'é',
        '=',
        '=',
        '=',
        '"',
        '"',
        "'",
        '\\',
        '$',
        '${',
        '}',
        '${A}',
      ],
      ...[
        '$B',
        '${FEATURES}',
        '\n',
        '\n',
        '\r\n',
        ' ',
        '\t',
        '#',
        'source one',
        'export ',
        '(',
        '|',
        '-x',
        ';',
      ],
    ];
    const chunk = () => {
      if (next.chance(0.5)) return pieces[next.below(pieces.length)]!;
      const words = Array.from({ length: next.below(4) }, () =>
        next.pick(['-O2', '${A}', '$B', 'x', '\\$C', "it's", '${FEATURES}', '\n', '\\"', '\\\\', '#']),
      ).join(' ');
      return `\n${next.pick(['A', 'B', 'C1', 'FEATURES'])}=${next.pick(['"', '"', "'", ''])}${words}${next.pick(['"', '"', "'", ''])}\n`;
    };
    const text = (length: number) => Array.from({ length: next.below(length) }, chunk).join('');
    const cases = Array.from(
      { length: quick ? 500 : 4_000 },
      (): Case => ({ text: text(12), sourced: { one: next.chance(0.5) ? text(4) : `${text(4)}\n` } }),
    );
    expect((await differences(cases)).slice(0, 3)).toEqual([]);
  });

  it('says where an assignment stands', () => {
    const text =
      '# my settings\r\nFEATURES="a b"\r\nexport CFLAGS=-O2 # fast\nFEATURES="${FEATURES}\n  c" USE=\'x\'\nsource more\n';
    const { value } = parseMakeConf(text, { path: '/etc/make.conf', source: () => 'FEATURES="z"\n' });
    const slices = value.assignments.map(one => [
      text.slice(one.start, one.end),
      text.slice(one.valueStart, one.end),
      one.value,
    ]);
    expect(slices).toEqual([
      ['FEATURES="a b"', '"a b"', 'a b'],
      ['CFLAGS=-O2', '-O2', '-O2'],
      ['FEATURES="${FEATURES}\n  c"', '"${FEATURES}\n  c"', 'a b   c'],
      ["USE='x'", "'x'", 'x'],
    ]);
    expect(findAssignment(value, 'FEATURES')).toBe(value.assignments[2]);
    expect(findAssignment(value, 'NOTHING')).toBeUndefined();
    expect(value.variables.get('FEATURES')).toBe('z');
  });

  it('gives up on a file that sources itself', () => {
    const { value, problems } = parseMakeConf('A=1\nsource me\n', { source: () => 'source me\n' });
    expect(value.variables.get('A')).toBe('1');
    expect(problems).toHaveLength(1);
  });
});
