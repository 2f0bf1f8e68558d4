/** What emerge makes of its arguments: emerge(1); _emerge.main.parse_opts of Portage 3.0.83. */
import { type Occurrence, parseIntermixed } from './argparse.ts';
import { actions, type EmergeAction, flags, valueOptions } from './emerge-options.ts';
import { splitShell } from './files/shell-words.ts';
import { type OptionValue, optionValue, settle } from './option-values.ts';
import { insertOptionalValues, type Word } from './optional-values.ts';

export interface EmergeArguments {
  /** Absent: packages are merged, or the last merge is resumed. */
  readonly action?: EmergeAction;
  /** Canonical option (`--update`) -> value, true for one without. */
  readonly options: ReadonlyMap<string, OptionValue>;
  readonly targets: readonly string[];
  /** Not empty: emerge refuses these arguments. */
  readonly problems: readonly string[];
}

export interface ArgumentContext {
  /** EMERGE_DEFAULT_OPTS of make.conf. */
  readonly defaultOpts?: string;
  /** What `--jobs=0` stands for; without it the 0 stays. */
  readonly processors?: number;
}

/** `args` are the words behind `emerge`. */
export function parseEmergeArguments(
  args: readonly string[],
  context: ArgumentContext = {},
): EmergeArguments {
  // emerge reads its own arguments first, leniently; these three end there
  const own = parseOptions(args, context, true);
  if (own.problems.length > 0 || own.action === 'help' || own.action === 'moo' || own.action === 'status')
    return own;
  if (own.options.has('--ignore-default-opts') || context.defaultOpts === undefined)
    return parseOptions(args, context, false);
  const defaults = splitShell(context.defaultOpts);
  if (typeof defaults === 'string') return { ...own, problems: [`EMERGE_DEFAULT_OPTS: ${defaults}`] };
  return parseOptions([...defaults, ...args], context, false);
}

/** Where the targets, and the values of options, stand among `args`; in the order in which emerge takes them. */
export function placedArguments(args: readonly string[]): {
  readonly targets: readonly Word[];
  readonly occurrences: readonly Occurrence[];
} {
  return parseIntermixed(insertOptionalValues(args));
}

/** True for a call that may build or merge packages before the user's eyes: no other action, not pretended, not quiet, not fetching only. */
export function liveEligible(parsed: EmergeArguments): boolean {
  if (parsed.problems.length > 0 || parsed.action !== undefined) return false;
  if (['--pretend', '--quiet', '--fetchonly', '--fetch-all-uri'].some(name => parsed.options.has(name)))
    return false;
  return parsed.targets.length > 0 || parsed.options.has('--resume');
}

function parseOptions(args: readonly string[], context: ArgumentContext, silent: boolean): EmergeArguments {
  const { occurrences, targets, problems } = parseIntermixed(insertOptionalValues(args));
  const seen = new Set(occurrences.map(({ name }) => name));
  const raw = collect(occurrences);
  const values = new Map<string, OptionValue>();
  for (const name of flags) if (seen.has(name)) values.set(name, true);
  for (const [name, { kind }] of valueOptions) {
    const value = raw.get(name);
    if (value === undefined) continue;
    const result = optionValue(name, kind, value, context.processors);
    if (result.problem !== undefined && (!silent || name === '--search-similarity'))
      problems.push(result.problem);
    if (result.value !== undefined) values.set(name, result.value);
  }
  settle(values);
  const found: EmergeAction[] = actions.filter(
    action => seen.has(`--${action}`) || (action === 'search' && seen.has('--searchdesc')),
  );
  if (found.length > 1) problems.push(`multiple actions requested: ${found.join(', ')}`);
  const action = found[0] ?? (values.get('--deselect') === true ? 'deselect' : undefined);
  return {
    ...(action === undefined ? {} : { action }),
    options: values,
    targets: targets.map(({ text }) => text),
    problems,
  };
}

/** The last value counts, but those of repeatable options are collected. */
function collect(occurrences: readonly Occurrence[]): Map<string, string | readonly string[]> {
  const raw = new Map<string, string | readonly string[]>();
  for (const { name, value } of occurrences) {
    if (value === undefined) continue;
    const before = raw.get(name);
    if (valueOptions.get(name)?.kind !== 'atoms') raw.set(name, value);
    else raw.set(name, [...(Array.isArray(before) ? before : []), value]);
  }
  return raw;
}
