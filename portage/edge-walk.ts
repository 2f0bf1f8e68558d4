/**
 * Follows the dependencies of a merge list in the order in which Portage's depgraph does: what a choice comes to
 * depends on what is in the graph already. Nothing is resolved anew: only packages of the run can be chosen.
 */
import type { Atom } from './atom.ts';
import { atomMatches } from './atom-match.ts';
import { matching, type Party, sameUse } from './edge-packages.ts';
import type { DependencyKind } from './graph.ts';
import { entry } from './grouped.ts';
import { dependencyKinds, isChoice, type Need, readNeeds, type Term } from './needs.ts';
import {
  isInstalled,
  isTooDeep,
  isUnlisted,
  minimise,
  replacedChild,
  selectParty,
  type WalkState,
} from './selection.ts';
import { conflictsOf, lowestOf, settleConflicts, type Wishes } from './slot-conflicts.ts';
import { resolveTerms } from './virtuals.ts';

export interface Finding {
  readonly from: Party;
  readonly to: Party;
  readonly need: Need;
  readonly kind: DependencyKind;
}

export interface WalkPlan {
  readonly state: WalkState;
  /** Where the class is looked for; in no root: not at all. */
  readonly rootsFor: (party: Party, kind: DependencyKind) => readonly string[];
  /** Classes that count as RDEPEND besides (--root-deps). */
  readonly runtimeToo: readonly DependencyKind[];
  readonly isProvided: (atom: Atom) => boolean;
  /** Packages of arguments, in the order asked for. */
  readonly starts: readonly Party[];
  readonly report: (finding: Finding) => void;
}

/** A group of needs that is looked at when nothing simple is left. */
interface Postponed {
  readonly parent: Party;
  readonly kind: DependencyKind;
  readonly root: string;
  readonly terms: readonly Term[];
}

interface Ignored {
  readonly parent: Party;
  readonly kind: DependencyKind;
  readonly root: string;
  readonly need: Need;
  readonly depth: number;
}

interface Walk extends WalkPlan, Wishes {
  readonly waiting: Party[];
  readonly postponed: Postponed[];
  readonly ignored: (Party | Ignored)[];
}

export function walkEdges(plan: WalkPlan): void {
  const walk: Walk = {
    ...plan,
    waiting: [],
    postponed: [],
    ignored: [],
    wanted: new Map(),
    wants: new Map(),
  };
  const { state } = walk;
  for (const start of plan.starts) add(walk, start, 0);
  drain(walk);
  // what the arguments do not lead to was asked for in a way that is not known here
  for (const party of state.parties.listed.toReversed()) {
    if (!party || state.graph.has(party)) continue;
    add(walk, party, 0);
    drain(walk);
  }
  const conflicts = conflictsOf(walk);
  if (conflicts.length === 0 && !changesInstalled(state)) return;
  state.complete = true;
  for (const one of walk.ignored.splice(0).toReversed()) {
    if ('need' in one) follow(walk, one.parent, one.root, one.kind, one.need, undefined, one.depth);
    else walk.waiting.push(one);
    drain(walk);
  }
  walk.waiting.push(...settleConflicts(walk));
  drain(walk);
}

function drain(walk: Walk): void {
  for (;;) {
    const party = walk.waiting.pop();
    if (party) {
      expand(walk, party);
      continue;
    }
    const group = walk.postponed.pop();
    if (!group) return;
    decide(walk, group);
  }
}

/** Portage then goes through all that is installed, too, without choosing anew (its complete mode). */
function changesInstalled({ parties }: WalkState): boolean {
  return parties.listed.some(party => {
    if (!party) return false;
    const installed = parties.installed(party.root, party.cpv.cp);
    const old = installed.find(({ place }) => place === party.place);
    if (!old) return installed.length > 0;
    return (
      old.cpv.version.text !== party.cpv.version.text || old.subslot !== party.subslot || !sameUse(old, party)
    );
  });
}

function add(walk: Walk, party: Party, depth: number): void {
  const { graph } = walk.state;
  const known = graph.get(party);
  graph.set(party, known === undefined ? depth : Math.min(known, depth));
  if (known !== undefined) return;
  entry(walk.state.places, party.place, () => []).push(party);
  if (isInstalled(party) && isTooDeep(walk.state, depth + 1)) walk.ignored.push(party);
  else walk.waiting.push(party);
}

function expand(walk: Walk, parent: Party): void {
  for (const kind of dependencyKinds) {
    const roots = walk.rootsFor(parent, kind);
    if (roots.length === 0) continue;
    const simple: Need[] = [];
    const terms: Term[] = [];
    const classes = kind === 'rdepend' ? [kind, ...walk.runtimeToo] : [kind];
    for (const term of classes.flatMap(one => readNeeds(parent, one))) {
      if (isChoice(term) || term.atom.cp.startsWith('virtual/')) terms.push(term);
      else if (term.atom.blocker === '' && !walk.isProvided(term.atom)) simple.push(term);
    }
    for (const root of roots) {
      if (terms.length > 0) walk.postponed.push({ parent, kind, root, terms });
      satisfy(walk, parent, root, kind, simple);
    }
  }
}

function decide(walk: Walk, { parent, kind, root, terms }: Postponed): void {
  const { state, isProvided } = walk;
  const chosen = resolveTerms(terms, { state, parent, root, kind, isProvided, minimiseSlots: false });
  const own = chosen.filter(({ owner }) => owner === parent);
  satisfy(walk, parent, root, kind, own);
  const unfolded = new Set(own.flatMap(({ virtual }) => virtual ?? []));
  for (const virtual of unfolded) {
    const inner = chosen.filter(({ owner }) => owner === virtual);
    satisfy(walk, virtual, root, 'rdepend', inner);
    for (const need of inner) if (need.virtual) unfolded.add(need.virtual);
  }
}

function satisfy(
  walk: Walk,
  parent: Party,
  root: string,
  kind: DependencyKind,
  needs: readonly Need[],
): void {
  if (needs.length === 0) return;
  const selected = new Map<Need, Party>();
  const depth = (walk.state.graph.get(parent) ?? 0) + 1;
  for (const need of needs) {
    if (need.atom.blocker !== '') continue;
    let party = need.virtual ?? selectParty(walk.state, root, need.atom, parent, true);
    if (party && isUnlisted(party)) {
      if (isIgnored(walk.state, root, need, party, depth)) {
        walk.ignored.push({ parent, kind, root, need, depth });
        continue;
      }
      party = selectParty(walk.state, root, need.atom, parent);
    }
    party ??= replacedChild(walk.state, parent, root, need.atom);
    if (party) selected.set(need, party);
  }
  for (const [need, child] of minimise(selected)) follow(walk, parent, root, kind, need, child, depth);
}

function follow(
  walk: Walk,
  parent: Party,
  root: string,
  kind: DependencyKind,
  need: Need,
  selected: Party | undefined,
  depth: number,
): void {
  const { state } = walk;
  let child = selected ?? selectParty(state, root, need.atom, parent);
  if (!child) return;
  const there = lowestOf(state.places.get(child.place) ?? []);
  if (there && there !== child) {
    if (atomMatches(need.atom, there)) child = there;
    else if (isInstalled(child) && child.place === parent.place) return;
  }
  if (selected && isIgnored(state, root, need, child, depth)) {
    walk.ignored.push({ parent, kind, root, need, depth });
    return;
  }
  if (!isInstalled(parent) && !isInstalled(child)) walk.report({ from: parent, to: child, need, kind });
  if (child !== parent) {
    entry(walk.wanted, child, () => new Set()).add({ parent, atom: need.atom });
    entry(walk.wants, parent, () => new Set()).add(child);
  }
  add(walk, child, depth);
}

/** Satisfied already and not to be looked at deeper: Portage leaves it out unless something else brings the child. */
function isIgnored(state: WalkState, root: string, { atom }: Need, child: Party, depth: number): boolean {
  if (isInstalled(child) || state.graph.has(child) || state.isArgument(child)) return false;
  if (state.complete || state.options.deep === true || depth <= state.options.deep) return false;
  const installed = matching(atom, state.parties.installed(root, atom.cp));
  if (atom.slotOperator !== '=') return installed.length > 0;
  return installed.some(
    ({ slot, subslot }) => slot === child.slot && (subslot ?? slot) === (child.subslot ?? child.slot),
  );
}
