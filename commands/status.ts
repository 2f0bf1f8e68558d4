/** `tumpline status`: what was found, and what is on. */
import packageJson from '../package.json' with { type: 'json' };
import type { Configuration } from '../system/configuration.ts';
import { loadConfiguration } from '../system/configuration.ts';
import { enabledParts } from '../system/enable/enable.ts';
import { Fault } from '../system/fault.ts';
import { installation } from '../system/installation.ts';
import { jsonDocument } from '../system/json.ts';
import type { Located } from '../system/locate.ts';
import { painter } from '../system/paint.ts';
import { knowsObservability, portageFacts } from '../system/portage-facts.ts';
import { printable } from '../system/printable.ts';
import { lastRun } from '../wrappers/emerge/run-record.ts';
import { flag, type Invocation } from './command.ts';
import { parts } from './parts.ts';
import { locateFor } from './roots.ts';

interface PartStatus {
  name: string;
  enabled: boolean;
  pieces: { kind: string; path: string }[];
}

interface Status {
  tumpline: { version: string; prefix: string };
  node: { version: string; path: string };
  emerge: string;
  python: readonly string[];
  portage: { version: string; observability: boolean; knowsObservability: boolean } | null;
  roots: Pick<Located, 'eprefix' | 'configRoot' | 'root' | 'eroot'>;
  configuration: Pick<Configuration, 'file' | 'exists' | 'problems'>;
  parts: PartStatus[];
  /** times in seconds since the epoch */
  lastRun: {
    started: number | null;
    ended: number | null;
    exit: number | null;
    targets: readonly string[];
  } | null;
  problems: string[];
}

/** The value, or undefined with the Fault's words among the problems. */
async function attempt<T>(problems: string[], work: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Fault) || error.code === 'interrupted') throw error;
    problems.push(error.message);
    return undefined;
  }
}

async function gather(invocation: Invocation): Promise<Status> {
  const context = { invocation, ...locateFor(invocation) };
  const { located, places } = context;
  const problems: string[] = [];
  const facts = await attempt(problems, () => portageFacts(located));
  const recorded = (await attempt(problems, () => enabledParts(places))) ?? {};
  const { file, exists, problems: faulty } = await loadConfiguration(places.configuration);
  const last = (await attempt(problems, () => lastRun(places)))?.run;
  for (const part of parts.filter(({ name }) => Object.hasOwn(recorded, name)))
    problems.push(...((await attempt(problems, async () => (await part.load()).problems?.(context))) ?? []));
  const names = [...new Set([...parts.map(({ name }) => name), ...Object.keys(recorded)])];
  return {
    tumpline: { version: packageJson.version, prefix: installation().prefix },
    node: { version: process.versions.node, path: process.execPath },
    emerge: located.emerge,
    python: located.python,
    portage:
      facts === undefined
        ? null
        : {
            version: facts.version,
            observability: facts.features.includes('observability'),
            knowsObservability: knowsObservability(facts.version),
          },
    roots: {
      eprefix: located.eprefix,
      configRoot: located.configRoot,
      root: located.root,
      eroot: located.eroot,
    },
    configuration: { file, exists, problems: faulty },
    parts: names.map(name => ({
      name,
      enabled: Object.hasOwn(recorded, name),
      pieces: (recorded[name] ?? []).map(({ kind, path }) => ({ kind, path })),
    })),
    lastRun:
      last === undefined
        ? null
        : { started: last.started, ended: last.ended, exit: last.exit, targets: last.targets },
    problems,
  };
}

function observability(portage: Status['portage']): string {
  if (portage === null) return '?';
  if (portage.observability)
    return portage.knowsObservability ? 'on' : 'in FEATURES, but this Portage does not know it';
  return portage.knowsObservability
    ? 'off; to switch it on: tumpline enable emerge --observability=yes'
    : 'needs Portage 3.0.82';
}

function lastRunText(run: Status['lastRun']): string {
  if (run === null) return 'none is recorded';
  const when =
    run.started === null ? '' : new Date(run.started * 1000).toISOString().slice(0, 19).replace('T', ' ');
  const how = run.ended === null ? 'not ended' : run.exit === null ? 'ended' : `exit status ${run.exit}`;
  return [when && `${when} UTC`, run.targets.join(' '), how].filter(text => text !== '').join(', ');
}

function* rows(status: Status): Generator<[string, string]> {
  const { tumpline, node, roots, configuration } = status;
  yield ['tumpline', `${tumpline.version} in ${tumpline.prefix}`];
  yield ['node', `${node.version}, ${node.path}`];
  yield ['emerge', status.emerge];
  yield ['python', status.python.join(' ')];
  yield ['portage', status.portage?.version ?? '?'];
  yield ['roots', `EPREFIX '${roots.eprefix}', configuration below ${roots.configRoot}, ROOT ${roots.root}`];
  yield ['configuration', `${configuration.file}${configuration.exists ? '' : ' (not there: defaults)'}`];
  for (const { name, enabled, pieces } of status.parts) {
    yield [`part ${name}`, enabled ? 'on' : `off; to switch it on: tumpline enable ${name}`];
    for (const { kind, path } of pieces) yield ['', `${kind} ${path}`];
  }
  yield ['observability', observability(status.portage)];
  yield ['last run', lastRunText(status.lastRun)];
}

/** Exit status 1 when something is wrong with what was found. */
export async function status(invocation: Invocation): Promise<number> {
  const found = await gather(invocation);
  const problems = [...found.configuration.problems, ...found.problems];
  const outcome = problems.length === 0 ? 0 : 1;
  if (flag(invocation, 'json')) {
    process.stdout.write(jsonDocument('tumpline.status/1', found));
    return outcome;
  }
  const paint = painter(process.stdout);
  for (const [name, text] of rows(found))
    process.stdout.write(`${paint('bold', name.padEnd(15))}${printable(text)}\n`);
  for (const problem of problems)
    process.stdout.write(`${paint('yellow', 'problem'.padEnd(15))}${problem}\n`);
  return outcome;
}
