/** The edges that the product rebuilds, beside those of Portage's own resolver. USE comes from the configuration. */
import { join } from 'node:path';
import {
  type ExplainedEdge,
  type ListedPackage,
  type MergeOptions,
  type MergeRun,
  mergeEdges,
} from '../../portage/edges.ts';
import { parseEmergeArguments } from '../../portage/emerge-arguments.ts';
import { startPortageHelper } from '../../system/portage.ts';
import { readAllInstalled } from '../../system/vdb.ts';
import { mergeOptions } from '../../wrappers/emerge/merge-options.ts';
import { nodeId, rootOf } from '../../wrappers/emerge/run-list.ts';
import { python } from '../kit/environment.ts';
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

function isListed(node: ResolvedNode): node is ResolvedPackage {
  return (node.type === 'ebuild' || node.type === 'binary') && node.operation === 'merge';
}

/** What the product knows of a run: the list, metadata and USE from the configuration, the VDB, the arguments. */
export async function knownRun(
  root: Root,
  args: readonly string[],
  mergelist: readonly ResolvedNode[],
): Promise<MergeRun> {
  const { options, targets } = parseEmergeArguments(args);
  const target = options.get('--root');
  const environment = typeof target === 'string' ? { ...root.environment, ROOT: target } : root.environment;
  const helper = startPortageHelper([python], { environment: { ...environment } });
  const settings = await helper.settings;
  const order = mergelist.filter(isListed);
  const answer = await helper.packages({
    entries: order.map(({ type, root: at, cpv }) => [type, at, cpv] as const),
    targets,
  });
  if (answer.problems.length > 0) throw new Error(answer.problems.join('\n'));
  const listed = answer.packages.map((found, at): ListedPackage => {
    if (!found) throw new Error(`nothing known of ${order[at]!.cpv}`);
    const iuse = new Set(found.iuse.map(flag => flag.replace(/^[+-]/, '')));
    const type = found.type === 'binary' ? 'binary' : 'ebuild';
    const own = rootOf(order[at]!.root, root.eprefix);
    return { ...found, id: nodeId(found.cpv, own), root: own, type, iuse, use: new Set(found.use) };
  });
  return {
    listed,
    installed: await readAllInstalled(join(root.directory, 'var/db/pkg')),
    targets: inEmergeOrder(targets, answer.targets, root.readText('var/lib/portage/world') ?? ''),
    options: { ...mergeOptions(options), ...reinstallOf(options) },
    implicitIuse: new Set(settings.implicit_iuse),
    provided: settings.provided,
  };
}

/** emerge goes through @world set by set, the atoms of each sorted: first @system, then the world file. */
function inEmergeOrder(words: readonly string[], atoms: readonly string[], world: string): readonly string[] {
  if (!words.includes('@world')) return atoms;
  const selected = new Set(world.split('\n').filter(line => line !== ''));
  const system = atoms.filter(atom => !selected.has(atom));
  return [...system.sort(), ...[...selected].sort()];
}

function reinstallOf(options: ReadonlyMap<string, unknown>): Pick<MergeOptions, 'reinstall'> {
  if (options.has('--newuse')) return { reinstall: 'newuse' };
  return options.get('--reinstall') === 'changed-use' ? { reinstall: 'changed-use' } : {};
}

interface Expected {
  readonly kinds: string;
  readonly atoms: readonly string[];
}

/** Edges between listed packages in the resolver's graph; a package's edge to itself is none of a picture. */
function expectedEdges({ eprefix }: Root, resolution: Resolution): Map<string, Expected> {
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
  const run = await knownRun(root, args, resolution.mergelist);
  const started = performance.now();
  const edges = mergeEdges(run);
  const milliseconds = performance.now() - started;
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
