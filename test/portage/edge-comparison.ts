/** The edges that the product rebuilds, beside those of Portage's own resolver. USE comes from the configuration. */
import { expect } from 'vitest';
import { type ExplainedEdge, type MergeRun, mergeEdges, rebuildEdges } from '../../portage/edges.ts';
import { parseEmergeArguments } from '../../portage/emerge-arguments.ts';
import { chosenRoots, withChosenRoots } from '../../system/chosen-roots.ts';
import { locate } from '../../system/locate.ts';
import { startPortageHelper } from '../../system/portage.ts';
import { knownRun, openEbuilds, readInstalledRoots } from '../../wrappers/emerge/run-graph.ts';
import { nodeId, rootOf } from '../../wrappers/emerge/run-list.ts';
import { emerge, python } from '../kit/environment.ts';
import type { Resolution, ResolvedNode, ResolvedPackage } from '../testbed/resolver.ts';
import type { Root } from '../testbed/root.ts';

export interface Comparison {
  readonly packages: number;
  readonly right: number;
  /** `from -> to`, with what was to be said about it. */
  readonly missing: readonly string[];
  readonly extra: readonly string[];
  /** Edges that both have, of different kinds. */
  readonly otherKinds: readonly string[];
  readonly milliseconds: number;
}

export function isListed(node: ResolvedNode): node is ResolvedPackage {
  return (node.type === 'ebuild' || node.type === 'binary') && node.operation === 'merge';
}

function isUninstalled(node: ResolvedNode): node is ResolvedPackage {
  return 'operation' in node && node.operation === 'uninstall';
}

/** What the product knows of a run: the list, metadata and USE from the configuration, the VDB, the arguments. */
export async function runOf(
  root: Root,
  args: readonly string[],
  mergelist: readonly ResolvedNode[],
): Promise<MergeRun> {
  const { options, targets } = parseEmergeArguments(args);
  const located = locate(root.environment, { emerge, ...chosenRoots(options) });
  const helper = startPortageHelper([python], { environment: withChosenRoots(root.environment, options) });
  const order = mergelist.filter((node): node is ResolvedPackage => isListed(node) || isUninstalled(node));
  const roots = order.map(({ root: eroot }) => rootOf(eroot, root.eprefix));
  const { run } = await knownRun(located, helper, await readInstalledRoots(located, roots), {
    entries: order.map(
      ({ operation, type, root: eroot, cpv }) =>
        [operation === 'uninstall' ? operation : type, eroot, cpv] as const,
    ),
    options,
    targets,
  });
  expect(run.listed.length).toBe(order.length);
  const visible = await openEbuilds(located, helper, rebuildEdges(run).open);
  helper.end();
  return { ...run, visible };
}

interface Expected {
  readonly kinds: string;
  readonly atoms: readonly string[];
}

/** Edges between listed packages in the resolver's graph; a package's edge to itself is none of a picture. */
export function expectedEdges({ eprefix }: Root, resolution: Resolution): Map<string, Expected> {
  const id = (node: ResolvedPackage) => nodeId(node.cpv, rootOf(node.root, eprefix));
  const edges = new Map<string, Expected>();
  for (const { from, to, priorities, graph } of resolution.edges) {
    if (graph === 'scheduler' || from === to || !isListed(from) || !isListed(to)) continue;
    const kinds = new Set(
      priorities.flatMap(set => [
        ...(set.includes('buildtime') ? ['buildtime'] : []),
        ...(set.includes('runtime') ? ['runtime'] : []),
        ...(set.includes('runtime_post') ? ['runtime_post'] : []),
      ]),
    );
    const atoms = resolution.parentAtoms
      .filter(({ node, parent }) => node === to && parent === from)
      .map(({ atom }) => atom);
    edges.set(`${id(from)} -> ${id(to)}`, { kinds: [...kinds].sort().join(' '), atoms });
  }
  return edges;
}

const priorityOf = {
  depend: 'buildtime',
  bdepend: 'buildtime',
  rdepend: 'runtime',
  idepend: 'runtime',
  pdepend: 'runtime_post',
} as const;

function kindsOf(edge: ExplainedEdge): string {
  return [...new Set(edge.kinds.map(kind => priorityOf[kind]))].sort().join(' ');
}

function reasonsOf({ reasons }: ExplainedEdge): string {
  return reasons.map(({ kind, atom, conditions }) => [kind, ...conditions, atom].join(' ')).join('; ');
}

export async function compareEdges(
  root: Root,
  args: readonly string[],
  resolution: Resolution,
): Promise<Comparison> {
  const run = await runOf(root, args, resolution.mergelist);
  const started = performance.now();
  const edges = mergeEdges(run);
  const milliseconds = performance.now() - started;
  // a run's own list, unlike the pretended one, does not name what is uninstalled
  const merged = run.listed.filter(({ type }) => type !== 'uninstall');
  expect(mergeEdges({ ...run, listed: merged })).toEqual(edges);
  const expected = expectedEdges(root, resolution);
  const found = new Map(edges.map(edge => [`${edge.from} -> ${edge.to}`, edge]));
  const both = [...found].filter(([key]) => expected.has(key));
  return {
    packages: run.listed.length,
    right: both.length,
    missing: [...expected].flatMap(([key, { kinds, atoms }]) =>
      found.has(key) ? [] : [`${key}: ${kinds}, ${atoms.join(' ')}`],
    ),
    extra: [...found].flatMap(([key, edge]) => (expected.has(key) ? [] : [`${key}: ${reasonsOf(edge)}`])),
    otherKinds: both.flatMap(([key, edge]) => {
      const { kinds } = expected.get(key)!;
      return kinds === kindsOf(edge) ? [] : [`${key}: ${kinds}, not ${kindsOf(edge)} (${reasonsOf(edge)})`];
    }),
    milliseconds,
  };
}
