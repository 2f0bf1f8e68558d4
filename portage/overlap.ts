/** Choices with packages in common are decided together, as Portage's dep_check does: in disjunctive normal form. */
import { atomText } from './atom.ts';
import { entry } from './grouped.ts';
import { type Choice, isChoice, needsIn, type Term, type Terms } from './needs.ts';

/** Beyond this many combinations the choices stay apart, rather than never end. */
const mostCombinations = 20_000;

/** `joined` tells whether anything was: Portage then minimises slots instead of keeping the order written. */
export function joinOverlapping(terms: Terms): { readonly terms: Terms; readonly joined: boolean } {
  const choices = terms.filter(isChoice);
  if (choices.length < 2) return { terms, joined: false };
  const users = new Map<string, Choice[]>();
  const neighbours = new Map<string, Set<string>>();
  const result: Term[] = [];
  for (const term of terms) {
    if (!isChoice(term)) {
      result.push(term);
      continue;
    }
    let previous: string | undefined;
    for (const { atom } of needsIn([term])) {
      if (atom.blocker !== '') continue;
      entry(users, atom.cp, () => []).push(term);
      const near = entry(neighbours, atom.cp, () => new Set<string>());
      if (previous !== undefined) {
        near.add(previous);
        neighbours.get(previous)?.add(atom.cp);
      }
      previous = atom.cp;
    }
    if (previous === undefined) result.push(term);
  }
  let joined = false;
  const traversed = new Set<string>();
  for (const cp of users.keys()) {
    if (traversed.has(cp)) continue;
    const group = connected(cp, users, neighbours, traversed);
    if (group.size > 1) joined = true;
    const inOrder = choices.filter(choice => group.has(choice));
    const unique = inFirstOrder(inOrder);
    result.push(...(group.size > 1 && unique.length > 1 ? normalForm(unique) : unique));
  }
  return joined ? { terms: result, joined } : { terms, joined };
}

function inFirstOrder(choices: readonly Choice[]): Choice[] {
  const seen = new Set<string>();
  return choices.filter(choice => {
    const text = choiceText(choice);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

function connected(
  start: string,
  users: ReadonlyMap<string, readonly Choice[]>,
  neighbours: ReadonlyMap<string, ReadonlySet<string>>,
  traversed: Set<string>,
): Set<Choice> {
  const found = new Set<Choice>();
  const stack = [start];
  for (let cp = stack.pop(); cp !== undefined; cp = stack.pop()) {
    traversed.add(cp);
    for (const choice of users.get(cp) ?? []) found.add(choice);
    for (const near of neighbours.get(cp) ?? []) if (!traversed.has(near)) stack.push(near);
  }
  return found;
}

function normalForm(terms: Terms): Term[] {
  const fixed = terms.filter(term => !isChoice(term));
  const choices = terms.filter(isChoice).map(({ alternatives }) =>
    alternatives.flatMap((alternative): Terms[] => {
      if (!alternative.some(isChoice)) return [alternative];
      const [only, ...others] = normalForm(alternative);
      return only && isChoice(only) && others.length === 0 ? [...only.alternatives] : [alternative];
    }),
  );
  const combinations = choices.reduce((product, { length }) => product * length, 1);
  if (
    choices.length === 0 ||
    (fixed.length === 0 && choices.length === 1) ||
    combinations > mostCombinations
  ) {
    return [...fixed, ...(combinations > mostCombinations ? terms.filter(isChoice) : choices.map(toChoice))];
  }
  let rows: Term[][] = [fixed];
  for (const alternatives of choices) {
    rows = rows.flatMap(row => alternatives.map(alternative => [...row, ...alternative]));
  }
  return [{ alternatives: rows }];
}

function toChoice(alternatives: readonly Terms[]): Choice {
  return { alternatives };
}

function choiceText({ alternatives }: Choice): string {
  return `|| ( ${alternatives.map(termsText).join(' ')} )`;
}

function termsText(terms: Terms): string {
  const text = terms.map(term => (isChoice(term) ? choiceText(term) : atomText(term.atom))).join(' ');
  return terms.length === 1 ? text : `( ${text} )`;
}
