import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noteReduced, quick } from '../../kit/environment.ts';
import type { RootDeclaration } from '../../testbed/declaration.ts';
import { type TwinOptions, type Twins, twins } from './front-kit.ts';

const declaration: RootDeclaration = {
  ebuilds: {
    'dev-libs/ground-1': {},
    'dev-libs/ground-2': {},
    'app-misc/tower-1': { RDEPEND: 'dev-libs/ground', BDEPEND: 'dev-libs/ground' },
    'app-misc/broken-1': { fail: 'compile', sleep: { compile: 0.3 } },
    'app-misc/alone-1': { sleep: 0.1 },
    'app-misc/lost-1': { RDEPEND: 'dev-libs/nowhere' },
  },
  sets: { mine: ['app-misc/alone'] },
  world: ['app-misc/alone'],
};

let pair: Twins;
beforeAll(async () => {
  pair = await twins(declaration);
});
afterAll(() => pair?.remove());

/** Calls that change little and end soon; all of them in every run. */
const short: [string, string[], TwinOptions?][] = [
  ['nothing at all', []],
  ['--version', ['--version']],
  ['-V', ['-V']],
  ['--help', ['--help']],
  ['-h among others', ['-h', 'app-misc/alone']],
  ['--info', ['--info']],
  ['-p', ['-p', 'app-misc/tower']],
  ['-pv', ['-pv', '--color=y', 'app-misc/tower']],
  ['-p of what is missing', ['--pretend', 'app-misc/none']],
  ['-p of what needs something missing', ['-pv', 'app-misc/lost']],
  ['a set', ['-p', '@mine', '@world']],
  ['a set that is none', ['-p', '@none']],
  ['-s', ['-s', 'tower']],
  ['-S', ['-S', 'package of the testbed']],
  ['--search with a regular expression', ['--search', '%^al.ne$']],
  ['--list-sets', ['--list-sets']],
  ['--sync of nothing', ['--sync']],
  ['--resume with nothing', ['--resume']],
  ['-r -p', ['-rp']],
  ['--depclean -p', ['--depclean', '-p']],
  ['-C of what is not there', ['-C', 'app-misc/alone']],
  ['--regen', ['--regen', '--jobs=1']],
  ['--metadata', ['--metadata']],
  ['--check-news', ['--check-news']],
  ['--deselect', ['--deselect', 'app-misc/none']],
  ['-f', ['-f', 'app-misc/alone']],
  ['-F', ['-F', 'app-misc/alone']],
  ['a wrong long option', ['--pretent', 'app-misc/alone']],
  ['a wrong short option', ['-Z', 'app-misc/alone']],
  ['an option without its value', ['app-misc/alone', '--config-root']],
  ['an abbreviation of two', ['--re', 'app-misc/alone']],
  ['an abbreviation', ['--pret', 'app-misc/alone']],
  ['a wrong value', ['-p', '--jobs=many', 'app-misc/alone']],
  ['two actions', ['--sync', '--depclean']],
  ['a cluster', ['-pvuDN', '@world']],
  ['spaces, quotes, newlines', ['-p', 'a b', 'a"b', "a'b", 'a\nb', 'a\\b', '$HOME', '`id`']],
  ['patterns', ['-p', '*', '[a-z]*', '?', '~', '{a,b}', '*/*']],
  ['an empty word', ['-p', '']],
  ['only an empty word', ['']],
  ['--', ['-p', '--', 'app-misc/alone']],
  ['only --', ['--']],
  ['a target that looks like an option', ['-p', '--', '-v']],
  ['bytes above 127', ['-p', 'app-misc/ä', '\u00ff']],
  ['a path', ['-p', './app-misc/alone', '/dev/null']],
  ['--root', ['-p', '--root=ROOT/tmp', 'app-misc/alone']],
  ['--config-root', ['-p', '--config-root', 'ROOT/nowhere', 'app-misc/alone']],
  ['EMERGE_DEFAULT_OPTS', ['app-misc/alone'], { env: { EMERGE_DEFAULT_OPTS: '--pretend -v' } }],
  ['EMERGE_DEFAULT_OPTS with a fault', ['app-misc/alone'], { env: { EMERGE_DEFAULT_OPTS: '--nonsense' } }],
  ['EMERGE_DEFAULT_OPTS that end in a quote', ['-p', 'x'], { env: { EMERGE_DEFAULT_OPTS: '-v "' } }],
  ['--ask without a terminal', ['--ask', 'app-misc/alone'], { input: 'n\n' }],
  ['-a answered yes, no terminal', ['-a', 'app-misc/alone'], { input: 'y\n' }],
  ['--ask at the end of input', ['--ask', 'app-misc/alone'], { input: '' }],
  ['standard input closed', ['-p', 'app-misc/alone'], { shell: 'exec "$@" <&-' }],
  ['standard output closed', ['-p', 'app-misc/alone'], { shell: 'exec "$@" >&-' }],
  ['standard error closed', ['-p', 'app-misc/none'], { shell: 'exec "$@" 2>&-' }],
  ['all closed', ['-p', 'app-misc/none'], { shell: 'exec "$@" <&- >&- 2>&-' }],
  ['a full disk', ['-p', 'app-misc/alone'], { shell: 'exec "$@" >/dev/full' }],
  ['a reader that leaves', ['--help'], { shell: '{ "$@"; echo "status $?" >&2; } | head -n 1' }],
  ['behind nohup', ['-p', 'app-misc/alone'], { shell: 'exec nohup "$@"' }],
  ['in the background', ['-p', 'app-misc/alone'], { shell: '"$@" & wait $!' }],
  ['by xargs', ['-p'], { shell: 'printf "app-misc/alone dev-libs/ground" | xargs "$@"' }],
  ['with no HOME, USER, TERM', ['-p', 'app-misc/alone'], { env: { HOME: undefined, TERM: undefined } }],
  ['TUMPLINE=0', ['-p', 'app-misc/alone'], { env: { TUMPLINE: '0' } }],
  ['inside a phase', ['-p', 'app-misc/alone'], { env: { EBUILD_PHASE: 'compile' } }],
];

/** In this order: the roots change as they go. */
const merging: [string, string[], TwinOptions?][] = [
  ['a merge', ['app-misc/tower']],
  ['-q', ['-q', 'app-misc/alone']],
  ['a build that fails', ['app-misc/broken']],
  ['--keep-going', ['--keep-going', 'app-misc/broken', 'app-misc/alone']],
  ['--resume', ['--resume', '--skipfirst']],
  ['-C', ['-C', 'app-misc/alone']],
  ['--depclean', ['--depclean', 'app-misc/tower']],
  ['-1 with EMERGE_DEFAULT_OPTS', ['app-misc/alone'], { env: { EMERGE_DEFAULT_OPTS: '-1 --quiet-build=n' } }],
  ['with standard input closed', ['-1', 'app-misc/alone'], { shell: 'exec "$@" <&-' }],
];

/** What the wrapper adds below emerge's own bytes. */
const added = /^\nPackage sets \(by tumpline\):\n[\s\S]*tumpline-sets\(5\)\.\n$|^USER_SETS_PATH=".*"\n$/;

async function same(args: string[], options: TwinOptions): Promise<void> {
  const { plain, wrapped } = await pair.both(args, options);
  if (args[0] === '--info' || args[0] === '-h' || (args[0] === '--help' && options.shell === undefined)) {
    expect(wrapped.stdout.startsWith(plain.stdout)).toBe(true);
    expect(wrapped.stdout.slice(plain.stdout.length)).toMatch(added);
    expect({ ...wrapped, stdout: '' }).toEqual({ ...plain, stdout: '' });
  } else expect(wrapped).toEqual(plain);
}

describe('plain and wrapped are one', () => {
  // every other one with TUMPLINE_EMERGE, the rest find emerge in PATH
  const some = quick ? short.filter((_, index) => index % 3 === 0) : short;
  if (quick) noteReduced('transparency: every third call');
  test.each(some.map((row, index) => [...row, index] as const))('%s', async (_name, args, ...rest) => {
    const [options, index] = rest.length === 2 ? rest : [{}, rest[0]];
    await same(args, { ...(options as TwinOptions), named: (index as number) % 2 === 0 });
  });
  test('the calls differ from one another, so that the same was not nothing', async () => {
    const { plain } = await pair.both(['-p', 'app-misc/tower']);
    expect(plain.stdout).toContain('app-misc/tower-1');
    expect(plain.code).toBe(0);
    const { wrapped } = await pair.both(['-p', 'app-misc/none']);
    expect(wrapped.stderr + wrapped.stdout).toContain('app-misc/none');
    expect(wrapped.code).toBe(1);
  });
});

describe('merges, plain and wrapped', () => {
  const chosen = quick ? merging.slice(0, 2) : merging;
  if (quick) noteReduced('transparency: 2 of 9 merges');
  test.each(chosen.map(row => [row[0], row[1], row[2] ?? {}] as const))(
    '%s',
    async (_name, args, options) => {
      await same([...args], options);
      expect(pair.wrapped.merged()).toEqual(pair.plain.merged());
    },
  );
  test.skipIf(quick)('-j2 --keep-going: the same lines, in an order that nobody promises', async () => {
    const args = ['-1', '-j2', '--keep-going', 'app-misc/broken', 'app-misc/alone', 'app-misc/tower'];
    const { plain, wrapped } = await pair.both(args);
    expect(wrapped.code).toBe(plain.code);
    expect(wrapped.code).toBe(1);
    const lines = (text: string) =>
      [...new Set(text.split('\n'))].filter(line => !/Jobs: \d/.test(line)).sort();
    expect(lines(wrapped.stdout)).toEqual(lines(plain.stdout));
    expect(lines(wrapped.stderr)).toEqual(lines(plain.stderr));
  });
});
