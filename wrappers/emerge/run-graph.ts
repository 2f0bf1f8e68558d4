/** The graph of a list: metadata and USE from Portage's configuration, edges from `portage/edges.ts`. */
import { join } from 'node:path';
import {
  type ExplainedEdge,
  type ListedPackage,
  type MergeRun,
  mergeEdges,
  type OpenName,
  rebuildEdges,
} from '../../portage/edges.ts';
import type { InstalledPackage as Installed } from '../../portage/files/vdb.ts';
import type { GraphNode } from '../../portage/graph.ts';
import type { Located } from '../../system/locate.ts';
import { debug } from '../../system/log.ts';
import type { DescribedPackage, ListEntry, PortageHelper } from '../../system/portage.ts';
import { readAllInstalled } from '../../system/vdb.ts';
import { mergeOptions } from './merge-options.ts';
import { nodeId, rootOf } from './run-list.ts';

export interface RunQuestion {
  /** In merge order; the root is Portage's, EPREFIX included. */
  readonly entries: readonly ListEntry[];
  readonly options: ReadonlyMap<string, unknown>;
  /** Atoms and `@sets`, as asked for. */
  readonly targets: readonly string[];
}

interface KnownRun {
  /** In merge order. */
  readonly nodes: readonly GraphNode[];
  readonly described: ReadonlyMap<string, DescribedPackage>;
  /** The atoms of the targets, sets expanded. */
  readonly targets: readonly string[];
}

export interface RunGraph extends KnownRun {
  readonly edges: readonly ExplainedEdge[];
}

function strip(flags: readonly string[]): Set<string> {
  return new Set(flags.map(flag => flag.replace(/^[+-]/, '')));
}

function listedPackage(
  id: string,
  root: string,
  type: ListedPackage['type'],
  found: DescribedPackage,
): ListedPackage {
  const { cpv, slot, subslot, repo, eapi, depend, bdepend, rdepend, pdepend, idepend } = found;
  const dependencies = { depend, bdepend, rdepend, pdepend, idepend };
  return {
    id,
    cpv,
    root,
    type,
    slot,
    subslot,
    repo,
    eapi,
    use: new Set(found.use),
    iuse: strip(found.iuse),
    ...dependencies,
  };
}

/** The VDBs of all roots of a run, read before anything is merged. */
export async function readInstalledRoots(
  located: Located,
  roots: Iterable<string>,
): Promise<Map<string, Installed[]>> {
  const result = new Map<string, Installed[]>();
  for (const root of new Set(['/', ...roots])) {
    result.set(root, await readAllInstalled(join(root, located.eprefix, 'var/db/pkg')));
  }
  return result;
}

/** Asks the helper at most twice, then lets it end. */
export async function runGraph(
  located: Located,
  helper: PortageHelper,
  installed: ReadonlyMap<string, readonly Installed[]>,
  question: RunQuestion,
): Promise<RunGraph> {
  try {
    const { run, ...known } = await knownRun(located, helper, installed, question);
    const { edges, open } = rebuildEdges(run);
    const visible = await openEbuilds(located, helper, open);
    return { ...known, edges: visible.length === 0 ? edges : mergeEdges({ ...run, visible }) };
  } finally {
    helper.end();
  }
}

/** The ebuilds that are not in the list and have a say in a choice all the same. */
export async function openEbuilds(
  { eprefix }: Located,
  helper: PortageHelper,
  open: readonly OpenName[],
): Promise<ListedPackage[]> {
  if (open.length === 0) return [];
  const asked = open.map(({ root, cp, lowest }) => [join(root, eprefix, '/'), cp, lowest] as const);
  const { packages, problems } = await helper.visible(asked);
  for (const problem of problems) debug('portage', problem);
  return packages.map(found => {
    const root = rootOf(found.root, eprefix);
    return listedPackage(nodeId(found.cpv, root), root, 'ebuild', found);
  });
}

/** What edges are made of, but for the ebuilds that are not in the list. */
export async function knownRun(
  located: Located,
  helper: PortageHelper,
  installed: ReadonlyMap<string, readonly Installed[]>,
  question: RunQuestion,
): Promise<KnownRun & { readonly run: MergeRun }> {
  const settings = await helper.settings;
  const { entries, options } = question;
  const asked = options.get('--getbinpkg');
  const byFeature = asked !== false && settings.FEATURES.split(' ').includes('getbinpkg');
  const getbinpkgs = byFeature || asked === true || options.get('--getbinpkgonly') === true;
  const answer = await helper.packages({ entries, getbinpkgs, targets: question.targets });
  for (const problem of answer.problems) debug('portage', problem);
  const described = new Map<string, DescribedPackage>();
  const listed: ListedPackage[] = [];
  const nodes = entries.map(([type, eroot, cpv], at): GraphNode => {
    const root = rootOf(eroot, located.eprefix);
    const id = nodeId(cpv, root);
    const kind = type === 'binary' || type === 'uninstall' ? type : 'ebuild';
    const found = answer.packages[at];
    if (!found) return { id, cpv, root, type: kind };
    described.set(id, found);
    listed.push(listedPackage(id, root, kind, found));
    const own = strip(found.iuse);
    return {
      id,
      cpv,
      root,
      repo: found.repo,
      slot: found.slot,
      type: kind,
      use: found.use.filter(flag => own.has(flag)),
    };
  });
  const before = [...installed].flatMap(([root, packages]) => packages.map(found => ({ ...found, root })));
  const run: MergeRun = {
    listed,
    installed: before,
    targets: answer.targets,
    options: mergeOptions(options, getbinpkgs),
    implicitIuse: new Set(settings.implicit_iuse),
    provided: settings.provided,
    root: rootOf(settings.EROOT, located.eprefix),
    buildRoot: rootOf(settings.BROOT, located.eprefix),
    sysroot: rootOf(settings.ESYSROOT, located.eprefix),
  };
  return { run, nodes, described, targets: answer.targets };
}
