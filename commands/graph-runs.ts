/** `tumpline graph --last`, `--run` and `--runs`: what is kept of earlier runs. */
import { Fault } from '../system/fault.ts';
import { jsonDocument } from '../system/json.ts';
import type { Located } from '../system/locate.ts';
import { painter } from '../system/paint.ts';
import { printable } from '../system/printable.ts';
import { leftOver, nextCommands } from '../wrappers/emerge/go-on.ts';
import { type GraphDocument, listedOf } from '../wrappers/emerge/graph-document.ts';
import { localTime } from '../wrappers/emerge/local-time.ts';
import { type OutcomeStyle, outcomeText } from '../wrappers/emerge/outcome-text.ts';
import { resumableIds } from '../wrappers/emerge/resumable.ts';
import { keptRuns } from '../wrappers/emerge/run-record.ts';
import { type Invocation, word } from './command.ts';
import { locateFor } from './roots.ts';

const hint = 'tumpline graph --pretend -- @world';

export interface RecordedRun {
  readonly document: GraphDocument;
  readonly isNewest: boolean;
}

/** The run that --last or --run names. Faults: `missing`, `usage`. */
export function recordedRun(invocation: Invocation): RecordedRun {
  const runs = keptRuns(locateFor(invocation).places);
  const text = word(invocation, 'run') ?? '1';
  const document = /^[1-9]\d{0,3}$/.test(text) ? runs[Number(text) - 1] : undefined;
  if (document !== undefined) return { document, isNewest: document === runs[0] };
  if (runs.length === 0) throw new Fault('missing', 'graph: no run is recorded yet', { hint });
  throw new Fault(
    'usage',
    `graph --run: '${printable(text)}' is none of the ${runs.length} runs that are kept`,
    {
      hint: 'tumpline graph --runs',
    },
  );
}

/** What follows the picture of a recorded run: how it ended, and for the newest one how to go on. */
export function recordedText(
  located: Located,
  { document, isNewest }: RecordedRun,
  style: OutcomeStyle,
): string {
  const next = isNewest ? nextCommands(document, resumableIds(located)) : [];
  const summary = summaryOf(document);
  const outcome = outcomeText(document, next, style);
  return `\n${[summary.when, summary.how, summary.what].join('  ')}\n${outcome === '' ? '' : `\n${outcome}`}`;
}

function failedOf(document: GraphDocument): string[] {
  return leftOver(document).flatMap(({ id, state }) => (state === 'failed' ? id : []));
}

/** Local time, as emerge's own messages have it. */
function summaryOf(document: GraphDocument) {
  const { run } = document;
  const listed = listedOf(document);
  const done = listed.length - leftOver(document).length;
  const asked = run.asked ?? run.targets;
  return {
    when: run.started === null ? '-' : localTime(run.started * 1000),
    how: run.exit === null ? 'stopped' : `exit ${run.exit}`,
    done: `${done}/${listed.length} done`,
    what: `${done}/${listed.length} done  ${printable(asked.join(' '))}`,
    failed: failedOf(document),
  };
}

/** Lists the runs, the newest first; its number is what --run takes. */
export function listRuns(invocation: Invocation): number {
  const runs = keptRuns(locateFor(invocation).places);
  const format = word(invocation, 'format') ?? 'text';
  if (format !== 'text' && format !== 'json')
    throw new Fault('usage', `graph --runs: a list is no ${format}`, { hint: 'tumpline graph --runs' });
  if (format === 'json') {
    process.stdout.write(jsonDocument('tumpline.graph.runs/1', { runs: runs.map(runEntry) }));
    return 0;
  }
  if (runs.length === 0) throw new Fault('missing', 'graph: no run is recorded yet', { hint });
  const paint = painter(process.stdout);
  const columns = process.stdout.columns ?? Number.POSITIVE_INFINITY;
  for (const [at, document] of runs.entries()) {
    const { when, how, what, failed } = summaryOf(document);
    const left = `${String(at + 1).padStart(2)}  ${when}  ${how.padEnd(8)}  ${what}`;
    const right = failed.length === 0 ? '' : `  failed: ${printable(failed.join(' '))}`;
    const room = Math.max(0, columns - left.length);
    process.stdout.write(`${left.slice(0, columns)}${paint('red', right.slice(0, room))}\n`);
  }
  return 0;
}

function runEntry(document: GraphDocument, at: number) {
  const { pid, started, ended, exit, targets, asked = [] } = document.run;
  const listed = listedOf(document);
  return {
    number: at + 1,
    ...{ pid, started, ended, exit, targets, asked },
    total: listed.length,
    done: listed.length - leftOver(document).length,
    failed: failedOf(document),
  };
}
