/** New-style virtuals (GLEP 37) unfolded within the dependencies that name them, as Portage's dep_check does. */
import { type ChoiceContext, chooseNeeds, withoutUse } from './choice.ts';
import type { Party } from './edge-packages.ts';
import { isChoice, type Need, readNeeds, type Term, type Terms } from './needs.ts';
import { joinOverlapping } from './overlap.ts';
import { selectParty } from './selection.ts';

/** All that is needed of the terms once virtuals are unfolded and choices made. */
export function resolveTerms(terms: Terms, context: ChoiceContext, unfolding: readonly Party[] = []): Need[] {
  const unfolded = unfold(terms, context, unfolding);
  const { terms: joined, joined: minimiseSlots } = joinOverlapping(unfolded);
  return chooseNeeds(joined, { ...context, minimiseSlots });
}

function unfold(terms: Terms, context: ChoiceContext, unfolding: readonly Party[]): Term[] {
  return terms.flatMap((term): Term[] => {
    if (isChoice(term)) {
      const alternatives = term.alternatives.flatMap((alternative): Terms[] => {
        const [only, ...others] = alternative;
        if (!only || isChoice(only) || others.length > 0) return [unfold(alternative, context, unfolding)];
        return unfoldNeed(only, context, unfolding) ?? [alternative];
      });
      return [{ alternatives }];
    }
    const alternatives = unfoldNeed(term, context, unfolding);
    if (!alternatives) return [term];
    return alternatives.length === 1 ? [...alternatives[0]!] : [{ alternatives }];
  });
}

/** One alternative for each virtual package that is meant; undefined where the need is no virtual of the run. */
function unfoldNeed(need: Need, context: ChoiceContext, unfolding: readonly Party[]): Terms[] | undefined {
  if (!need.atom.cp.startsWith('virtual/') || need.atom.blocker !== '') return undefined;
  const found = virtualsFor(need, context).filter(party => !unfolding.includes(party));
  if (found.length === 0) return undefined;
  return found.map(virtual => {
    const inner = resolveTerms(readNeeds(virtual, 'rdepend'), context, [...unfolding, virtual]);
    return [...inner, { ...need, virtual }];
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
