/** What the layered picture costs, how clear it is and how calm. Frames are those in which something else runs. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { indexGraph } from '../../portage/graph.ts';
import { paintRegion } from '../../wrappers/emerge/live/region.ts';
import { crossingsOver, drawRun, movedRows } from '../wrappers/emerge/picture/drawn-run.ts';
import { readConnections } from '../wrappers/emerge/picture/reading.ts';
import type { Figure } from './figure.ts';
import { generatedGraph } from './merge-graphs.ts';
import { moments, packages, seed } from './picture-parts.ts';
import { onTerminal } from './pty.ts';

const area = 'graph';
/** Of live.sh. */
const painterOptions = ['--no-opt', '--min-semi-space-size=4'];
const terminals = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
  { columns: 200, rows: 50 },
];
const jobs = [1, 2, 4];

/** What is left for the picture: a third of the screen, without the column in which terminals wrap. */
function region(terminal: { columns: number; rows: number }) {
  return { columns: terminal.columns - 1, rows: terminal.rows >= 33 ? 10 : 7 };
}

interface Quality {
  readonly bytes: number;
  readonly over: number;
  readonly throughLabels: number;
  /** Percent. */
  readonly moved: number;
}

/** What the strokes say, read back; a line under a label ends nowhere. */
function isTrue(frame: Parameters<typeof readConnections>[0]): boolean {
  const wanted = new Set(frame.layout?.view.edges.map(({ left, right }) => `${left} -> ${right}`));
  try {
    const found = readConnections(frame);
    return found.size === wanted.size && [...found].every(edge => wanted.has(edge));
  } catch {
    return false;
  }
}

function quality(
  index: ReturnType<typeof indexGraph>,
  terminal: (typeof terminals)[number],
  at: number,
): Quality {
  const size = region(terminal);
  const painted = { ...terminal, height: size.rows };
  const found = { bytes: 0, over: 0, throughLabels: 0, moved: 0, drawn: 0, fresh: 0 };
  for (const { frame, before, isNew } of drawRun({ index, jobs: at, size, seed })) {
    found.bytes = Math.max(found.bytes, Buffer.byteLength(paintRegion(painted, frame.lines)));
    if (isNew && frame.layout !== undefined) {
      found.fresh += 1;
      if (crossingsOver(frame.layout) > 0) found.over += 1;
      if (!isTrue(frame)) found.throughLabels += 1;
      if (movedRows(before?.layout, frame.layout) > 0) found.moved += 1;
    }
    found.drawn += 1;
    if (found.drawn > moments) break;
  }
  const { bytes, over, throughLabels, moved, fresh } = found;
  return { bytes, over, throughLabels, moved: (100 * moved) / fresh };
}

function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function times({ columns, rows }: { columns: number; rows: number }, at: number): number[] {
  const script = process.argv[1] ?? '';
  const args = [...painterOptions, script, '--part', 'picture-times', `${columns}`, `${rows}`, `${at}`];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as number[];
}

async function painter(terminal: (typeof terminals)[number]): Promise<{ share: number; megabytes: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'tumpline-bench-'));
  try {
    const file = join(folder, 'result');
    const script = process.argv[1] ?? '';
    const command = [process.execPath, ...painterOptions, script, '--part', 'picture-painter', file, '4'];
    await onTerminal(command, { PATH: process.env['PATH'] ?? '' }, terminal).ended;
    const result = JSON.parse(readFileSync(file, 'utf8'));
    process.stderr.write(`${area}: ${result.frames} frames at ${terminal.columns}x${terminal.rows}\n`);
    return result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function* pictureFigures(): AsyncGenerator<Figure> {
  const graph = generatedGraph(seed, packages);
  process.stderr.write(`${area}: ${graph.nodes.length} packages, ${graph.edges.length} edges\n`);
  const index = indexGraph(graph);
  const runs = terminals.flatMap(terminal => jobs.map(at => ({ terminal, at })));
  const slow = runs.map(({ terminal, at }) => percentile(times(region(terminal), at), 0.95));
  yield { area, name: 'layout_and_frame', unit: 'ms', goal: 5, samples: slow };
  const found = runs.map(({ terminal, at }) => quality(index, terminal, at));
  const samples = (key: keyof Quality) => found.map(one => one[key]);
  yield { area, name: 'frame_bytes', unit: 'bytes', goal: 4096, samples: samples('bytes') };
  yield { area, name: 'crossings_over_optimum', unit: 'views', goal: 0, samples: samples('over') };
  yield { area, name: 'edges_through_labels', unit: 'views', goal: 0, samples: samples('throughLabels') };
  yield { area, name: 'calm', unit: '% of frames move what stays', goal: 5, samples: samples('moved') };
  const painters: { share: number; megabytes: number }[] = [];
  for (const terminal of terminals) painters.push(await painter(terminal));
  const [memory, share] = [painters.map(one => one.megabytes), painters.map(one => one.share)];
  yield { area, name: 'painter_memory', unit: 'MB', goal: 80, samples: memory };
  yield { area, name: 'painter_share', unit: '% of a core', goal: 0.5, samples: share };
}
