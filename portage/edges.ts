/**
 * The edges among the packages of a merge list, as the resolver of Portage 3.0.83 had them in its graph, rebuilt from
 * what the list, the packages' metadata, the installed packages and, for a few names weighed in `||`, the ebuilds that
 * it passed over tell. One thing leaves no trace there and may turn a choice: what the resolver tried and dropped again
 * when it went back (its backtracking), since that stands in the graph while others choose.
 */
import { type Atom, parseAtom } from './atom.ts';
import { atomMatches } from './atom-match.ts';
import { parseCpv } from './cpv.ts';
import { eapiRules } from './eapi.ts';
import {
  gatherParties,
  type InstalledPackage,
  type ListedPackage,
  matching,
  type Parties,
  type Party,
} from './edge-packages.ts';
import { type Finding, type WalkPlan, walkEdges } from './edge-walk.ts';
import type { DependencyKind, GraphEdge } from './graph.ts';
import { grouped } from './grouped.ts';
import { dependencyKinds, needsIn, needText, readNeeds } from './needs.ts';
import { isInstalled, selectParty, type WalkState } from './selection.ts';
import { lowestOf } from './slot-conflicts.ts';

export type { InstalledPackage, ListedPackage } from './edge-packages.ts';

/** What of emerge's options and configuration shapes the graph; each has emerge's own default. */
export interface MergeOptions {
  readonly update?: boolean;
  /** `true`: without limit. */
  readonly deep?: number | true;
  readonly emptytree?: boolean;
  /** --newuse, --noreplace and whatever else keeps installed arguments; implied by `update`. */
  readonly selective?: boolean;
  /** --newuse; --changed-use, which is --reinstall=changed-use. */
  readonly reinstall?: 'newuse' | 'changed-use';
  /** --with-bdeps; `auto` is emerge's default without --usepkg. */
  readonly withBdeps?: 'y' | 'n' | 'auto';
  /** --root-deps: `true`, or `rdeps`. */
  readonly rootDeps?: true | 'rdeps';
  readonly nodeps?: boolean;
  readonly buildpkgonly?: boolean;
}

/** A name of which it matters what else could be taken, and the lowest version that does. */
export interface OpenName {
  readonly root: string;
  readonly cp: string;
  readonly lowest: string;
}

export interface MergeRun {
  /** In merge order. */
  readonly listed: readonly ListedPackage[];
  /** As they were before the merge. */
  readonly installed: readonly InstalledPackage[];
  /** Ebuilds that are not listed and that the configuration would take, of the names that `openNames` gives. */
  readonly visible?: readonly InstalledPackage[];
  /** The atoms asked for, sets expanded, in emerge's order. */
  readonly targets?: readonly string[];
  readonly options?: MergeOptions;
  /** Flags that each package has besides its own (IUSE_IMPLICIT). */
  readonly implicitIuse?: ReadonlySet<string>;
  /** The cpvs in package.provided. */
  readonly provided?: readonly string[];
  /** Where the targets go; default: the build root. */
  readonly root?: string;
  /** Where emerge runs, and where DEPEND is looked for; both default to `/`. */
  readonly buildRoot?: string;
  readonly sysroot?: string;
}

/** Why an edge is there. */
export interface EdgeReason {
  readonly kind: DependencyKind;
  /** The atom as the ebuild has it. */
  readonly atom: string;
  /** The USE conditions around it, outermost first: `ssl`, or `!ssl`. */
  readonly conditions: readonly string[];
  /** Whether it was one of several possibilities. */
  readonly chosen: boolean;
}

export interface ExplainedEdge extends GraphEdge {
  readonly reasons: readonly EdgeReason[];
}

const kindOrder: readonly DependencyKind[] = ['depend', 'bdepend', 'rdepend', 'pdepend', 'idepend'];

export interface RebuiltEdges {
  readonly edges: readonly ExplainedEdge[];
  /** The names weighed in choices: with their `visible` ebuilds the edges are exact. */
  readonly open: readonly OpenName[];
}

/** Ordered by dependent, then by dependency. Loops are left out; unreadable metadata gives no edges. */
export function mergeEdges(run: MergeRun): readonly ExplainedEdge[] {
  return rebuildEdges(run).edges;
}

export function rebuildEdges(run: MergeRun): RebuiltEdges {
  const found = new Map<number, Finding[]>();
  const open = new Map<string, OpenName>();
  const size = run.listed.length;
  if (!run.options?.nodeps) {
    const report = (finding: Finding) => {
      const key = finding.from.position * size + finding.to.position;
      const list = found.get(key);
      if (list) list.push(finding);
      else found.set(key, [finding]);
    };
    collectFindings(run, report, name => open.set(`${name.root}\n${name.cp}`, name));
  }
  const edges = [...found.keys()]
    .sort((a, b) => a - b)
    .flatMap(key => {
      const from = Math.floor(key / size);
      const to = key % size;
      return from === to
        ? []
        : [explain(run.listed[from]!.id, run.listed[to]!.id, to > from, found.get(key)!)];
    });
  return { edges, open: [...open.values()] };
}

function explain(
  from: string,
  to: string,
  againstOrder: boolean,
  findings: readonly Finding[],
): ExplainedEdge {
  const kinds = kindOrder.filter(kind => findings.some(finding => finding.kind === kind));
  let reasons: readonly EdgeReason[] | undefined;
  return {
    from,
    to,
    kinds,
    againstOrder,
    // most edges are only drawn
    get reasons() {
      reasons ??= reasonsOf(findings);
      return reasons;
    },
  };
}

function reasonsOf(findings: readonly Finding[]): EdgeReason[] {
  const reasons = new Map<string, EdgeReason>();
  for (const { kind, need } of findings) {
    const conditions = need.trail.flatMap(group =>
      group.kind === 'use' ? [`${group.negated ? '!' : ''}${group.flag}`] : [],
    );
    const chosen = need.trail.some(group => group.kind === 'any');
    const reason = { kind, atom: needText(need), conditions, chosen };
    reasons.set(`${kind} ${conditions.join(' ')} ${reason.atom}`, reason);
  }
  return [...reasons.values()];
}

function collectFindings(
  run: MergeRun,
  report: (finding: Finding) => void,
  reportOpen: (name: OpenName) => void,
): void {
  const options = run.options ?? {};
  const parties = gatherParties(
    run.listed,
    run.installed,
    run.implicitIuse ?? new Set(),
    options.emptytree ?? false,
    run.visible,
  );
  const targets = (run.targets ?? []).flatMap(text => parseAtom(text, { allowRepo: true }) ?? []);
  const { buildRoot = '/', root: targetRoot = buildRoot } = run;
  const state: WalkState = {
    parties,
    options: {
      update: options.update ?? false,
      empty: options.emptytree ?? false,
      reinstall: options.reinstall,
      deep: options.emptytree ? true : (options.deep ?? 0),
      selective: !options.emptytree && ((options.selective ?? false) || (options.update ?? false)),
    },
    graph: new Map(),
    places: new Map(),
    isArgument: argumentTest(targets),
    circles: new Map(),
    weighed: (root, cp) => {
      if (state.complete || !canPassOver(state) || cp.startsWith('virtual/')) return;
      const lowest = lowestOf(parties.remaining(root, cp).filter(isInstalled));
      if (lowest) reportOpen({ root, cp, lowest: lowest.cpv.version.text });
    },
    complete: false,
  };
  const asked = targets.flatMap(atom => startsFor(state, targetRoot, atom));
  const starts = [...asked, ...rebuilt(state)];
  walkEdges({
    state,
    starts,
    rootsFor: rootFinder(run),
    runtimeToo: options.rootDeps === true ? ['idepend', 'depend', 'bdepend'] : [],
    isProvided: providedTest(run.provided ?? []),
    report,
  });
}

/** Whether an installed package may give way to an ebuild where nothing demands it. */
function canPassOver({ options }: WalkState): boolean {
  return !options.empty && (options.update || options.reinstall !== undefined);
}

/** With --update an argument also means the newest of each slot that is installed. */
function startsFor(state: WalkState, root: string, atom: Atom): Party[] {
  const highest = selectParty(state, root, atom);
  if (!highest) return [];
  if (!state.options.update) return [highest];
  const { parties } = state;
  const slots = new Set(matching(atom, parties.installed(root, atom.cp)).map(({ place }) => place));
  const others = matching(atom, parties.remaining(root, atom.cp)).filter(
    party => party !== highest && !isInstalled(party) && slots.has(party.place),
  );
  return [highest, ...others];
}

/**
 * Slot rebuilds, which Portage asks for itself, last: packages built against what is replaced in another subslot,
 * and what replaces it.
 */
function rebuilt({ parties, options, isArgument }: WalkState): Party[] {
  if (options.empty) return [];
  const now = new Map(parties.listed.flatMap(party => (party ? [[party.place, party] as const] : [])));
  const found = new Set<Party>();
  for (const party of now.values()) {
    const old = parties.installed(party.root, party.cpv.cp).find(({ place }) => place === party.place);
    for (const atom of old ? lostBindings(parties, old) : []) {
      found.add(party);
      for (const { place } of matching(atom, parties.installed(party.root, atom.cp))) {
        const successor = now.get(place);
        if (successor) found.add(successor);
      }
    }
  }
  return [...found].filter(party => !isArgument(party)).sort((a, b) => (a.place < b.place ? -1 : 1));
}

/** Atoms of an installed package whose slot operator is bound to what is there and will not be. */
function lostBindings(parties: Parties, old: Party): Atom[] {
  return dependencyKinds.flatMap(kind => {
    if (!/:[^ ]+=/.test(old.given[kind] ?? '')) return [];
    return [...needsIn(readNeeds(old, kind))].flatMap(({ atom }) => {
      const bound = atom.slotOperator === '=' && atom.subslot !== undefined;
      const lost =
        bound &&
        matching(atom, parties.installed(old.root, atom.cp)).length > 0 &&
        matching(atom, parties.remaining(old.root, atom.cp)).length === 0;
      return lost ? [atom] : [];
    });
  });
}

function argumentTest(targets: readonly Atom[]): (party: Party) => boolean {
  const byName = grouped(targets, ({ cp }) => cp);
  return party => (byName.get(party.cpv.cp) ?? []).some(atom => atomMatches(atom, party));
}

function providedTest(provided: readonly string[]): (atom: Atom) => boolean {
  const candidates = provided.flatMap(text => {
    const cpv = parseCpv(text);
    return cpv ? [{ cpv, slot: '0' }] : [];
  });
  const byName = grouped(candidates, ({ cpv }) => cpv.cp);
  return atom => (byName.get(atom.cp) ?? []).some(one => atomMatches({ ...atom, slot: undefined }, one));
}

/** Which roots a dependency class is looked for in (PMS 8.1, and what emerge does with built packages). */
function rootFinder({ options = {}, buildRoot = '/', sysroot = '/' }: MergeRun): WalkPlan['rootsFor'] {
  const wantsBuild = options.withBdeps === 'y' || options.withBdeps === 'auto';
  return ({ root, built, given: { eapi } }, kind) => {
    const forRunning = kind === 'rdepend' || kind === 'pdepend' || kind === 'idepend';
    if (forRunning && options.buildpkgonly && !options.deep && !built) return [];
    if (kind === 'rdepend' || kind === 'pdepend') return [root];
    if (!forRunning && built && !wantsBuild) return [];
    const modern = eapi === undefined || !eapiRules(eapi).emptyGroupsHold;
    if (kind === 'depend' && !modern && options.rootDeps === 'rdeps') return [];
    return [kind === 'depend' && modern ? sysroot : buildRoot];
  };
}
