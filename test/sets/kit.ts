/** Pairs of private roots, one for plain emerge and one for the wrapper, that are set anew for each case. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { builtTree } from '../commands/built.ts';
import { emerge, noteReduced, quick } from '../kit/environment.ts';
import type { EbuildDeclaration, InstalledDeclaration } from '../testbed/declaration.ts';
import { writeInstalled } from '../testbed/installed.ts';
import type { Root } from '../testbed/root.ts';
import { type Outcome, type TwinOptions, type Twins, twins } from '../wrappers/emerge/front-kit.ts';

/** What runs the real Portage some dozen times. */
export const whole = describe.skipIf(quick);
if (quick) noteReduced('sets: two calls of the real Portage');

/** a to e are installed, f and g are not; slotted has two slots; kit is a package that a set may share its name with. */
const ebuilds: Readonly<Record<string, EbuildDeclaration>> = {
  'app-t/a-1': {},
  'app-t/b-1': {},
  'app-t/c-1': { RDEPEND: 'dev-t/lib' },
  'app-t/d-1': {},
  'app-t/e-1': {},
  'app-t/f-1': {},
  'app-t/g-1': {},
  'app-t/kit-1': {},
  'app-t/new-1': {},
  'app-t/broken-1': { fail: 'compile' },
  'app-t/long-1': {
    phases: 'src_compile() {\n\techo compile-now\n\tfor i in {1..200}; do sleep 0.1; done\n}',
  },
  'app-t/slotted-1': { SLOT: '1' },
  'app-t/slotted-2': { SLOT: '2' },
  'app-t/unstable-1': { KEYWORDS: '~amd64' },
  'dev-t/lib-1': {},
};
const usual: Readonly<Record<string, InstalledDeclaration>> = {
  'app-t/a-1': {},
  'app-t/b-1': {},
  'app-t/c-1': { RDEPEND: 'dev-t/lib' },
  'app-t/d-1': {},
  'app-t/e-1': {},
  'dev-t/lib-1': {},
};

export interface Given {
  /** Below etc/portage/sets: name -> text. */
  readonly sets?: Readonly<Record<string, string>>;
  readonly world?: readonly string[];
  /** With their @. */
  readonly worldSets?: readonly string[];
  readonly installed?: Readonly<Record<string, InstalledDeclaration>>;
  /** Path below the root -> text, in which ROOT is the root; gone after the case. */
  readonly files?: Readonly<Record<string, string>>;
}

/** What is left out is as it was before the call. */
export interface Expected {
  readonly code: number;
  readonly world?: readonly string[];
  readonly worldSets?: readonly string[];
  /** cpvs that are removed and merged. */
  readonly gone?: readonly string[];
  readonly come?: readonly string[];
  readonly says?: RegExp | readonly RegExp[];
  readonly silentOn?: RegExp;
}

export interface State {
  readonly world: readonly string[];
  readonly worldSets: readonly string[];
  readonly merged: readonly string[];
}

function write(root: Pick<Root, 'directory'>, path: string, text: string): void {
  mkdirSync(dirname(join(root.directory, path)), { recursive: true });
  writeFileSync(join(root.directory, path), text.replaceAll('ROOT', root.directory));
}

function lines(list: readonly string[]): string {
  return list.map(line => `${line}\n`).join('');
}

let written: readonly string[] = [];

function reset(root: Root, given: Given): void {
  const ours = ['sets.conf', 'postsync.d', 'repo.postsync.d'].map(name => `etc/portage/${name}`);
  for (const path of [
    'etc/portage/sets',
    'var/db/pkg',
    'var/cache/edb',
    'var/lib/tumpline',
    'run/tumpline',
    ...ours,
    ...written,
  ])
    rmSync(join(root.directory, path), { recursive: true, force: true });
  for (const [name, text] of Object.entries(given.sets ?? {})) write(root, `etc/portage/sets/${name}`, text);
  for (const [path, text] of Object.entries(given.files ?? {})) write(root, path, text);
  write(root, 'var/lib/portage/world', lines(given.world ?? []));
  write(root, 'var/lib/portage/world_sets', lines(given.worldSets ?? []));
  mkdirSync(join(root.directory, 'var/db/pkg'), { recursive: true });
  mkdirSync(join(root.directory, 'var/cache/edb'), { recursive: true });
  const all = Object.entries(given.installed ?? usual);
  for (const [counter, [cpv, declaration]] of all.entries())
    writeInstalled(join(root.directory, 'var/db/pkg'), cpv, declaration, {
      repository: 'testbed',
      counter: counter + 1,
      form: 'files',
    });
}

export function stateOf(root: Root): State {
  const items = (name: string) =>
    (root.readText(`var/lib/portage/${name}`) ?? '')
      .split('\n')
      .filter(line => line !== '')
      .sort();
  return { world: items('world'), worldSets: items('world_sets'), merged: root.merged() };
}

export let pair: Twins;

/** Call it at the top of a test file. */
export function useRoots(): void {
  beforeAll(async () => {
    pair = await twins({ ebuilds });
  });
  afterAll(() => pair?.remove());
}

export function begin(given: Given): void {
  for (const root of [pair.plain, pair.wrapped]) reset(root, given);
  written = Object.keys(given.files ?? {});
}

/** Puts a text in place, or with undefined nothing, in both roots. */
export function put(path: string, text: string | undefined): void {
  for (const { directory } of [pair.plain, pair.wrapped]) {
    rmSync(join(directory, path), { recursive: true, force: true });
    if (text !== undefined) write({ directory }, path, text);
  }
}

/** `tumpline ARGS` in both roots; the tree has to be built. */
export async function tumpline(...args: readonly string[]): Promise<void> {
  const tree = await builtTree();
  for (const root of [pair.plain, pair.wrapped]) {
    const { exitCode, stderr } = await root.run(`${tree}/bin/tumpline`, args, {
      env: { TUMPLINE_EMERGE: emerge },
    });
    expect(exitCode, stderr).toBe(0);
  }
}

function check(who: string, outcome: Outcome, before: State, after: State, expected: Expected): void {
  const { code, world = before.world, worldSets = before.worldSets, gone = [], come = [] } = expected;
  const text = `${outcome.stdout}\n${outcome.stderr}`;
  const merged = [...before.merged.filter(cpv => !gone.includes(cpv)), ...come].sort();
  const seen = { code: outcome.code, ...after };
  expect(seen, `${who}: ${text}`).toEqual({
    code,
    world: [...world].sort(),
    worldSets: [...worldSets].sort(),
    merged,
  });
  for (const said of [expected.says ?? []].flat()) expect(text, who).toMatch(said);
  if (expected.silentOn) expect(text, who).not.toMatch(expected.silentOn);
}

/**
 * The same call of plain emerge and of the wrapper; without `given` with what is there. `wrapped` of `same`: not a byte differs; `below`: what emerge says
 * does not differ, we say more.
 */
export async function expectBoth(
  given: Given | undefined,
  args: readonly string[],
  plain: Expected,
  wrapped: Expected | 'same',
  options: TwinOptions = {},
): Promise<{ plain: Outcome; wrapped: Outcome }> {
  if (given !== undefined) begin(given);
  const before = stateOf(pair.plain);
  const outcome = await pair.both(args, { named: true, ...options });
  check('plain', outcome.plain, before, stateOf(pair.plain), plain);
  check('wrapped', outcome.wrapped, before, stateOf(pair.wrapped), wrapped === 'same' ? plain : wrapped);
  if (wrapped === 'same') expect(outcome.wrapped).toEqual(outcome.plain);
  return outcome;
}
