/** _emerge.main.insert_optional_args: the word `True` is put behind every option whose optional value is absent. */
import { type ValueOption, valueOptions } from './emerge-options.ts';
import { pythonFloat, pythonInt } from './files/text.ts';

/** A word of the command line. */
export interface Word {
  readonly text: string;
  /** Its place among the arguments; undefined where emerge put it in. */
  readonly at: number | undefined;
}

/** Searched in this order in a cluster; a number may stick to one of these. */
const numeric = ['D', 'j', 'l'];
/** A letter must not stick to these, for -kn is -k -n. */
const letters = ['a', 'A', 'b', 'g', 'G', 'k', 'K', 'q', 'v', 'w', 'W'];

/** Each letter of a cluster is looked for anew; in the words of any process there may be a hundred thousand. */
const longestCluster = 512;

export function insertOptionalValues(args: readonly string[]): Word[] {
  const result: Word[] = [];
  const stack: Word[] = args.map((text, at) => ({ text, at })).reverse();
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { text: word, at } = next;
    const takes = (fits: (following: string) => boolean): Word => {
      const following = stack.at(-1);
      if (following === undefined || !fits(following.text)) return { text: 'True', at: undefined };
      stack.pop();
      return following;
    };
    const long = valueOptions.get(word)?.optional;
    if (long !== undefined) {
      result.push(
        next,
        takes(following => fitsOptional(following, long)),
      );
      continue;
    }
    const cluster = word.startsWith('-') && !word.startsWith('--') && word.length <= longestCluster;
    const letter = cluster ? clusterLetter(word) : undefined;
    if (letter === undefined) {
      result.push(next);
      continue;
    }
    const fits = (value: string) =>
      letter === 'l' ? isFloat(value) : numeric.includes(letter) ? isInteger(value) : isLetter(value);
    if (word.length === 2) {
      result.push(next, takes(fits));
      continue;
    }
    const stuck = word.slice(2);
    if (word[1] === letter && numeric.includes(letter) && fits(stuck))
      result.push({ text: `-${letter}`, at }, { text: stuck, at });
    else {
      result.push({ text: `-${letter}`, at }, { text: 'True', at: undefined });
      // the rest may hold more of them
      stack.push({ text: `-${word[1] === letter ? stuck : word.slice(1).replaceAll(letter, '')}`, at });
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
