/** Installed packages beside listed ones that have few neighbours in the list. Pure. */
import type { InstalledPackage } from '../../portage/files/vdb.ts';
import {
  type InstalledIndex,
  type InstalledView,
  indexInstalled,
  installedNeighbours,
} from '../../portage/installed-neighbours.ts';
import type { RunGraph } from './run-graph.ts';

/** A side of a node with fewer neighbours than this in the list is filled from the VDB. */
const enough = 3;

/** What is installed beside the nodes `ids`, of which only those in ROOT / are looked at. */
export function besidesListed(
  graph: RunGraph,
  installed: readonly InstalledPackage[] | InstalledIndex,
  ids: readonly string[],
  known: Map<string, InstalledView> = new Map(),
): InstalledView {
  const listed = new Set(graph.nodes.map(node => node.cpv));
  const roots = new Map(graph.nodes.map(node => [node.id, node.root]));
  let index: InstalledIndex | undefined;
  const views = ids.flatMap(id => {
    const described = graph.described.get(id);
    if (described === undefined || roots.get(id) !== '/') return [];
    let view = known.get(id);
    if (view === undefined) {
      const needs = graph.edges.filter(edge => edge.from === id).length;
      const needed = graph.edges.filter(edge => edge.to === id).length;
      if (needs >= enough && needed >= enough) return [];
      index ??= 'byCp' in installed ? installed : indexInstalled(installed);
      view = installedNeighbours(id, described, index, cpv => listed.has(cpv), enough);
      known.set(id, view);
    }
    return view;
  });
  const nodes = new Map(views.flatMap(view => view.nodes).map(node => [node.id, node]));
  return { nodes: [...nodes.values()], edges: views.flatMap(view => view.edges) };
}
