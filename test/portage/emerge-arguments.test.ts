import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmergeArguments, parseEmergeArguments } from '../../portage/emerge-arguments.ts';
import { optionNames, valueOptions } from '../../portage/emerge-options.ts';
import { quick } from '../kit/environment.ts';
import { type Oracle, startOracle } from '../kit/oracle.ts';
import { type Random, random } from '../kit/random.ts';

let oracle: Oracle;
let processors: number;
beforeAll(async () => {
  oracle = startOracle();
  processors = await oracle.ask<number>('processors', []);
});
afterAll(() => oracle.stop());

interface Case {
  readonly args: readonly string[];
  readonly defaults: string | null;
}

/** Both refuse, or both say the same. */
function said(parsed: EmergeArguments): unknown {
  if (parsed.problems.length > 0) return null;
  const options: Record<string, unknown> = {};
  for (const [name, value] of parsed.options)
    options[name] = typeof value === 'number' && !Number.isFinite(value) ? pythonName(value) : value;
  return { action: parsed.action ?? null, options, targets: parsed.targets };
}

function pythonName(value: number): string {
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
}

async function differences(cases: readonly Case[]): Promise<object[]> {
  const answers = await oracle.askAll(
    'emergeArguments',
    cases.map(({ args, defaults }) => [args, defaults]),
  );
  return cases.flatMap(({ args, defaults }, index) => {
    const context = { processors, ...(defaults === null ? {} : { defaultOpts: defaults }) };
    const ours = said(parseEmergeArguments(args, context));
    const answer = answers[index] as object | null;
    // a crash with a traceback is a refusal as well
    const theirs = answer && 'crashed' in answer ? null : answer;
    return sorted(ours) === sorted(theirs) ? [] : [{ args, defaults, ours, theirs }];
  });
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

const names = [...optionNames.keys()];
const shorts = names.filter(name => !name.startsWith('--')).map(name => name[1]!);
const plainValues = [
  'y',
  'n',
  '0',
  '1',
  '4',
  '2.5',
  '-1',
  'True',
  'rdeps',
  'json',
  'deep',
  'changed-use',
  '50',
];
const oddValues = ['', ' ', '1_000', ' 7 ', 'inf', 'nan', '1e3', '+3', '1.', '.5', '007', 'yes', '=', '-'];
const targets = ['app-misc/foo', '@world', '=dev-libs/bar-1.0', '/', 'foo', '-', '>=a/b-1:2', 'a b', '--'];
const atoms = [
  'foo',
  'a/b',
  'a/*',
  '*/*',
  'a/b:0',
  '=a/b-1',
  'a/b c/d',
  '!a/b',
  'a/b[x]',
  'a/b::r',
  '*/foo*',
  '',
];

function value(next: Random): string {
  return next.chance(0.7) ? next.pick(plainValues) : next.pick(next.chance(0.5) ? oddValues : atoms);
}

function word(next: Random): string[] {
  const choice = next();
  if (choice < 0.2) return [next.pick(targets)];
  if (choice < 0.45) {
    // a cluster, at times with something stuck to it
    const letters = Array.from({ length: 1 + next.below(4) }, () => next.pick(shorts)).join('');
    return [`-${letters}${next.chance(0.2) ? value(next) : ''}`];
  }
  const name = next.pick(names);
  const known = valueOptions.get(optionNames.get(name)!);
  if (next.chance(0.12) && name.startsWith('--')) {
    const shortened = name.slice(0, 3 + next.below(name.length - 2));
    return [next.chance(0.3) ? `${shortened}=${value(next)}` : shortened];
  }
  const fitting = known?.choices
    ? next.pick(known.choices)
    : known?.kind === 'atoms'
      ? next.pick(atoms)
      : value(next);
  const given = next.chance(0.8) ? fitting : value(next);
  if (next.chance(known ? 0.3 : 0.03)) return [`${name}=${given}`];
  return known && next.chance(0.7) ? [name, given] : [name];
}

function vector(next: Random, longest: number): string[] {
  return Array.from({ length: next.below(longest + 1) }, () => word(next)).flat();
}

/** A vector that emerge is likely to take. */
function sensible(next: Random): string[] {
  const flags = [...names].filter(name => !valueOptions.has(optionNames.get(name)!) && name.length === 2);
  const quiet = flags.filter(name => !'-c -C -h -P -s -S -V'.includes(name));
  const known = [...valueOptions].flatMap(([name, option]) =>
    option.choices && name !== '--sync-submodule' ? option.choices.map(one => [name, one]) : [],
  );
  return Array.from({ length: next.below(7) }, (): string[] => {
    const choice = next();
    if (choice < 0.3) return [next.pick(targets.slice(0, 5))];
    if (choice < 0.6) return [`-${next.some([...'avuDNt1kbq'], 0.4).join('')}`].filter(one => one !== '-');
    if (choice < 0.7) return [next.pick(quiet)];
    if (choice < 0.8)
      return [next.pick(['-j4', '-j', '--jobs=3', '-l2.5', '--load-average', '-D2', '--backtrack=9'])];
    const [name, one] = next.pick(known);
    return one === 'True' ? [name!] : next.chance(0.5) ? [`${name}=${one}`] : [name!, one!];
  }).flat();
}

describe('arguments of emerge', () => {
  it('are read as parse_opts reads them: thousands of random vectors, right and wrong', async () => {
    const next = random(71);
    const size = quick ? 300 : 4_000;
    const cases = Array.from({ length: size }, (_, index): Case => {
      const args = index % 2 === 0 ? sensible(next) : vector(next, 4);
      const defaults = next.chance(0.3)
        ? sensible(next)
            .map(one => `'${one}'`)
            .join(' ')
        : null;
      return { args, defaults };
    });
    const wrong = await differences(cases);
    expect(wrong.slice(0, 5)).toEqual([]);
    const taken = cases.filter(({ args }) => parseEmergeArguments(args).problems.length === 0).length;
    expect(taken).toBeGreaterThan(size / 3);
    expect(taken).toBeLessThan(size);
  }, 300_000);

  it('are read alike, every spelling and every abbreviation', async () => {
    const long = names.filter(name => name.startsWith('--'));
    const shortened = new Set(long.flatMap(name => Array.from(name, (_, at) => name.slice(0, at + 1))));
    const cases = [...names, ...shortened].flatMap(name =>
      [[name], [name, 'y'], [name, '2', 'foo']].map((args): Case => ({ args, defaults: null })),
    );
    const some = quick ? cases.filter((_, index) => index % 16 === 0) : cases;
    expect((await differences(some)).slice(0, 5)).toEqual([]);
  }, 300_000);

  it.each<[string[], string | null]>([
    [['-avuDN', '@world'], null],
    [['-j4', 'a/b'], null],
    [['-j', '4', 'a/b'], null],
    [['-jv', 'a/b'], null],
    [['-vj4', 'a/b'], null],
    [['-kn', 'a/b'], null],
    [['-k', 'n', 'a/b'], null],
    [['--jobs', 'a/b'], null],
    [['--jobs=', 'a/b'], null],
    [['--ask=y', '--verbose=n', 'a/b'], null],
    [['--ask', 'n', 'a/b'], '--ask --verbose'],
    [['--', '-p', 'a/b'], null],
    [['a/b', '--', '-p'], null],
    [['-p', 'a/b', '--', '-v', '--'], null],
    [['--exclude', '--', 'a/b'], null],
    [['--exclude=a/b', '-X', 'c/d e/f', 'g/h'], null],
    [['--exclude', '=a/b-1', 'g/h'], null],
    [['--exclude=--', 'g/h'], null],
    [['--root=/x', '--config-root', '/y', 'a/b'], null],
    [['--search', 'foo'], null],
    [['-S', 'foo'], null],
    [['-sS', 'foo'], null],
    [['-s', '--sync'], null],
    [['--pretend=y', 'a/b'], null],
    [['-p=u', 'a/b'], null],
    [['-1', '-5', 'a/b'], null],
    [['-u X', 'a/b'], null],
    [['--deselect', 'a/b'], null],
    [['--deselect=n', 'a/b'], null],
    [['--ignore-default-opts', 'a/b'], '--pretend'],
    [['a/b'], '--pretend --jobs=4 --exclude "x/y z/w"'],
    [['a/b'], "--exclude 'x/y"],
    [['--help'], '--wrong-option'],
    [['a/b'], '--wrong-option'],
    [['--select=n', '-w', 'a/b'], null],
    [['--rebuild-if-new-ver', '--rebuild-if-unbuilt', 'a/b'], null],
    [['--rebuild-if-new-rev', '--rebuild-if-unbuilt', 'a/b'], null],
    [['--rebuild-if-new-rev', '--rebuild-if-new-ver', 'a/b'], null],
    [['--rebuild-if-new-rev', '--rebuild-if-unbuilt=n', 'a/b'], null],
    [['-Dj3', 'a/b'], null],
    [['-jD3', 'a/b'], null],
    [['-D2j', 'a/b'], null],
    [['-jl2', '4', 'a/b'], null],
    [['-Dl1.5', 'a/b'], null],
    [['-aj', '3'], null],
    [['-ja', '3'], null],
    [['--load-average=0', 'a/b'], null],
    [['--load-average', '0', 'a/b'], null],
    [['--load-average=-1', 'a/b'], null],
    [['-l', 'a/b'], null],
    [['--deep=-1', 'a/b'], null],
    [['--deep=0', 'a/b'], null],
    [['--backtrack=-1', 'a/b'], null],
    [['--backtrack=x', 'a/b'], null],
    [['--jobs=0', 'a/b'], null],
    [['--jobs=-2', 'a/b'], null],
    [['--jobs=n', 'a/b'], null],
    [['--jobs=y', 'a/b'], null],
    [['--search-similarity=101', '-s', 'x'], null],
    [['--search-similarity=100', '-s', 'x'], null],
    [['--rebuilt-binaries-timestamp=-1', 'a/b'], null],
    [['--jobs-tmpdir-require-free-gb', 'a/b'], null],
    [['--jobs-tmpdir-require-free-gb', '0', 'a/b'], null],
    [['--changed-use', '--reinstall', 'changed-use', 'a/b'], null],
    [['-U', 'a/b'], null],
    [['--oneshot', '--select', 'a/b'], null],
    [['--regex-search-auto=n', '-s', 'x'], null],
    [['--getbinpkg=n', '--usepkg=n', 'a/b'], null],
    [['--quiet-build', 'a/b'], null],
    [['--root-deps', 'rdeps', 'a/b'], null],
    [['--root-deps', 'a/b'], null],
    [['--sync-submodule', 'glsa', '--sync-submodule=news', '--sync'], null],
    [['--sync-submodule', 'x', '--sync'], null],
    [[], null],
    [['ä', '--root=ö'], null],
  ])('%j with EMERGE_DEFAULT_OPTS %j', async (args, defaults) => {
    expect(await differences([{ args, defaults }])).toEqual([]);
  });
});
