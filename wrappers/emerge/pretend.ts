/** What an emerge call would merge: one pretended resolution by emerge itself, and the graph of its list. */
import { join } from 'node:path';
import { parseAtom } from '../../portage/atom.ts';
import { type EmergeArguments, parseEmergeArguments } from '../../portage/emerge-arguments.ts';
import { type DisplayedPackage, parseMergeList } from '../../portage/files/emerge-output.ts';
import type { GraphNode } from '../../portage/graph.ts';
import { chosenRoots, withChosenRoots } from '../../system/chosen-roots.ts';
import { Fault } from '../../system/fault.ts';
import { type Located, locate } from '../../system/locate.ts';
import { debug } from '../../system/log.ts';
import { type ListEntry, startPortageHelper } from '../../system/portage.ts';
import { run } from '../../system/run.ts';
import { emergeLog } from './merge-times.ts';
import { type Foretold, foretellRun } from './pretended-time.ts';
import { type RunGraph, readInstalledRoots, runGraph } from './run-graph.ts';
import { rootOf } from './run-list.ts';

export interface PretendedRun extends RunGraph {
  /** The words that were asked for. */
  readonly asked: readonly string[];
  /** Flags that differ from what is installed, by node id, as emerge marks them: `ssl*`, `-gtk%`. */
  readonly changedFlags: ReadonlyMap<string, readonly string[]>;
  readonly installedPackages: Awaited<ReturnType<typeof readInstalledRoots>>;
  /** Reads emerge.log. */
  foretell(): Foretold | undefined;
}

/** Options that only change the shape of what emerge prints. */
const shapes = new Set([
  '--tree',
  '--unordered-display',
  '--columns',
  '--alphabetical',
  '--quiet',
  '--ask',
  '--verbose',
]);

function pretendWords(args: readonly string[]): string[] {
  const end = args.indexOf('--');
  const own = (end === -1 ? args : args.slice(0, end)).flatMap(word => {
    if (shapes.has(word.replace(/=.*/, ''))) return [];
    // a cluster of letters loses t, q, a and v; letters with values end one
    if (/^-[a-zA-Z]+$/.test(word)) return word.replace(/[tqav]/g, '').replace(/^-$/, '') || [];
    return word;
  });
  return ['--pretend', '--verbose', '--color=n', ...own, ...(end === -1 ? [] : args.slice(end))];
}

/** Ours are kept from it; what is set already is left as it is. */
function environmentOf(located: Located): Record<string, string | undefined> {
  const { eprefix, configRoot, root } = located;
  const environment = Object.entries(process.env).filter(([name]) => !/^TUMPLINE(_|$)/.test(name));
  return {
    ...Object.fromEntries(environment),
    ...(eprefix === '' ? {} : { PORTAGE_OVERRIDE_EPREFIX: eprefix }),
    ...(configRoot === (eprefix || '/') ? {} : { PORTAGE_CONFIGROOT: configRoot }),
    ...(root === '/' ? {} : { ROOT: root }),
  };
}

function refuse(parsed: EmergeArguments, args: readonly string[]): void {
  if (parsed.problems[0] !== undefined)
    throw new Fault('usage', `emerge: ${parsed.problems[0]}`, { hint: 'emerge --help' });
  if (parsed.action !== undefined)
    throw new Fault('usage', `emerge --${parsed.action}: merges nothing that has a graph`, {
      hint: 'tumpline graph --pretend -- PACKAGE…',
    });
  if (parsed.targets.length === 0 && !parsed.options.has('--resume'))
    throw new Fault('usage', 'graph --pretend: no package named', {
      hint: `tumpline graph --pretend -- ${[...args, '@world'].join(' ')}`,
    });
}

/** emerge takes `git` for what has that name in some category; the list tells which one it chose. */
function withCategory(
  word: string,
  packages: readonly DisplayedPackage[],
  installed: readonly { cpv: string }[],
): string[] {
  if (word.includes('/') || word.startsWith('@')) return [word];
  const operator = /^[<>=~]*/.exec(word)?.[0] ?? '';
  const categories = new Set([...packages, ...installed].map(({ cpv }) => cpv.slice(0, cpv.indexOf('/'))));
  const atoms = [...categories].map(category => `${operator}${category}/${word.slice(operator.length)}`);
  const names = new Set([...packages, ...installed].flatMap(({ cpv }) => parseAtom(`=${cpv}`)?.cp ?? []));
  const listed = new Set(packages.flatMap(({ cpv }) => parseAtom(`=${cpv}`)?.cp ?? []));
  const fitting = atoms.filter(atom => names.has(parseAtom(atom, { allowRepo: true })?.cp ?? ''));
  const chosen = fitting.filter(atom => listed.has(parseAtom(atom, { allowRepo: true })?.cp ?? ''));
  return chosen.length > 0 ? chosen : fitting;
}

/** Faults: `usage` for arguments that merge nothing, `failed` where emerge itself says no. */
export async function pretend(given: Located, args: readonly string[]): Promise<PretendedRun> {
  const words = parseEmergeArguments(args);
  refuse(words, args);
  const environment = environmentOf(given);
  const roots = chosenRoots(words.options);
  const located = locate(environment, { ...given, ...roots, prefix: roots.prefix ?? given.eprefix });
  const helper = startPortageHelper(located.python, {
    environment: withChosenRoots(environment, words.options),
  });
  try {
    const [result, settings] = await Promise.all([
      run(located.emerge, pretendWords(args), { env: environment, timeout: 600_000 }),
      helper.settings,
    ]);
    if (result.exitCode !== 0) {
      process.stderr.write(result.stdout + result.stderr);
      throw new Fault(
        'failed',
        `emerge: would not merge this (exit status ${result.exitCode ?? result.signal})`,
        {
          hint: `emerge --pretend ${args.join(' ')}`,
        },
      );
    }
    const parsed = parseEmergeArguments(args, { defaultOpts: settings.EMERGE_DEFAULT_OPTS });
    const { value, problems } = parseMergeList(result.stdout);
    for (const problem of problems) debug('pretend', problem);
    const shown = value.flatMap(item =>
      item.type !== 'blocks' && (item.type === 'ebuild' || item.type === 'binary') ? item : [],
    );
    // with --tree in EMERGE_DEFAULT_OPTS the list stands on its head
    const ordered = parsed.options.has('--tree') ? shown.reverse() : shown;
    // what emerge shows has EPREFIX in it
    const packages = ordered.map(one => ({ ...one, root: rootOf(one.root, located.eprefix) }));
    const entries = packages.map(
      ({ type, root, cpv, repo }): ListEntry => [type, join(root, located.eprefix, '/'), cpv, repo ?? null],
    );
    const installedPackages = await readInstalledRoots(
      located,
      packages.map(({ root }) => root),
    );
    const installed = [...installedPackages.values()].flat();
    const targets = parsed.targets.flatMap(word => withCategory(word, packages, installed));
    const graph = await runGraph(located, helper, installedPackages, {
      entries,
      options: parsed.options,
      targets,
    });
    const nodes = graph.nodes.map((node, at): GraphNode => {
      const reason = packages[at]?.reason;
      return reason === undefined ? node : { ...node, reason };
    });
    const changedFlags = new Map(
      nodes
        .map((node, at) => [node.id, changedOf(packages[at])] as const)
        .filter(([, flags]) => flags.length > 0),
    );
    const foretell = () => foretellRun(graph, parsed.options, settings, emergeLog(settings, located.eprefix));
    return { ...graph, nodes, asked: parsed.targets, changedFlags, installedPackages, foretell };
  } finally {
    helper.stop();
  }
}

/** `ssl`, or `-ssl` for what is off now. */
function changedOf(shown: DisplayedPackage | undefined): string[] {
  const changed = (shown?.flags ?? []).filter(
    flag => flag.changed || (flag.added && shown?.installed.length),
  );
  return changed.filter(flag => !flag.removed).map(flag => `${flag.enabled ? '' : '-'}${flag.name}`);
}
