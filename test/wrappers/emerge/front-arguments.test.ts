/** The front's look at the arguments against the parser that knows all of emerge's. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { liveEligible, parseEmergeArguments } from '../../../portage/emerge-arguments.ts';
import { optionNames, valueOptions } from '../../../portage/emerge-options.ts';
import { quick, top } from '../../kit/environment.ts';
import { type Random, random } from '../../kit/random.ts';
import { shells } from './front-kit.ts';

const front = readFileSync(join(top, 'wrappers/emerge/emerge.sh'), 'utf8');

/** What the front's own function answers for each vector: its text, up to the question about the terminal. */
function answers(shell: readonly string[], vectors: readonly (readonly string[])[]): boolean[] {
  const start = front.indexOf('tumpline_merges() {');
  const text = front.slice(start, front.indexOf('\n}\n', start) + 3);
  const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;
  const asked = vectors.map(args => `tumpline_merges ${args.map(quote).join(' ')} && echo y || echo n`);
  const { stdout, stderr } = spawnSync(shell[0]!, [...shell.slice(1), '-s'], {
    input: `${text}${asked.join('\n')}\n`,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  expect(stderr).toBe('');
  return stdout
    .trim()
    .split('\n')
    .map(line => line === 'y');
}

const names = [...optionNames.keys()];
const long = names.filter(name => name.startsWith('--'));
const short = names.filter(name => !name.startsWith('--')).map(name => name[1]!);
const usual = [
  '-1',
  '-a',
  '-v',
  '-u',
  '-D',
  '-N',
  '-j4',
  '-av',
  '-avuDN',
  '--jobs=2',
  '--keep-going',
  '-t',
  '-O',
  '-k',
];

/** The words of one option, with a value where it takes one. */
function option(random: Random): string[] {
  const name = random.pick(long);
  const known = valueOptions.get(name);
  if (known === undefined) return [name];
  const value = random.pick(known.choices ?? ['y', 'n', '1', '3', 'True', 'sys-apps/x', '@world']);
  return random.chance(0.5) ? [`${name}=${value}`] : random.chance(0.8) ? [name, value] : [name];
}

function vector(random: Random): string[] {
  const words: string[] = [];
  for (let count = random.below(4); count > 0; count -= 1) {
    const kind = random();
    if (kind < 0.45) words.push(random.pick(usual));
    else if (kind < 0.8) words.push(...option(random));
    else if (kind < 0.95) words.push(`-${random.some(short, 0.06).join('') || 'v'}`);
    else words.push(random.pick(['--', '-', '', '--nonsense', '-Z', '-vp', '-fj3', '-j', '-rv']));
  }
  for (let count = random.below(3); count > 0; count -= 1)
    words.splice(
      random.below(words.length + 1),
      0,
      random.pick(['app-misc/foo', '@world', 'foo', '=a/b-1', './x.ebuild']),
    );
  return words;
}

const vectors = Array.from({ length: quick ? 2000 : 20_000 }, (_, index) => vector(random(index + 1)));

describe('may these arguments start a merge', () => {
  test.each(shells)('%s answers as bash does', (_name, ...shell) => {
    const some = vectors.slice(0, 1000);
    expect(answers(shell, some)).toEqual(answers(['bash'], some));
  });

  test('as the parser says, but for what is written here', () => {
    const said = answers(['bash'], vectors);
    const differing = vectors.flatMap((args, index) => {
      const parsed = parseEmergeArguments(args);
      return said[index] === liveEligible(parsed) ? [] : [{ args, parsed, live: said[index] }];
    });
    // live for nothing: emerge refuses the arguments, or a value is all that looks like a target (emerge then has
    // nothing to do), or an action stands behind --, where emerge still takes it for one
    const needless = differing.filter(({ live }) => live);
    const unexplained = needless.filter(
      ({ args, parsed }) =>
        parsed.problems.length === 0 &&
        !(parsed.action === undefined && parsed.targets.length === 0) &&
        !args.includes('--'),
    );
    expect(unexplained).toEqual([]);
    expect(needless.filter(({ parsed }) => parsed.problems.length === 0).length).toBeLessThan(
      vectors.length / 25,
    );
    // not live although it merges: a value of n that is a word of its own
    const missed = differing.filter(({ live }) => !live).map(({ args }) => args.join(' '));
    expect(missed.filter(line => !/--(quiet|deselect) n\b|-\w*[qW]\w* ?n\b/.test(line))).toEqual([]);
    expect(missed.length).toBeLessThan(vectors.length / 500);
    expect(said.filter(Boolean).length).toBeGreaterThan(vectors.length / 4);
  });
});
