/** Merge lists out of the real metadata: from an empty root, over a worn VDB, and the whole tree again. */
import type { RootDeclaration } from './declaration.ts';
import { wornVdb } from './partial-vdb.ts';
import { seeded } from './random.ts';
import { type RealTree, realTree } from './real-tree.ts';
import { resolveIn } from './resolver.ts';
import { makeRoot, type Root } from './root.ts';

/** What a stage file would bring: these close circles that no order can open. */
const stage = [
  'sys-libs/glibc-2.43-r2',
  'sys-libs/libxcrypt-4.4.38-r1',
  'app-portage/elt-patches-20250718',
  'app-arch/zstd-1.5.7-r1',
  'sys-devel/gettext-0.23.2',
  'sys-apps/util-linux-2.42.2',
];

interface ListDeclaration {
  /** Arguments of the emerge that makes the list. */
  readonly args: readonly string[];
  /** The targets whose whole list is installed beforehand, worn. */
  readonly over?: readonly string[];
  readonly wear?: { readonly missing: number; readonly older: number; readonly turned: number };
  readonly declaration?: RootDeclaration;
}

const used = { missing: 0.1, older: 0.15, turned: 0.1 };

const lists = {
  gcc: { args: ['sys-devel/gcc'] },
  git: { args: ['dev-vcs/git'] },
  curl: { args: ['net-misc/curl'] },
  podman: { args: ['app-containers/podman'] },
  vim: { args: ['app-editors/vim'] },
  'git-over-gcc': { args: ['dev-vcs/git'], over: ['sys-devel/gcc'] },
  'update-vim': { args: ['--update', '--deep', '--newuse', '@world'], over: ['app-editors/vim'], wear: used },
  'update-system': { args: ['--update', '--deep', '--changed-use', '@world'], over: ['@system'], wear: used },
  'worn-podman': {
    args: ['--update', '--deep', 'app-containers/podman'],
    over: ['app-containers/podman'],
    wear: { missing: 0.25, older: 0.25, turned: 0.2 },
  },
  'again-curl': { args: ['--emptytree', 'net-misc/curl'], over: ['net-misc/curl'] },
} satisfies Record<string, ListDeclaration>;

export type RealListName = keyof typeof lists;
export const realListNames = Object.keys(lists) as readonly RealListName[];

function declared(tree: RealTree, given: RootDeclaration = {}): RootDeclaration {
  return {
    repository: tree,
    ...given,
    portageConfig: { 'profile/package.provided': `${stage.join('\n')}\n`, ...given.portageConfig },
  };
}

/** A root and the arguments that give the named list in it; undefined where the data are not at hand. */
export async function realList(
  name: RealListName,
): Promise<{ root: Root; args: readonly string[] } | undefined> {
  const tree = realTree();
  if (!tree) return undefined;
  const list: ListDeclaration = lists[name];
  if (!list.over) return { root: await makeRoot(declared(tree, list.declaration)), args: list.args };
  const before = await makeRoot(declared(tree, list.declaration));
  const whole = await resolveIn(before, list.over);
  before.remove();
  if (!whole.success) throw new Error(`${name}: no list for ${list.over}:\n${whole.output}`);
  const wear = list.wear ?? { missing: 0, older: 0, turned: 0 };
  const installed = wornVdb(whole.mergelist, tree.ebuilds, wear, seeded(name));
  const world = list.over.filter(target => !target.startsWith('@'));
  return { root: await makeRoot(declared(tree, { world, ...list.declaration, installed })), args: list.args };
}
