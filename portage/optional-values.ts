/** _emerge.main.insert_optional_args: the word `True` is put behind every option whose optional value is absent. */
import { type ValueOption, valueOptions } from './emerge-options.ts';
import { pythonFloat, pythonInt } from './files/text.ts';

/** Searched in this order in a cluster; a number may stick to one of these. */
const numeric = ['D', 'j', 'l'];
/** A letter must not stick to these, for -kn is -k -n. */
const letters = ['a', 'A', 'b', 'g', 'G', 'k', 'K', 'q', 'v', 'w', 'W'];

/** Each letter of a cluster is looked for anew; in the words of any process there may be a hundred thousand. */
const longestCluster = 512;

export function insertOptionalValues(args: readonly string[]): string[] {
  const result: string[] = [];
  const stack = args.toReversed();
  for (let word = stack.pop(); word !== undefined; word = stack.pop()) {
    const takes = (fits: (next: string) => boolean) => {
      const next = stack.at(-1);
      if (next === undefined || !fits(next)) return 'True';
      stack.pop();
      return next;
    };
    const long = valueOptions.get(word)?.optional;
    if (long !== undefined) {
      result.push(
        word,
        takes(next => fitsOptional(next, long)),
      );
      continue;
    }
    const cluster = word.startsWith('-') && !word.startsWith('--') && word.length <= longestCluster;
    const letter = cluster ? clusterLetter(word) : undefined;
    if (letter === undefined) {
      result.push(word);
      continue;
    }
    const fits = (next: string) =>
      letter === 'l' ? isFloat(next) : numeric.includes(letter) ? isInteger(next) : isLetter(next);
    if (word.length === 2) {
      result.push(word, takes(fits));
      continue;
    }
    const stuck = word.slice(2);
    if (word[1] === letter && numeric.includes(letter) && fits(stuck)) result.push(`-${letter}`, stuck);
    else {
      result.push(`-${letter}`, 'True');
      // the rest may hold more of them
      stack.push(`-${word[1] === letter ? stuck : word.slice(1).replaceAll(letter, '')}`);
    }
  }
  return result;
}

function clusterLetter(word: string): string | undefined {
  return numeric.find(letter => word.includes(letter)) ?? letters.find(letter => word.includes(letter));
}

function fitsOptional(next: string, optional: NonNullable<ValueOption['optional']>): boolean {
  if (typeof optional !== 'string') return optional.includes(next);
  if (optional === 'letter') return isLetter(next);
  if (optional === 'float') return isFloat(next);
  return isInteger(next) || (optional === 'integer-or-letter' && isLetter(next));
}

function isLetter(word: string): boolean {
  return word === 'y' || word === 'n';
}

function isInteger(word: string): boolean {
  return (pythonInt(word) ?? -1) >= 0;
}

function isFloat(word: string): boolean {
  return (pythonFloat(word) ?? -1) >= 0;
}
