/** New-style virtuals (GLEP 37) unfolded within the dependencies that name them, as Portage's dep_check does. */

import { atomText } from './atom.ts';
import { type ChoiceContext, chooseNeeds, withoutUse } from './choice.ts';
import type { Party } from './edge-packages.ts';
import { isChoice, type Need, readNeeds, type Term, type Terms } from './needs.ts';
import { joinOverlapping } from './overlap.ts';
import { selectParty } from './selection.ts';

/**
 * All that is needed of the terms once virtuals are unfolded and choices made. Portage keeps one object for atoms
 * that read the same and tells by the object what was chosen, so what is chosen for one owner is so for each that
 * has the same atom.
 */
export function resolveTerms(terms: Terms, context: ChoiceContext): Need[] {
  const seen: Need[] = [];
  const decided = decide(terms, context, [], seen);
  if (!seen.some(({ virtual }) => virtual)) return decided;
  const { parent } = context;
  const identities = new Map(seen.map(need => [need, identity(need, parent)]));
  const taken = new Set(decided);
  const chosen = new Set(decided.map(need => identities.get(need)));
  // the atom that was unfolded is looked at beside the certain virtual that it came to mean
  return seen.flatMap(need => {
    const plain = chosen.has(identities.get(need)) ? [asWritten(need)] : [];
    return need.virtual && taken.has(need) ? [need, ...plain] : plain;
  });
}

function asWritten({ atom, owner, kind, trail }: Need): Need {
  return { atom, owner, kind, trail };
}

function decide(terms: Terms, context: ChoiceContext, unfolding: readonly Party[], seen: Need[]): Need[] {
  const unfolded = unfold(terms, context, unfolding, seen);
  const { terms: joined, joined: minimiseSlots } = joinOverlapping(unfolded);
  return chooseNeeds(joined, { ...context, minimiseSlots });
}

function identity({ atom, owner }: Need, parent: Party): string {
  // the dependencies of an installed virtual are read without its EAPI
  const eapi = owner.position === -1 && owner !== parent ? '' : owner.given.eapi;
  return `${eapi} ${atomText(atom)} ${atom.unevaluated ? atomText(atom.unevaluated) : ''}`;
}

function unfold(terms: Terms, context: ChoiceContext, unfolding: readonly Party[], seen: Need[]): Term[] {
  return terms.flatMap((term): Term[] => {
    if (isChoice(term)) {
      const alternatives = term.alternatives.flatMap((alternative): Terms[] => {
        const [only, ...others] = alternative;
        if (!only || isChoice(only) || others.length > 0)
          return [unfold(alternative, context, unfolding, seen)];
        const unfolded = unfoldNeed(only, context, unfolding, seen);
        if (!unfolded) seen.push(only);
        return unfolded ?? [alternative];
      });
      return [{ alternatives }];
    }
    const alternatives = unfoldNeed(term, context, unfolding, seen);
    if (!alternatives) {
      seen.push(term);
      return [term];
    }
    return alternatives.length === 1 ? [...alternatives[0]!] : [{ alternatives }];
  });
}

/** One alternative for each virtual package that is meant; undefined where the need is no virtual of the run. */
function unfoldNeed(
  need: Need,
  context: ChoiceContext,
  unfolding: readonly Party[],
  seen: Need[],
): Terms[] | undefined {
  if (!need.atom.cp.startsWith('virtual/') || need.atom.blocker !== '') return undefined;
  const found = virtualsFor(need, context).filter(party => !unfolding.includes(party));
  if (found.length === 0) return undefined;
  return found.map(virtual => {
    const inner = decide(readNeeds(virtual, 'rdepend'), context, [...unfolding, virtual], seen);
    const whole = { ...need, virtual };
    seen.push(whole);
    return [...inner, whole];
  });
}

function virtualsFor(need: Need, { state, root }: ChoiceContext): Party[] {
  const atom = withoutUse(need.atom);
  const first = selectParty(state, root, atom);
  if (!first || state.options.update || atom.subslot !== undefined) return first ? [first] : [];
  // without --update a lower slot that is there will do, so all slots are looked at
  const found = new Set([first]);
  for (const party of state.parties.remaining(root, atom.cp)) {
    const one = selectParty(state, root, { ...atom, slot: party.slot, subslot: party.subslot ?? party.slot });
    if (one && (atom.slot === undefined || atom.slot === party.slot)) found.add(one);
  }
  return state.parties.remaining(root, atom.cp).filter(party => found.has(party));
}
