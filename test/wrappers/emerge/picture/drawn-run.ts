/** The frames of a simulated run, and what may be said of each. */
import type { GraphIndex } from '../../../../portage/graph.ts';
import type { Frame, PictureInput, Size } from '../../../../wrappers/emerge/picture/model.ts';
import { drawFrame } from '../../../../wrappers/emerge/picture/picture.ts';
import type { Layout } from '../../../../wrappers/emerge/picture/shapes.ts';
import { seeded } from '../../../testbed/random.ts';
import { type Columns, countCrossings, leastCrossings } from './least-crossings.ts';
import { type Moment, simulateRun } from './simulated-run.ts';

interface DrawnRun {
  readonly index: GraphIndex;
  readonly jobs: number;
  readonly size: Size;
  readonly seed: string;
}

export interface DrawnFrame {
  /** True until the next frame. */
  readonly input: PictureInput;
  readonly frame: Frame;
  readonly before: Frame | undefined;
  /** Laid out anew, since something else runs than before. */
  readonly isNew: boolean;
  /** What drawing it gave back. */
  readonly cost: number;
}

const targets = new WeakMap<GraphIndex, Set<string>>();

export function inputOf(
  { index, size }: Pick<DrawnRun, 'index' | 'size'>,
  moment: Moment,
  previous: Frame | undefined,
): PictureInput {
  const asked = targets.get(index) ?? new Set([index.graph.nodes.at(-1)?.id ?? '']);
  targets.set(index, asked);
  return {
    index,
    states: moment.states,
    targets: asked,
    counts: {
      done: moment.done,
      total: index.graph.nodes.length,
      running: moment.running,
      failed: 0,
      load: 2.5,
    },
    size,
    style: { unicode: true, color: true },
    ...(previous && { previous }),
  };
}

/** `measure` runs the drawing and says what it cost. */
export function* drawRun(
  run: DrawnRun,
  measure: (draw: () => void) => number = draw => {
    draw();
    return 0;
  },
): Generator<DrawnFrame> {
  let before: Frame | undefined;
  for (const moment of simulateRun(run.index, run.jobs, seeded(run.seed))) {
    const input = inputOf(run, moment, before);
    let frame = before;
    const cost = measure(() => {
      frame = drawFrame(input);
    });
    if (frame === undefined) continue;
    const isNew = frame.layout !== undefined && frame.layout.key !== before?.layout?.key;
    yield { input, frame, before, isNew, cost };
    before = frame;
  }
}

/** How many that stay have another row than before. */
export function movedRows(before: Layout | undefined, after: Layout): number {
  return after.view.nodes.filter(({ id }) => {
    const row = before?.rows.get(id);
    return row !== undefined && row !== after.rows.get(id);
  }).length;
}

/** Crossings beyond those of the best order of the same columns. */
export function crossingsOver({ layers, placed }: Layout): number {
  const view: Columns = {
    columns: layers.columns,
    lines: layers.segments.map(gutter => gutter.map(({ left, right }) => [left, right] as const)),
  };
  const drawn = countCrossings(view, item => placed.rows[item] ?? Number.NaN);
  return drawn - leastCrossings(view, drawn);
}
