import { evaluateSet, type SetLookup } from '../portage/set-evaluate.ts';

/** Which file gave which atom, for the debug log. */
export function* origins(names: Iterable<string>, lookup: SetLookup): Generator<string> {
  const context = { installed: () => true, use: () => true, everything: true };
  for (const name of names) {
    for (const { text, from } of evaluateSet(name, lookup, context).entries)
      yield `@${name}: ${text}: ${from.path ?? `@${from.set}`} line ${from.line}`;
  }
}
