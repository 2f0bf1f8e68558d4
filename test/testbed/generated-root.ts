/** Roots with generated trees that resolve, their VDB worn, their arguments varied. */

import { join } from 'node:path';
import { type GeneratedTree, generateTree } from './generated-tree.ts';
import { wornVdb } from './partial-vdb.ts';
import { type Random, seeded } from './random.ts';
import { lines, writeText } from './repository.ts';
import { type Resolution, resolveIn } from './resolver.ts';
import { makeRoot, type Root } from './root.ts';

export interface GeneratedRoot {
  readonly tree: GeneratedTree;
  readonly root: Root;
  readonly args: readonly string[];
  /** What Portage answers to `args` in `root`. */
  readonly resolution: Resolution;
}

/** How often a seed is changed before it counts as a fault of the generator. */
const attempts = 20;

function argumentsFor(tree: GeneratedTree, random: Random): string[] {
  const world = ['--update', '--deep', '@world'];
  return random.pick([
    tree.targets,
    tree.targets.slice(0, 1),
    world,
    ['--newuse', ...world],
    ['--changed-use', '--with-bdeps=y', ...world],
    ['--emptytree', ...tree.targets],
    ['--update', '--changed-use', ...tree.targets],
  ]) as string[];
}

/** Changes USE as Portage asks, until it is content; undefined where it never is. */
export async function contented(
  tree: GeneratedTree,
): Promise<{ tree: GeneratedTree; resolution: Resolution } | undefined> {
  const root = await makeRoot(tree.declaration);
  const packageUse = [...(tree.declaration.packageUse ?? [])];
  try {
    for (let round = 0; round < 5; round += 1) {
      const resolution = await resolveIn(root, ['--backtrack=3', ...tree.targets]);
      if (resolution.success)
        return { tree: { ...tree, declaration: { ...tree.declaration, packageUse } }, resolution };
      if (resolution.useChanges.length === 0) return undefined;
      for (const { cpv, flags } of resolution.useChanges) {
        const turned = Object.entries(flags).map(([flag, on]) => (on ? flag : `-${flag}`));
        packageUse.push(`=${cpv} ${turned.join(' ')}`);
      }
      writeText(join(root.directory, 'etc/portage/package.use'), lines(packageUse));
    }
    return undefined;
  } finally {
    root.remove();
  }
}

/**
 * A root whose `args` give a merge list. A seed that cannot be resolved is changed (`seed'1`, `seed'2`, …); the tree
 * says which one it became. The caller removes the root.
 */
export async function generatedRoot(seed: string, options: { packages: number }): Promise<GeneratedRoot> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const derived = attempt === 0 ? seed : `${seed}'${attempt}`;
    const random = seeded(`root ${derived}`);
    const found = await contented(generateTree(derived, options));
    if (!found) continue;
    const { declaration } = found.tree;
    const wear = random.pick([
      undefined,
      { missing: 0.15, older: 0.3, turned: 0.2 },
      { missing: 0.4, older: 0.4, turned: 0.3 },
      { missing: 0.7, older: 0.2, turned: 0.1 },
    ]);
    const installed = wear ? wornVdb(found.resolution.mergelist, declaration.ebuilds!, wear, random) : {};
    const root = await makeRoot({ ...declaration, installed });
    const args = argumentsFor(found.tree, random);
    const resolution = await resolveIn(root, args);
    if (resolution.success && resolution.mergelist.length > 0)
      return { tree: found.tree, root, args, resolution };
    root.remove();
  }
  throw new Error(`no seed after ${seed} gives a tree that resolves`);
}
