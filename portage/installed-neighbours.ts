/** What stands on the disk beside a listed package: installed packages that it needs, and installed ones that need it. */
import { atomMatches, type Candidate } from './atom-match.ts';
import { parseCpv } from './cpv.ts';
import type { Dependency } from './dependency.ts';
import { parseDependency } from './dependency.ts';
import { evaluateDependency } from './dependency-evaluate.ts';
import type { DependencyKind, GraphEdge, GraphNode } from './graph.ts';

/** The part of a package, listed or installed, that decides. USE conditions of installed packages are resolved already. */
export interface Neighbour {
  readonly cpv: string;
  readonly eapi: string;
  readonly slot: string;
  readonly subslot: string;
  readonly repo: string;
  readonly iuse: Iterable<string>;
  readonly use: Iterable<string>;
  readonly depend: string;
  readonly bdepend: string;
  readonly rdepend: string;
  readonly pdepend: string;
  readonly idepend: string;
}

export interface InstalledIndex {
  readonly byCp: ReadonlyMap<string, readonly (Neighbour & { readonly candidate: Candidate })[]>;
  /** cp -> packages whose run-time dependencies name it */
  readonly namedBy: ReadonlyMap<string, readonly Neighbour[]>;
}

export interface InstalledView {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly Omit<GraphEdge, 'againstOrder'>[];
}

const kinds = [
  'depend',
  'bdepend',
  'rdepend',
  'pdepend',
  'idepend',
] as const satisfies readonly DependencyKind[];
const runtimeKinds = ['rdepend', 'pdepend', 'idepend'] as const satisfies readonly DependencyKind[];

function candidateOf(neighbour: Neighbour): Candidate | undefined {
  const cpv = parseCpv(neighbour.cpv);
  return (
    cpv && {
      cpv,
      slot: neighbour.slot,
      subslot: neighbour.subslot,
      repo: neighbour.repo || undefined,
      iuse: new Set(Array.from(neighbour.iuse, flag => flag.replace(/^[+-]/, ''))),
      use: new Set(neighbour.use),
    }
  );
}

/** Built once from the whole VDB: 1,000 packages cost some 10 ms. */
export function indexInstalled(installed: readonly Neighbour[]): InstalledIndex {
  const byCp = new Map<string, (Neighbour & { candidate: Candidate })[]>();
  const namedBy = new Map<string, Neighbour[]>();
  for (const neighbour of installed) {
    const candidate = candidateOf(neighbour);
    if (candidate === undefined) continue;
    push(byCp, candidate.cpv.cp, { ...neighbour, candidate });
    const named = new Set<string>();
    for (const kind of runtimeKinds) {
      for (const found of neighbour[kind].matchAll(/[\w][\w+.-]*\/[\w+-]+/g)) named.add(found[0]);
    }
    // a name with its version still on it; the exact question is asked of the few that remain
    for (const name of named) {
      push(namedBy, name, neighbour);
      const bare = parseCpv(name)?.cp;
      if (bare !== undefined) push(namedBy, bare, neighbour);
    }
  }
  return { byCp, namedBy };
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else if (list.at(-1) !== value) list.push(value);
}

/** What `find` knows of a reduced tree; of `||` the first alternative that is known in whole, elsewhere gaps are passed over. */
function needed<T>(
  tree: readonly Dependency[],
  find: (leaf: Dependency) => T | undefined,
  whole = false,
): T[] | undefined {
  const result: T[] = [];
  for (const node of tree) {
    if (node.kind === 'any') {
      const chosen = node.children
        .map(child => needed([child], find, true))
        .find(branch => branch !== undefined);
      if (chosen !== undefined) result.push(...chosen);
      else if (whole) return undefined;
    } else if ('children' in node) {
      const inner = needed(node.children, find, whole);
      if (inner === undefined) return undefined;
      result.push(...inner);
    } else {
      const found = find(node);
      if (found !== undefined) result.push(found);
      else if (whole && !(node.kind === 'atom' && node.atom.blocker)) return undefined;
    }
  }
  return result;
}

function treeOf(neighbour: Neighbour, kind: DependencyKind): readonly Dependency[] {
  const parsed = parseDependency(neighbour[kind], 'depend', neighbour.eapi);
  return parsed.ok ? evaluateDependency(parsed.value, new Set(neighbour.use), { eapi: neighbour.eapi }) : [];
}

/**
 * The installed packages next to `listed`, whose node is `id`; at most `limit` a side. `isListed` names cpvs that the
 * run replaces or brings itself: they stand in the list already.
 */
export function installedNeighbours(
  id: string,
  listed: Neighbour,
  index: InstalledIndex,
  isListed: (cpv: string) => boolean,
  limit: number,
): InstalledView {
  const nodes = new Map<string, GraphNode>();
  const edges = new Map<string, { from: string; to: string; kinds: DependencyKind[] }>();
  function join(neighbour: Neighbour, kind: DependencyKind, needs: boolean): void {
    const other = neighbour.cpv;
    nodes.set(other, {
      id: other,
      cpv: neighbour.cpv,
      root: '/',
      slot: neighbour.slot,
      ...(neighbour.repo ? { repo: neighbour.repo } : {}),
      type: 'installed',
    });
    const [from, to] = needs ? [id, other] : [other, id];
    const key = `${from} ${to}`;
    const edge = edges.get(key) ?? { from, to, kinds: [] };
    if (!edge.kinds.includes(kind)) edge.kinds.push(kind);
    edges.set(key, edge);
  }
  const count = (needs: boolean) => [...edges.values()].filter(edge => (edge.from === id) === needs).length;

  for (const kind of kinds) {
    const found = needed(treeOf(listed, kind), leaf => {
      if (leaf.kind !== 'atom' || leaf.atom.blocker) return undefined;
      const { atom } = leaf;
      return index.byCp.get(atom.cp)?.findLast(({ candidate }) => atomMatches(atom, candidate));
    });
    for (const neighbour of found ?? []) {
      if (!isListed(neighbour.cpv) && count(true) < limit) join(neighbour, kind, true);
    }
  }
  const self = candidateOf(listed);
  for (const neighbour of (self && index.namedBy.get(self.cpv.cp)) ?? []) {
    if (self === undefined || isListed(neighbour.cpv) || count(false) >= limit) continue;
    for (const kind of runtimeKinds) {
      const names = needed(treeOf(neighbour, kind), leaf =>
        leaf.kind === 'atom' && !leaf.atom.blocker && atomMatches(leaf.atom, self) ? true : undefined,
      );
      if (names?.length) join(neighbour, kind, false);
    }
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
}
