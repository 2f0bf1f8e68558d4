/** What becomes of the arguments of an emerge call that concerns sets. Pure on what is known of the sets. */
import type { Atom } from '../portage/atom.ts';
import { actionEffect } from '../portage/emerge-actions.ts';
import { type EmergeArguments, parseEmergeArguments, placedArguments } from '../portage/emerge-arguments.ts';
import { splitShell } from '../portage/files/shell-words.ts';
import { words as blankSeparated } from '../portage/files/text.ts';
import { parseSetExpression, type SetExpression } from '../portage/set-expression.ts';
import { Fault } from '../system/fault.ts';
import { printable } from '../system/printable.ts';
import { type CallWord, takeOwnOptions } from './own-options.ts';

export interface SetMember {
  readonly text: string;
  readonly atom: Atom;
}

/** What the rewriting asks about the sets of this system. */
export interface KnownSets {
  /** The name that Portage knows the set by, which differs for `name:slot`; undefined where there is none. */
  find(name: string): string | undefined;
  /** Whether a package of this name, or category/name, is in a repository or installed. */
  isPackage(name: string): boolean;
  /** All members of a set or, as `a-@b`, of an expression. Faults where they cannot be told. */
  members(name: string): readonly SetMember[];
}

export interface Call {
  readonly words: readonly CallWord[];
  readonly parsed: EmergeArguments;
  /** Sets among the targets that Portage gets, without their @. */
  readonly named: readonly string[];
  /** Sets of which we read the packages: those excluded, and those in expressions. */
  readonly read: readonly string[];
  readonly withShared: boolean;
  /** Lines for standard error, without `tumpline: `. */
  readonly notes: readonly string[];
}

interface Rewriting {
  readonly known: KnownSets;
  readonly parsed: EmergeArguments;
  readonly notes: string[];
  readonly named: Set<string>;
  readonly read: Set<string>;
  /** Expressions that became packages, with their first @. */
  readonly evaluated: string[];
}

const listing = 'tumpline sets list';

/** Faults: `usage` and `refused`. `defaultOpts` is EMERGE_DEFAULT_OPTS. */
export function rewriteCall(
  args: readonly string[],
  defaultOpts: string | undefined,
  known: KnownSets,
): Call {
  const given: CallWord[] = args.map((text, at) => ({ text, at }));
  const defaults = defaultsWithSets(args, defaultOpts);
  const { words, withShared } = takeOwnOptions([...defaults, ...given]);
  const texts = words.map(({ text }) => text);
  const context = defaultOpts === undefined || defaults.length > 0 ? {} : { defaultOpts };
  const parsed = parseEmergeArguments(texts, context);
  const rewriting: Rewriting = {
    known,
    parsed,
    notes: [],
    named: new Set(),
    read: new Set(),
    evaluated: [],
  };
  const { targets, occurrences } = placedArguments(texts);
  const result = new Map<number, CallWord[]>();
  for (const { name, value, at } of occurrences) {
    if (name === '--exclude' && value !== undefined && at !== undefined && value.includes('@'))
      result.set(at, excluding(rewriting, texts[at]!, value));
  }
  const places = new Set(targets.map(({ at }) => at));
  for (const [at, { set, text }] of words.entries()) {
    if (set && !places.has(at))
      throw new Fault('usage', `--package-set: ${printable(text)} stands where an option wants its value`, {
        hint: `emerge ${text}`,
      });
    if (places.has(at)) result.set(at, target(rewriting, words[at]!, targets.length));
  }
  const rewritten = words.flatMap((word, at) => result.get(at) ?? word);
  if (targets.length > 0 && rewriting.evaluated.length > 0) alone(rewriting, rewritten);
  if (defaults.length > 0) rewritten.unshift({ text: '--ignore-default-opts' });
  const { named, read, notes } = rewriting;
  if (withShared && actionEffect(parsed.action).removes !== 'named')
    notes.push('--with-shared: counts for --unmerge alone, and is left out');
  return { words: rewritten, parsed, named: [...named], read: [...read], withShared, notes };
}

/** The words of EMERGE_DEFAULT_OPTS, where emerge itself would stumble over sets in them. */
function defaultsWithSets(args: readonly string[], defaultOpts: string | undefined): CallWord[] {
  if (defaultOpts === undefined || !/@|--package-set/.test(defaultOpts)) return [];
  const defaults = splitShell(defaultOpts);
  if (typeof defaults === 'string' || parseEmergeArguments(args).options.has('--ignore-default-opts'))
    return [];
  return defaults.map(text => ({ text }));
}

function target(rewriting: Rewriting, word: CallWord, targets: number): CallWord[] {
  const { known, parsed, named, notes } = rewriting;
  const { text } = word;
  const { action } = parsed;
  if (action === 'config') {
    const name = text.startsWith('@') ? text.slice(1) : text;
    const isSet = text.startsWith('@') || ['world', 'system'].includes(text) || known.find(text);
    if (isSet && !(known.isPackage(name) && !text.startsWith('@')))
      throw new Fault(
        'refused',
        `--config: @${printable(name)} is a set; only one package can be configured`,
        {
          hint: 'emerge --config CATEGORY/PACKAGE',
        },
      );
    return [word];
  }
  if (!actionEffect(action).takesSets) return [word];
  if (text === 'world' || text === 'system') {
    named.add(text);
    return [word];
  }
  if (!text.startsWith('@')) return bare(rewriting, word);
  const name = text.slice(1);
  const found = known.find(name);
  const expression = found === undefined ? parseSetExpression(text) : undefined;
  if (expression) return evaluated(rewriting, text, expression, targets);
  named.add(found ?? name);
  if (found !== undefined && found !== name) notes.push(`${printable(text)}: taken as @${printable(found)}`);
  return [found === undefined || found === name ? word : { text: `@${found}` }];
}

/** A word that may be a package or a set: the package wins. */
function bare({ known, named, notes }: Rewriting, word: CallWord): CallWord[] {
  const { text } = word;
  const found = /[{}\s]/.test(text) ? undefined : known.find(text);
  if (found === undefined) return [word];
  if (known.isPackage(text)) {
    notes.push(`${printable(text)}: the package is taken; the set of that name is @${printable(found)}`);
    return [word];
  }
  named.add(found);
  return [{ text: `@${found}` }];
}

function setsOf({ first, rest }: SetExpression): string[] {
  return [first, ...rest.map(({ name }) => name)];
}

function evaluated(
  rewriting: Rewriting,
  text: string,
  expression: SetExpression,
  targets: number,
): CallWord[] {
  const { known, notes, named, read, parsed } = rewriting;
  const names = setsOf(expression).map(name => existing(known, name, text));
  // Portage can take a union by itself
  const isUnion = expression.rest.every(({ operator }) => operator === '+');
  for (const name of names) (isUnion ? named : read).add(name);
  if (isUnion) return names.map(name => ({ text: `@${name}` }));
  const members = known.members(text.slice(1));
  if (members.length === 0 && targets === 1)
    throw new Fault('refused', `${printable(text)}: no package is left`, {
      hint: `tumpline sets expand ${printable(text)}`,
    });
  const merging = parsed.action === undefined;
  notes.push(
    `${printable(text)}: ${count(members.length)}${merging && !recorded(parsed) ? ', not recorded in world' : ''}`,
  );
  rewriting.evaluated.push(text);
  return members.map(member => ({ text: safe(member), of: text.slice(1) }));
}

/** Whether the user wants what is merged in world, or in no case. */
function recorded({ options }: EmergeArguments): boolean {
  return options.get('--select') === true;
}

/** The packages of an expression, merged, would all be recorded in world; a call knows this for all targets or none. */
function alone({ parsed, evaluated }: Rewriting, words: CallWord[]): void {
  if (parsed.action !== undefined || recorded(parsed)) return;
  const without = [
    '--oneshot',
    '--pretend',
    '--fetchonly',
    '--fetch-all-uri',
    '--buildpkgonly',
    '--onlydeps',
  ];
  if (without.some(name => parsed.options.has(name))) return;
  const others = parsed.targets.filter(text => !evaluated.includes(text));
  if (others.length > 0)
    throw new Fault(
      'refused',
      `${printable(evaluated[0]!)}: its packages would be recorded in world together with ${printable(others[0]!)}`,
      { hint: 'emerge --oneshot …, or one call for each' },
    );
  words.unshift({ text: '--oneshot' });
}

/** The value of an `--exclude`, packages in the place of sets. */
function excluding({ known, notes, read }: Rewriting, word: string, value: string): CallWord[] {
  const atoms = blankSeparated(value).flatMap(one => {
    if (!one.startsWith('@')) return [one];
    const expression = known.find(one.slice(1)) === undefined ? parseSetExpression(one) : undefined;
    for (const name of expression ? setsOf(expression) : [one.slice(1)])
      read.add(existing(known, name, '--exclude'));
    const packages = [...new Set(known.members(one.slice(1)).map(packageOf))];
    notes.push(`--exclude ${printable(one)}: ${count(packages.length)}`);
    return packages;
  });
  const text = atoms.join(' ');
  if (word === value) return [{ text }];
  const before = word.slice(0, word.length - value.length);
  // letters that stick to a short option are options
  return before.startsWith('--') ? [{ text: before + text }] : [{ text: before }, { text }];
}

function existing(known: KnownSets, name: string, subject: string): string {
  const found = known.find(name);
  if (found !== undefined) return found;
  throw new Fault('refused', `${printable(subject)}: there is no set @${printable(name)}`, { hint: listing });
}

function count(packages: number): string {
  return packages === 1 ? '1 package' : `${packages} packages`;
}

/** --exclude takes names and slots only. */
function packageOf({ atom }: SetMember): string {
  return safe({ atom, text: atom.slot === undefined ? atom.cp : `${atom.cp}:${atom.slot}` });
}

/** A word that can be nothing but a package, whatever stands in the set file. */
export function safe({ text }: SetMember): string {
  if (/^[<>]?[=~]?[A-Za-z0-9_][A-Za-z0-9_+.-]*\/[^\s'"\\]+$/.test(text)) return text;
  throw new Fault('refused', `${printable(text)}: cannot be handed to emerge`, {
    hint: 'tumpline sets check',
  });
}
