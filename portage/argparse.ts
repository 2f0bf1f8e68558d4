/** argparse.ArgumentParser.parse_intermixed_args of Python 3.11, as far as emerge's parser makes use of it. */
import { optionNames, valueOptions } from './emerge-options.ts';
import type { Word } from './optional-values.ts';

export interface Occurrence {
  /** Canonical, with its dashes. */
  readonly name: string;
  /** Undefined for options without a value. */
  readonly value: string | undefined;
  /** Place of the argument that holds the value, or the option where there is none; undefined for one put in. */
  readonly at: number | undefined;
}

export interface Intermixed {
  readonly occurrences: Occurrence[];
  readonly targets: Word[];
  readonly problems: string[];
}

interface Classified {
  /** Undefined: looks like an option, but there is none of that name. */
  readonly spelling: string | undefined;
  readonly explicit: string | undefined;
}

/** Two passes, as there: options first, then what they left, in which `--` may have uncovered more options. */
export function parseIntermixed(args: readonly Word[]): Intermixed {
  const result: Intermixed = { occurrences: [], targets: [], problems: [] };
  const first = pass(args, result, true);
  const second =
    result.problems.length === 0 ? pass(first.rest, result, false) : { rest: [], positional: [] };
  if (second.rest.length > 0)
    result.problems.push(`unrecognized arguments: ${second.rest.map(({ text }) => text).join(' ')}`);
  result.targets.push(...second.positional);
  return result;
}

function pass(args: readonly Word[], result: Intermixed, deactivated: boolean) {
  const end = args.findIndex(isDashes);
  const options = new Map<number, Classified>();
  for (const [index, { text }] of args.entries()) {
    if (end >= 0 && index >= end) break;
    const found = classify(text, result.problems);
    if (found) options.set(index, found);
  }
  const rest: Word[] = [];
  const positional: Word[] = [];
  let taken = false;
  // the one positional argument takes a run of words once, and none when it is deactivated (but for a --)
  const takePositionals = (from: number, to: number): number => {
    if (taken) return from;
    taken = true;
    if (deactivated) return from === end ? from + 1 : from;
    const run = args.slice(from, to);
    const dashes = run.findIndex(isDashes);
    positional.push(...(dashes < 0 ? run : run.toSpliced(dashes, 1)));
    return to;
  };
  let index = 0;
  for (const next of options.keys()) {
    if (next < index) continue;
    if (index !== next) {
      index = takePositionals(index, next);
      rest.push(...args.slice(index, next));
    }
    index = takeOption(args, next, options, end, rest, result);
    if (result.problems.length > 0) return { rest, positional };
  }
  index = takePositionals(index, args.length);
  rest.push(...args.slice(index));
  return { rest, positional };
}

/** Index behind the option and its value. */
function takeOption(
  args: readonly Word[],
  index: number,
  options: ReadonlyMap<number, Classified>,
  end: number,
  rest: Word[],
  result: Intermixed,
): number {
  let { spelling, explicit } = options.get(index) ?? { spelling: undefined, explicit: undefined };
  const word = args[index];
  if (spelling === undefined) {
    if (word) rest.push(word);
    return index + 1;
  }
  for (;;) {
    const name = optionNames.get(spelling) ?? spelling;
    if (valueOptions.has(name)) {
      const next = index + 1;
      const holder =
        explicit !== undefined ? word : next !== end && !options.has(next) ? args[next] : undefined;
      const value = explicit ?? holder?.text;
      if (value === undefined) result.problems.push(`argument ${name}: expected one argument`);
      else checkChoice(name, value, result);
      result.occurrences.push({ name, value, at: holder?.at });
      return explicit === undefined ? next + 1 : next;
    }
    result.occurrences.push({ name, value: undefined, at: word?.at });
    if (explicit === undefined) return index + 1;
    // -pu is -p -u
    const following: string = `-${explicit[0] ?? ''}`;
    if (spelling.startsWith('--') || explicit === '' || !optionNames.has(following)) {
      result.problems.push(`argument ${name}: ignored explicit argument '${explicit}'`);
      return index + 1;
    }
    spelling = following;
    explicit = explicit.slice(1) || undefined;
  }
}

function isDashes({ text }: Word): boolean {
  return text === '--';
}

function checkChoice(name: string, value: string, result: Intermixed): void {
  const choices = valueOptions.get(name)?.choices;
  if (choices && !choices.includes(value)) {
    result.problems.push(`argument ${name}: invalid choice: '${value}' (choose from ${choices.join(', ')})`);
  }
}

function classify(word: string, problems: string[]): Classified | undefined {
  if (!word.startsWith('-')) return undefined;
  if (optionNames.has(word)) return { spelling: word, explicit: undefined };
  if (word.length === 1) return undefined;
  const equals = word.indexOf('=');
  const [head, tail] = equals < 0 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
  if (tail !== undefined && optionNames.has(head)) return { spelling: head, explicit: tail };
  if (word.startsWith('--')) {
    const found = [...optionNames.keys()].filter(name => name.startsWith(head));
    if (found.length > 1) {
      problems.push(`ambiguous option: ${word} could match ${found.join(', ')}`);
    }
    if (found.length > 0) return { spelling: found[0], explicit: tail };
  } else if (optionNames.has(word.slice(0, 2)))
    return { spelling: word.slice(0, 2), explicit: word.slice(2) };
  return word.includes(' ') ? undefined : { spelling: undefined, explicit: undefined };
}
