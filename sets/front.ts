/**
 * What the sh front of emerge asks: `sets.cjs EMERGE ARGS…`. Standard output is text for its eval, exit status 0 go on, 1 refused, 2 wrong usage. `sets.cjs --info EMERGE ARGS…` prints what emerge --info lacks.
 */
import { dirname } from 'node:path';
import { type EmergeArguments, parseEmergeArguments } from '../portage/emerge-arguments.ts';
import { chosenRoots } from '../system/chosen-roots.ts';
import { writeDirectly } from '../system/direct-output.ts';
import { Fault } from '../system/fault.ts';
import { type Located, locate } from '../system/locate.ts';
import { debug, debugging } from '../system/log.ts';
import { writingFault } from '../system/places.ts';
import { printable } from '../system/printable.ts';
import { type CallFacts, callFacts, withoutSelected } from './call-facts.ts';
import { readCatalogue, unreadableConf } from './catalogue.ts';
import { checkSets, type SetComplaint } from './check.ts';
import { stampAfter, stampBefore, stampStands } from './clean-stamp.ts';
import { type Generated, generate } from './generate.ts';
import { interestOf } from './interest.ts';
import { knownSets } from './known.ts';
import { origins } from './origins.ts';
import { preflight, touchedSets } from './preflight.ts';
import { type Call, rewriteCall } from './rewrite.ts';
import { readSelected, type Selected } from './selected.ts';
import { shellText, typed } from './shell-text.ts';
import { planUnmerge, type Unmerging } from './unmerge.ts';

type Environment = NodeJS.ProcessEnv;

function locatedFor(emerge: string, { options }: EmergeArguments, environment: Environment): Located {
  return locate(environment, { emerge, ...chosenRoots(options) });
}

function say(lines: readonly string[]): void {
  if (lines.length > 0) writeDirectly(2, lines.map(line => `${line}\n`).join(''));
}

/** The generated sets as they should be; where that cannot be, the last ones hold, and it is told. */
async function renewed(
  located: Located,
  environment: Environment,
  emptied?: ReadonlySet<string>,
): Promise<Generated> {
  try {
    return await generate(located, {
      environment,
      ...(emptied === undefined ? {} : { emptied, force: true }),
    });
  } catch (error) {
    if (!(error instanceof Fault) || error.code === 'interrupted') throw error;
    say([`tumpline: ${error.message}`]);
    const catalogue = readCatalogue(located, environment);
    return { state: 'unwritable', catalogue, complaints: [], kept: [], removed: [] };
  }
}

/** Complaints about sets and all that they nest; `selected` stands for all in world_sets. */
function complaintsOf(
  generated: Generated,
  facts: CallFacts,
  selected: Selected,
): (names: readonly string[]) => SetComplaint[] {
  const { catalogue } = generated;
  const known = new Map<string, SetComplaint[]>();
  const more = [...facts.failures, ...generated.complaints.filter(({ code }) => code === 'lost')];
  return names => {
    const key = meansSelected(names, selected) ? 'selected' : names.join('\0');
    const before = known.get(key);
    if (before) return before;
    const found = checkSets(catalogue, names, { selected, moved: facts.context.moved, lookup: facts.lookup });
    const all = names.includes('selected') || names.includes('world') ? [...names, ...selected.sets] : names;
    const closure = more.length === 0 ? new Set<string>() : facts.closure(all);
    const result = [...found, ...more.filter(({ set }) => closure.has(set))];
    known.set(key, result);
    return result;
  };
}

/** Whether these names are those in world_sets, in one way or another. */
function meansSelected(names: readonly string[], { sets }: Selected): boolean {
  const own = new Set(names);
  return (
    (own.has('selected') || sets.every(name => own.has(name))) &&
    names.every(name => name === 'selected' || sets.includes(name))
  );
}

/** Exit status and text for the front. */
async function answer(
  emerge: string,
  args: readonly string[],
  environment: Environment,
  isStale: boolean,
): Promise<[number, string]> {
  let located: Located;
  const given = parseEmergeArguments(args);
  try {
    located = locatedFor(emerge, given, environment);
  } catch (error) {
    // somebody's script in emerge's place, or one that only may be run: where its sets are cannot be told
    const what = error instanceof Fault ? error.message : `${emerge}: cannot be read`;
    say([`tumpline: ${what}; package sets are not checked`]);
    return [0, ''];
  }
  const generated = await renewed(located, environment);
  const { catalogue } = generated;
  const selected = readSelected(located);
  const defaults = environment['EMERGE_DEFAULT_OPTS'] ?? catalogue.variables.get('EMERGE_DEFAULT_OPTS');
  const interest = interestOf(args, given, defaults, catalogue, selected.sets);
  const unreadable = unreadableConf(catalogue);
  if (interest.changing) say(unreadable.map(problem => `tumpline: ${problem}`));
  const isSound = !isStale && stampStands(located, catalogue, environment);
  const facts = await callFacts(located, catalogue, isSound ? withoutSelected(interest) : interest);
  const standing = () => facts.closure(selected.sets);
  const stamp =
    isStale && generated.state === 'off' ? stampBefore(located, catalogue, standing()) : undefined;
  const warnOnly = environment['TUMPLINE_SETS'] === 'warn';
  const known = knownSets(catalogue, located, facts, warnOnly);
  const call = rewriteCall(args, defaults, known);
  const complaints = complaintsOf(generated, facts, selected);
  const verdict = preflight(call, {
    ...{ complaints, warnOnly, sound: isSound },
    standing: name => standing().has(name),
  });
  if (stamp !== undefined)
    stampAfter(located, catalogue, stamp, [...unreadable, ...complaints(['selected'])].length === 0);
  say(verdict.lines);
  if (debugging())
    for (const line of origins([...call.named, ...call.read], facts.lookup)) debug('sets', line);
  if (verdict.refused) return [1, ''];
  if (generated.state === 'unwritable' && isOutdated(call, generated, warnOnly)) return [1, ''];
  if (verdict.confirmed.length > 0 && catalogue.enabled)
    await renewed(located, environment, new Set(verdict.confirmed));
  const { installed } = facts;
  const plan = ['unmerge', 'rage-clean'].includes(call.parsed.action ?? '')
    ? planUnmerge(call, { world: selected.world, selected: selected.sets, installed, members: known.certain })
    : undefined;
  say([...call.notes, ...(plan?.notes ?? [])].map(note => `tumpline: ${note}`));
  const words = plan?.words ?? call.words;
  debug('sets', () => `emerge ${words.map(({ text }) => text).join(' ')}`);
  return [0, shellText(words, following(call, plan))];
}

/** Whether to stop what removes packages, since Portage reads sets that their sources may have left behind; tells of it whatever is to be done. */
function isOutdated(call: Call, { catalogue }: Generated, warnOnly: boolean): boolean {
  const { names, removing } = touchedSets(call);
  if (names.length === 0) return false;
  const what = 'cannot be brought up to date, so Portage reads the sets as they were';
  say([`tumpline: ${printable(catalogue.generated)}: ${what}`]);
  if (!removing || warnOnly || call.parsed.options.has('--pretend')) return false;
  const usual = `findmnt -T ${printable(typed(catalogue.generated))}`;
  const hint = writingFault(dirname(catalogue.generated))?.hint ?? usual;
  say([`try: ${hint}, or TUMPLINE_SETS=warn emerge …`]);
  return true;
}

function following(call: Call, plan: Unmerging | undefined): 'help' | 'info' | readonly string[] | undefined {
  const { action, options } = call.parsed;
  if (action === 'help' || action === 'info') return action;
  if (!plan || plan.deselected.length === 0) return undefined;
  if (options.has('--pretend') || options.get('--deselect') === 'n') return undefined;
  const kept = ['--root', '--config-root', '--prefix', '--sysroot', '--color'].flatMap(name => {
    const value = options.get(name);
    return typeof value === 'string' && value !== '' ? [`${name}=${value}`] : [];
  });
  // the question was about the packages; the record goes with them
  return [...kept, '--deselect', '--ask=n', ...plan.deselected.map(name => `@${name}`)];
}

function info(emerge: string, args: readonly string[], environment: Environment): void {
  const catalogue = readCatalogue(locatedFor(emerge, parseEmergeArguments(args), environment), environment);
  const path = catalogue.userSetsPath ?? catalogue.directories.join(' ');
  writeDirectly(1, `USER_SETS_PATH="${path}"\n`);
}

async function main(argv: readonly string[], environment: Environment): Promise<number> {
  try {
    const [first = '', ...rest] = argv;
    if (first === '--info') {
      info(rest[0] ?? '', rest.slice(1), environment);
      return 0;
    }
    const isStale = first === '--stale';
    const [emerge = '', ...args] = isStale ? rest : [first, ...rest];
    const [status, text] = await answer(emerge, args, environment, isStale);
    writeDirectly(1, text);
    return status;
  } catch (error) {
    const fault = error instanceof Fault ? error : new Fault('failed', `sets: ${String(error)}`);
    if (!(error instanceof Fault)) debug('sets', () => (error instanceof Error ? (error.stack ?? '') : ''));
    say([`tumpline: ${fault.message}`, `try: ${fault.hint ?? 'TUMPLINE=0 emerge …'}`]);
    return fault.code === 'usage' ? 2 : fault.code === 'interrupted' ? 130 : 1;
  }
}

main(process.argv.slice(2), process.env).then(status => {
  process.exitCode = status;
});
