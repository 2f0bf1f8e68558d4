/**
 * What the sh front of emerge asks: `sets.cjs EMERGE ARGS…`. Standard output is text for its eval, exit status 0 go on,
 * 1 refused, 2 wrong usage. `sets.cjs --info EMERGE ARGS…` prints what emerge --info lacks.
 */
import { parseEmergeArguments } from '../portage/emerge-arguments.ts';
import { chosenRoots } from '../system/chosen-roots.ts';
import { Fault, faultExitStatus } from '../system/fault.ts';
import { type Located, locate } from '../system/locate.ts';
import { debug } from '../system/log.ts';
import { makeConfVariables } from '../system/portage-configuration.ts';
import { readCatalogue } from './catalogue.ts';
import { checkSets } from './check.ts';
import { knownSets } from './known.ts';
import { setLookup } from './lookup.ts';
import { installedIn, readMoves } from './moves.ts';
import { preflight } from './preflight.ts';
import { type Call, rewriteCall } from './rewrite.ts';
import { readSelected } from './selected.ts';
import { shellText } from './shell-text.ts';
import { planUnmerge, type Unmerging } from './unmerge.ts';

type Environment = NodeJS.ProcessEnv;

function locatedFor(emerge: string, args: readonly string[], environment: Environment): Located {
  return locate(environment, { emerge, ...chosenRoots(parseEmergeArguments(args).options) });
}

function say(lines: readonly string[]): void {
  if (lines.length > 0) process.stderr.write(lines.map(line => `${line}\n`).join(''));
}

/** Exit status and text for the front. */
function answer(emerge: string, args: readonly string[], environment: Environment): [number, string] {
  const located = locatedFor(emerge, args, environment);
  const catalogue = readCatalogue(located, environment);
  const installed = installedIn(located);
  const moved = readMoves(catalogue, installed);
  const lookup = setLookup(catalogue);
  const selected = readSelected(located);
  const known = knownSets(catalogue, located, lookup, {
    installed: atom => installed.matching(atom).length > 0,
    use: () => false,
    moved,
  });
  const defaults =
    environment['EMERGE_DEFAULT_OPTS'] ?? makeConfVariables(located).variables.get('EMERGE_DEFAULT_OPTS');
  const call = rewriteCall(args, defaults, known);
  const verdict = preflight(call, {
    complaints: names => checkSets(catalogue, names, { selected, moved, lookup }),
    selected: selected.sets,
    warnOnly: environment['TUMPLINE_SETS'] === 'warn',
  });
  say(verdict.lines);
  if (verdict.refused) return [1, ''];
  const { action } = call.parsed;
  const removing = action === 'unmerge' || action === 'rage-clean';
  const plan = removing
    ? planUnmerge(call, { world: selected.world, selected: selected.sets, installed, members: known.certain })
    : undefined;
  say([...call.notes, ...(plan?.notes ?? [])].map(note => `tumpline: ${note}`));
  const words = plan?.words ?? call.words;
  debug('sets', () => `emerge ${words.map(({ text }) => text).join(' ')}`);
  return [0, shellText(words, following(call, plan))];
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
  const catalogue = readCatalogue(locatedFor(emerge, args, environment), environment);
  const path = catalogue.userSetsPath ?? catalogue.directories.join(' ');
  process.stdout.write(`USER_SETS_PATH="${path}"\n`);
}

function main(argv: readonly string[], environment: Environment): number {
  try {
    const [first = '', ...rest] = argv;
    if (first === '--info') {
      info(rest[0] ?? '', rest.slice(1), environment);
      return 0;
    }
    const [status, text] = answer(first, rest, environment);
    process.stdout.write(text);
    return status;
  } catch (error) {
    const fault = error instanceof Fault ? error : new Fault('failed', `sets: ${String(error)}`);
    if (!(error instanceof Fault)) debug('sets', () => (error instanceof Error ? (error.stack ?? '') : ''));
    say([`tumpline: ${fault.message}`, `try: ${fault.hint ?? 'TUMPLINE=0 emerge …'}`]);
    return faultExitStatus(fault) === 2 ? 2 : 1;
  }
}

process.exitCode = main(process.argv.slice(2), process.env);
