/** Who needs whom among what is installed, at run time, as depclean asks. */
import { atomMatches } from '../portage/atom-match.ts';
import { parseDependency } from '../portage/dependency.ts';
import { dependencyLeaves } from '../portage/dependency-evaluate.ts';
import type { Located } from '../system/locate.ts';
import { readAllInstalled } from '../system/vdb.ts';
import { type Installed, vdbOf } from './installed.ts';

/** cpv -> cpvs that it needs. Of a choice all that are installed count. */
export type InstalledGraph = ReadonlyMap<string, ReadonlySet<string>>;

const kinds = ['rdepend', 'pdepend', 'idepend'] as const;

export async function readInstalledGraph(
  located: Pick<Located, 'eroot'>,
  installed: Installed,
): Promise<InstalledGraph> {
  const graph = new Map<string, Set<string>>();
  const fields = ['EAPI', 'SLOT', 'USE', 'RDEPEND', 'PDEPEND', 'IDEPEND'] as const;
  for (const one of await readAllInstalled(vdbOf(located), fields)) {
    const needs = new Set<string>();
    for (const kind of kinds) {
      const parsed = parseDependency(one[kind], 'depend', one.eapi);
      for (const { leaf } of parsed.ok ? dependencyLeaves(parsed.value, one.use) : []) {
        if (leaf.kind !== 'atom' || leaf.atom.blocker !== '') continue;
        for (const candidate of installed.named(leaf.atom.cp)) {
          if (candidate.cpv.text !== one.cpv && atomMatches(leaf.atom, candidate))
            needs.add(candidate.cpv.text);
        }
      }
    }
    graph.set(one.cpv, needs);
  }
  return graph;
}

/** What `from` needs, directly and through others, without `from` itself. */
export function reachable(graph: InstalledGraph, from: Iterable<string>): Set<string> {
  const start = new Set(from);
  const reached = new Set<string>();
  const stack = [...start];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    for (const next of graph.get(at) ?? []) {
      if (reached.has(next) || start.has(next)) continue;
      reached.add(next);
      stack.push(next);
    }
  }
  return reached;
}
