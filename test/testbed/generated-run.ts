/** Runs of every kind in generated roots: what is installed, built, blocked and asked for is varied. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BinaryDeclaration, RootDeclaration } from './declaration.ts';
import { contented, type GeneratedRoot } from './generated-root.ts';
import { type GeneratedTree, generateTree } from './generated-tree.ts';
import { type Wear, wornVdb } from './partial-vdb.ts';
import { blocked, boundToOldest, plantBinaries, plantTree } from './planted-tree.ts';
import { type Random, seeded } from './random.ts';
import { splitCpv } from './repository.ts';
import { fillRoot, type Resolution, type ResolvedNode, type ResolvedPackage, resolveIn } from './resolver.ts';
import { makeRoot, type Root } from './root.ts';

export const runKinds = [
  'upgrade',
  'old in the graph',
  'slot rebuild',
  'several slots',
  'binary',
  'other dependencies',
  'uninstall',
  'deep newuse',
  'other root',
] as const;
export type RunKind = (typeof runKinds)[number];

export interface GeneratedRun extends GeneratedRoot {
  /** What the list that Portage made holds, not what it was meant to hold. */
  readonly kinds: ReadonlySet<RunKind>;
}

const attempts = 20;

/** Slow to find, so each fifth list is meant for one. */
type Theme = 'rebuild' | 'binary' | 'blocker' | 'root' | 'slots';
const themes: readonly Theme[] = ['rebuild', 'binary', 'blocker', 'root', 'slots'];

const wears: Record<Theme, readonly (Wear | undefined)[]> = {
  rebuild: [
    { missing: 0.05, older: 0.15, turned: 0.1 },
    { missing: 0.1, older: 0.3, turned: 0 },
  ],
  binary: [
    undefined,
    undefined,
    { missing: 0.3, older: 0.4, turned: 0.2 },
    { missing: 0.1, older: 0.2, turned: 0.1 },
  ],
  blocker: [
    { missing: 0.3, older: 0.5, turned: 0.2 },
    { missing: 0.6, older: 0.2, turned: 0.1 },
  ],
  root: [undefined, { missing: 0.4, older: 0.3, turned: 0.2 }],
  slots: [undefined, { missing: 0.4, older: 0.5, turned: 0.1 }, { missing: 0.15, older: 0.4, turned: 0.2 }],
};

function argumentsFor(theme: Theme, { targets }: GeneratedTree, random: Random): string[] {
  const asked = theme === 'root' ? targets : ['@world'];
  const deep = ['--update', '--deep', '--newuse', ...asked];
  const ways = [deep, deep, ['--update', '--deep', ...asked], ['--update', ...targets], [...targets]];
  if (theme === 'binary') {
    const usage = random.pick([
      ['--usepkg'],
      // without it Portage passes over binary packages whose ebuild has other dependencies now
      ['--usepkg', '--binpkg-changed-deps=n'],
      ['--usepkg', '--binpkg-changed-deps=n', '--with-bdeps=y'],
      ['--usepkg', '--binpkg-changed-deps=n', '--usepkg-exclude', targets[0]!],
      ['--usepkgonly'],
    ]);
    return [...usage, ...random.pick([...ways, ['--emptytree', ...targets]])];
  }
  if (theme === 'root') {
    return [...random.pick([[], [], ['--root-deps'], ['--root-deps=rdeps']]), ...random.pick(ways)];
  }
  return random.pick([...ways, ['--changed-use', '--update', '--deep', '--with-bdeps=y', ...asked]]);
}

function declared(
  theme: Theme,
  { declaration }: GeneratedTree,
  { mergelist }: Resolution,
  random: Random,
): RootDeclaration {
  const wear = random.pick(wears[theme]);
  const found = wear ? wornVdb(mergelist, declaration.ebuilds!, wear, random) : {};
  const worn = theme === 'rebuild' ? boundToOldest(found) : found;
  const stays = theme === 'blocker' ? blocked : [];
  const installed = { ...worn, ...Object.fromEntries(stays.map(cpv => [cpv, { built: true }])) };
  const binaries = theme === 'binary' ? plantBinaries(declaration.ebuilds!, random) : {};
  // as quick to write as can be
  const makeConf = { ...declaration.makeConf, BINPKG_FORMAT: 'xpak' };
  return { ...declaration, makeConf, installed, binaries };
}

/** The directory that `--root` names, part of the list installed there. */
async function otherRoot(
  root: Root,
  { declaration }: GeneratedTree,
  { mergelist }: Resolution,
  random: Random,
): Promise<string> {
  const target = join(root.directory, 'target');
  mkdirSync(target);
  if (random.chance(0.3)) return target;
  const wear = { missing: 0.4, older: 0.4, turned: 0.2 };
  const worn = Object.entries(wornVdb(mergelist, declaration.ebuilds!, wear, random));
  const installed = worn.map(([cpv, { USE, dropped = false }]) => ({
    ...{ cpv, dropped },
    ...(USE === undefined ? {} : { use: USE }),
  }));
  await fillRoot({ ...root.environment, ROOT: target }, { installed });
  return target;
}

/** A list of a kind that the number turns to; a seed that cannot be resolved is changed. The caller removes the root. */
export async function generatedRun(number: number): Promise<GeneratedRun> {
  const theme = themes[number % themes.length]!;
  const packages = 18 + ((number * 7) % 24);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const seed = `run ${number}${"'".repeat(attempt)}`;
    const random = seeded(seed);
    const planted = plantTree(generateTree(seed, { packages }), {
      bound: theme === 'rebuild' ? 0.3 : 0.12,
      slotted: theme === 'slots' ? 0.3 : 0.1,
      blocking: theme === 'blocker' ? 0.2 : 0,
    });
    const found = await contented(planted);
    if (!found) continue;
    const { tree } = found;
    const declaration = declared(theme, tree, found.resolution, random);
    const root = await makeRoot(declaration);
    const where = theme === 'root' ? ['--root', await otherRoot(root, tree, found.resolution, random)] : [];
    const args = [...where, ...argumentsFor(theme, tree, random)];
    const resolution = await resolveIn(root, args);
    if (resolution.success && resolution.mergelist.some(isMerged)) {
      const run = { tree, root, args, resolution };
      return { ...run, kinds: kindsOf(run, declaration.binaries ?? {}) };
    }
    root.remove();
  }
  throw new Error(`no seed after run ${number} gives a tree that resolves`);
}

function isMerged(node: ResolvedNode): node is ResolvedPackage {
  return (node.type === 'ebuild' || node.type === 'binary') && node.operation === 'merge';
}

function nameOf(cpv: string): string {
  const { category, pn } = splitCpv(cpv);
  return `${category}/${pn}`;
}

/** What Portage's list and what it printed show. */
function kindsOf(
  { root, args, resolution }: GeneratedRoot,
  built: Readonly<Record<string, BinaryDeclaration>>,
): Set<RunKind> {
  const merged = resolution.mergelist.filter(isMerged);
  const place = ({ root: at, cpv, slot }: ResolvedPackage) => `${at} ${nameOf(cpv)}:${slot}`;
  const listed = new Map(merged.map(node => [place(node), node]));
  const inGraph = new Set(resolution.edges.flatMap(({ from, to }) => [from, to]));
  const isReplaced = (node: ResolvedNode) =>
    node.type === 'installed' && listed.has(place(node)) && listed.get(place(node))!.cpv !== node.cpv;
  const names = merged.map(({ root: at, cpv }) => `${at} ${nameOf(cpv)}`);
  const binaries = merged.filter(({ type }) => type === 'binary');
  const holds: Record<RunKind, boolean> = {
    // the letters of emerge's own list
    upgrade: /^\[(?:ebuild|binary)[^\]]* U[ \]*]/m.test(resolution.output),
    'old in the graph': [...inGraph].some(isReplaced),
    'slot rebuild': /^\[(?:ebuild|binary) +r/m.test(resolution.output),
    'several slots': new Set(names).size < names.length,
    binary: binaries.length > 0,
    'other dependencies': binaries.some(({ cpv }) => built[cpv]?.recorded !== undefined),
    uninstall: resolution.mergelist.some(node => 'operation' in node && node.operation === 'uninstall'),
    'deep newuse': ['--update', '--deep', '--newuse'].every(option => args.includes(option)),
    'other root': merged.some(({ root: at }) => at !== `${root.eprefix}/`),
  };
  return new Set(runKinds.filter(kind => holds[kind]));
}
