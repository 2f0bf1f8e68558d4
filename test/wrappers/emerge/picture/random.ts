/** Random merge lists, from a seed. */
import { type GraphNode, indexGraph, orientEdges } from '../../../../portage/graph.ts';
import type { NodeStatus, PictureInput } from '../../../../wrappers/emerge/picture/model.ts';

export type Random = (below: number) => number;

/** Mulberry32: whole numbers below the argument. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return below => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below);
  };
}

/** Nodes in merge order with about `degree` edges each, 2 % of them against the order. */
export function randomGraph(random: Random, size: number, degree: number) {
  const nodes: GraphNode[] = Array.from({ length: size }, (_, at) => {
    const cpv = `cat-${random(3)}/${'abcdefghijklmnopqrs'.slice(0, 2 + random(14))}${at}-${random(9)}.${random(30)}`;
    return { id: cpv, cpv, root: '/', type: 'ebuild' };
  });
  const edges = Array.from({ length: Math.round(size * degree) }, () => {
    const from = random(size);
    // most dependencies are near in the order
    const to = random(3) === 0 ? random(size) : Math.max(0, from - 1 - random(8));
    const [late, early] = from > to || random(50) === 0 ? [from, to] : [to, from];
    return { from: nodes[late]?.id ?? '', to: nodes[early]?.id ?? '', kinds: ['depend'] as const };
  });
  return { nodes, edges: orientEdges(nodes, edges) };
}

export function randomInput(random: Random, most = 40): PictureInput {
  const graph = randomGraph(random, 2 + random(most), 0.5 + random(25) / 10);
  const index = indexGraph(graph);
  const states = new Map<string, NodeStatus>();
  const running = 1 + random(Math.min(5, graph.nodes.length));
  const start = random(graph.nodes.length);
  graph.nodes.forEach((node, at) => {
    if (at < start) states.set(node.id, { state: random(20) === 0 ? 'failed' : 'done' });
  });
  const phases = ['compile', 'configure', 'install', 'unpack', 'test'];
  for (let count = 0; count < running; count++) {
    const node = graph.nodes[(start + random(running + 3)) % graph.nodes.length] as GraphNode;
    states.set(node.id, { state: 'building', phase: phases[random(5)] ?? '', elapsed: random(5000) });
  }
  const installed: GraphNode[] = Array.from({ length: random(8) }, (_, at) => {
    const cpv = `sys-old/kept${at}-1`;
    return { id: cpv, cpv, root: '/', type: 'installed' };
  });
  const kept = installed.flatMap(node =>
    [...states.keys()]
      .filter(() => random(2) === 0)
      .map(id => (random(2) === 0 ? { from: id, to: node.id } : { from: node.id, to: id })),
  );
  return {
    index,
    states,
    targets: new Set(graph.nodes.filter(() => random(10) === 0).map(node => node.id)),
    installed: { nodes: installed, edges: kept.map(edge => ({ ...edge, kinds: ['rdepend'] as const })) },
    counts: {
      done: start,
      total: graph.nodes.length,
      running: states.size,
      failed: 0,
      load: random(80) / 10,
    },
    size: { columns: 60 + random(141), rows: 4 + random(9) },
    style: { unicode: true, color: random(2) === 0 },
  };
}
