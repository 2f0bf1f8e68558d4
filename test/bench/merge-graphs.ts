/** Merge graphs of generated trees of any size: what a resolver would bring for all packages of the tree at once. */
import { type MergeGraph, orientEdges } from '../../portage/graph.ts';
import { generateTree } from '../testbed/generated-tree.ts';
import { seeded } from '../testbed/random.ts';

/** Of `|| ( a b )` the first, of USE conditions some. */
function namesIn(dependencies: string, holds: () => boolean): string[] {
  const chosen = dependencies
    .replace(/\|\| \( (?:\( (\S+)[^)]*\)|(\S+))[^)]*\)/g, '$1$2')
    .replace(/!?\w+\? \( ([^()]*) \)/g, (_, inner: string) => (holds() ? inner : ''));
  return [...chosen.matchAll(/(?:^|\s)(?:[<>=~]+)?([a-z0-9-]+\/[pv]\d+)/g)].map(([, name]) => name ?? '');
}

/** The newest version of each package, each after what it needs as far as circles allow. */
export function generatedGraph(seed: string, packages: number): MergeGraph {
  const random = seeded(`use ${seed}`);
  const newest = new Map(
    Object.entries(generateTree(seed, { packages }).declaration.ebuilds ?? {}).map(([cpv, ebuild]) => [
      cpv.replace(/^(.*?\/[pv]\d+)-.*$/, '$1'),
      { cpv, ebuild },
    ]),
  );
  const needs = new Map(
    [...newest].map(([name, { ebuild }]) => {
      const words = [ebuild.DEPEND, ebuild.BDEPEND, ebuild.RDEPEND, ebuild.PDEPEND].join(' ');
      const found = new Set(namesIn(words, () => random.chance(0.5)));
      found.delete(name);
      return [name, [...found].filter(other => newest.has(other))] as const;
    }),
  );
  const listed = new Set<string>();
  const order: string[] = [];
  const visit = (name: string) => {
    if (listed.has(name)) return;
    listed.add(name);
    for (const other of needs.get(name) ?? []) visit(other);
    order.push(name);
  };
  for (const name of newest.keys()) visit(name);
  const idOf = (name: string) => newest.get(name)?.cpv ?? '';
  const nodes = order.map(idOf).map(cpv => ({ id: cpv, cpv, root: '/', type: 'ebuild' as const }));
  const edges = [...needs].flatMap(([from, list]) =>
    list.map(to => ({ from: idOf(from), to: idOf(to), kinds: ['rdepend'] as const })),
  );
  return { nodes, edges: orientEdges(nodes, edges) };
}
