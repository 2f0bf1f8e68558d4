/** What is measured of the picture in a process of its own, in the way that the painter is run. */
import { writeFileSync } from 'node:fs';
import { indexGraph } from '../../portage/graph.ts';
import { openScreen } from '../../wrappers/emerge/live/screen.ts';
import type { Frame, NodeStatus } from '../../wrappers/emerge/picture/model.ts';
import { drawFrame } from '../../wrappers/emerge/picture/picture.ts';
import { seeded } from '../testbed/random.ts';
import { drawRun, inputOf } from '../wrappers/emerge/picture/drawn-run.ts';
import { type Moment, simulateRun } from '../wrappers/emerge/picture/simulated-run.ts';
import { generatedGraph } from './merge-graphs.ts';

export const seed = 'picture';
export const packages = 1000;
/** Changes that are drawn of each run. */
export const moments = 1500;

const paintedSeconds = 20;
const perSecond = 4;
/** Changes of the run that were before, so that much is done and much waits. */
const skipped = 1200;
const warmUp = 2000;

/** Milliseconds of processor time. */
function spent(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const used = process.cpuUsage(start);
  return (used.user + used.system) / 1000;
}

/** COLUMNS ROWS JOBS: the processor time of each frame in which something else runs than before. */
export async function pictureTimes([columns, rows, jobs]: readonly string[]): Promise<void> {
  const index = indexGraph(generatedGraph(seed, packages));
  const size = { columns: Number(columns), rows: Number(rows) };
  const times: number[] = [];
  let drawn = 0;
  for (const { isNew, cost } of drawRun({ index, jobs: Number(jobs), size, seed }, spent)) {
    // the first compile the program
    if (isNew && drawn > 20) times.push(cost);
    drawn += 1;
    if (drawn > moments) break;
  }
  process.stdout.write(JSON.stringify(times));
}

/** FILE JOBS: draws four frames a second on the terminal, and says what that took, as JSON in FILE. */
export async function picturePainter([file, jobs]: readonly string[]): Promise<void> {
  const index = indexGraph(generatedGraph(seed, packages));
  const screen = openScreen(undefined);
  const run = simulateRun(index, Number(jobs), seeded(seed));
  let moment: Moment | undefined;
  let next: Moment | undefined;
  for (let at = 0; at < skipped; at += 1) moment = run.next().value ?? moment;
  const begin = moment?.seconds ?? 0;
  const started = performance.now();
  let frame: Frame | undefined;
  let frames = 0;
  const draw = () => {
    const now = begin + (performance.now() - started) / 1000;
    next ??= run.next().value ?? undefined;
    while (next !== undefined && next.seconds <= now) {
      moment = next;
      next = run.next().value ?? undefined;
    }
    const size = screen.space();
    if (moment === undefined || size === undefined) return;
    const states = new Map<string, NodeStatus>();
    for (const [id, { elapsed, ...status }] of moment.states) {
      const seconds = elapsed === undefined ? undefined : Math.floor(elapsed + now - moment.seconds);
      states.set(id, seconds === undefined ? status : { ...status, elapsed: seconds });
    }
    frame = drawFrame(inputOf({ index, size }, { ...moment, states }, frame));
    screen.draw(frame.lines);
    frames += 1;
  };
  const timer = setInterval(draw, 1000 / perSecond);
  await new Promise(resolve => setTimeout(resolve, warmUp));
  const before = process.cpuUsage();
  const [from, drawnBefore] = [performance.now(), frames];
  await new Promise(resolve => setTimeout(resolve, paintedSeconds * 1000));
  const used = process.cpuUsage(before);
  const seconds = (performance.now() - from) / 1000;
  clearInterval(timer);
  screen.hide();
  const result = {
    share: (used.user + used.system) / 1e4 / seconds,
    megabytes: process.resourceUsage().maxRSS / 1024,
    frames: frames - drawnBefore,
  };
  writeFileSync(file ?? '', JSON.stringify(result));
}
