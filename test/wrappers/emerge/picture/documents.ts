/** Documents to draw, and what must be true of any picture of their edges. */
import type { NodeState } from '../../../../portage/graph.ts';
import {
  type DocumentNode,
  type GraphDocument,
  graphDocument,
} from '../../../../wrappers/emerge/graph-document.ts';
import { type Random, randomGraph, randomInput } from './random.ts';

const reasons = ['new', 'upgrade', 'downgrade', 'reinstall', 'slot rebuild', 'new slot', 'changed USE'];
const states: readonly NodeState[] = ['waiting', 'building', 'built', 'merging', 'done', 'failed', 'dropped'];

/** A list as `graph --pretend` writes it. */
export function pretendedDocument(random: Random, size: number, degree: number): GraphDocument {
  const { nodes, edges } = randomGraph(random, size, degree);
  const waiting = nodes.map(
    (node): DocumentNode => ({ ...node, state: 'waiting', reason: reasons[random(7)] ?? 'new' }),
  );
  const facts = { pid: null, started: null, ended: null, exit: null };
  return graphDocument({ ...facts, targets: targetsOf(random, waiting) }, waiting, unique(edges));
}

/** A run of any states, with installed packages beside it. */
export function runDocument(random: Random, most = 40): GraphDocument {
  const { index, installed } = randomInput(random, most);
  const listed = index.graph.nodes.map(
    (node): DocumentNode => ({ ...node, state: states[random(7)] ?? 'done', phase: 'compile', elapsed: 42 }),
  );
  const kept = (installed?.nodes ?? []).map((node): DocumentNode => ({ ...node, state: 'done' }));
  const beside = (installed?.edges ?? []).map(edge => ({ ...edge, againstOrder: false }));
  const facts = { pid: 7, started: 1795254585, ended: 1795258185, exit: 1 };
  const edges = unique([...index.graph.edges, ...beside]);
  return graphDocument({ ...facts, targets: targetsOf(random, listed) }, [...listed, ...kept], edges);
}

function targetsOf(random: Random, nodes: readonly DocumentNode[]): string[] {
  return nodes.filter(() => random(10) === 0).map(({ id }) => id);
}

function unique(edges: GraphDocument['edges']): GraphDocument['edges'] {
  return [...new Map(edges.map(edge => [`${edge.from} ${edge.to}`, edge])).values()];
}

type Pair = readonly [from: string, to: string];

/** All pairs of which one leads to the other; the pairs make no circle. */
export function closure(pairs: readonly Pair[]): Set<string> {
  const next = groups(pairs);
  const found = new Set<string>();
  const reach = (start: string, at: string) => {
    for (const [, to] of next.get(at) ?? []) {
      if (found.has(`${start} ${to}`)) continue;
      found.add(`${start} ${to}`);
      reach(start, to);
    }
  };
  for (const start of next.keys()) reach(start, start);
  return found;
}

/** The edges between listed packages along the merge order, and those against it. */
export function listedPairs(document: GraphDocument): { along: Pair[]; against: Pair[] } {
  const listed = new Set(document.nodes.filter(({ type }) => type !== 'installed').map(({ id }) => id));
  const edges = document.edges.filter(({ from, to }) => listed.has(from) && listed.has(to));
  const pairs = (against: boolean) =>
    edges.filter(({ againstOrder }) => againstOrder === against).map(({ from, to }): Pair => [from, to]);
  return { along: pairs(false), against: pairs(true) };
}

function groups(pairs: readonly Pair[]): Map<string, Pair[]> {
  const found = new Map<string, Pair[]>();
  for (const pair of pairs) found.set(pair[0], [...(found.get(pair[0]) ?? []), pair]);
  return found;
}
