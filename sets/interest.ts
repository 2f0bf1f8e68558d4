/** A first look at a call's words: which sets it may hang on, and how closely. Rather too many than too few. */
import { actionEffect } from '../portage/emerge-actions.ts';
import type { EmergeArguments } from '../portage/emerge-arguments.ts';
import type { Interest } from './call-facts.ts';
import { type Catalogue, findSet } from './catalogue.ts';

/** `parsed` are the arguments without EMERGE_DEFAULT_OPTS, which `defaults` is. */
export function interestOf(
  args: readonly string[],
  { action, targets }: EmergeArguments,
  defaults: string | undefined,
  catalogue: Catalogue,
  selected: readonly string[],
): Interest {
  const words = [...(defaults ?? '').split(/[\s"']+/), ...args];
  const written = words.flatMap(word => /@(\S+)/.exec(word)?.[1] ?? []);
  const others = words.flatMap(word => {
    const name = word.replace(/^--package-set=@?/, '');
    return !name.startsWith('-') && findSet(catalogue, name) ? name : [];
  });
  const { removes } = actionEffect(action);
  const changing = action === undefined ? targets.length > 0 || args.length > 0 : removes !== undefined;
  const shared = removes === 'named';
  const detailed = shared || written.some(name => /[-+/]@/.test(name)) || args.some(excludes);
  const named = [...new Set([...written.filter(name => !name.includes('{')), ...others])];
  return { named, selected, changing, detailed, shared };
}

/** In any spelling; a word too many costs a question. */
function excludes(word: string): boolean {
  return /^--ex|^-\w*X/.test(word);
}
