/** Where the picture has no room (narrow terminals, many jobs): a package per row, lanes beside them as in `git log --graph`. */
import { type Canvas, drawFlat, drawJoint, drawSteep, drawText, newCanvas, type Pen } from './canvas.ts';
import { isRunning, isTimed, stateOf } from './focus.ts';
import { glyphsOf, markOf } from './glyphs.ts';
import { elapsedWidth, phaseWidth } from './layout.ts';
import { unseenText, waitingFlags, waitingText } from './list-texts.ts';
import type { PictureInput, Role } from './model.ts';
import { elapsedText, printable } from './names.ts';
import type { ListLayout, ViewNode } from './shapes.ts';

const apart = 3;

export function drawList(input: PictureInput, list: ListLayout | undefined, rows: number): Canvas {
  const canvas = newCanvas(input.size.columns, rows);
  if (list === undefined) return canvas;
  drawLanes(canvas, list);
  const waiting = waitingFlags(input);
  for (const node of list.view.nodes) drawNode(canvas, input, list, node, waiting);
  // the longest-running have rows; the others stand in the last one
  if (list.unseen.length > 0)
    drawText(canvas, apart, rows - 1, unseenText(input, list, canvas.columns - apart), 'more');
  return canvas;
}

interface Line {
  readonly x: number;
  readonly pen: Pen;
  /** The lane ends in this row. */
  readonly ends: boolean;
}

/** A lane runs down from its package; in the row of a package that is bound to it, a line leads from it to the mark. */
function drawLanes(canvas: Canvas, list: ListLayout): void {
  const { view, rows, lanes } = list;
  const focus = new Set(view.nodes.filter(node => node.focus).map(node => node.id));
  const row = (id: string) => rows.get(id) as number;
  const bottom = new Map<string, number>();
  for (const { left, right } of view.edges) bottom.set(left, Math.max(bottom.get(left) ?? 0, row(right)));
  for (const { id } of view.nodes) {
    const lines: Line[] = [];
    for (const { left, right, against } of view.edges) {
      if (right !== id) continue;
      // what it waits for doesn't carry what is running
      const pen = { heavy: !against && focus.has(id), dashed: against };
      const x = lanes.get(left) as number;
      drawSteep(canvas, x, row(left), row(id), pen);
      lines.push({ x, pen, ends: bottom.get(left) === row(id) });
    }
    const mark = lanes.get(id) as number;
    lines.sort((a, b) => Math.abs(b.x - mark) - Math.abs(a.x - mark));
    drawRow(
      canvas,
      row(id),
      mark,
      lines.filter(line => line.x < mark),
    );
    drawRow(
      canvas,
      row(id),
      mark,
      lines.filter(line => line.x > mark),
    );
  }
}

/** From the farthest lane to the mark; it passes below a lane that goes on, lest it seem to turn into it. */
function drawRow(canvas: Canvas, row: number, mark: number, lines: readonly Line[]): void {
  const pen = { heavy: false, dashed: true };
  lines.forEach(({ x, pen: own }, at) => {
    pen.heavy ||= own.heavy;
    pen.dashed &&= own.dashed;
    const next = lines[at + 1];
    const toRight = x < mark;
    const end = next === undefined ? mark : next.x;
    const joins = next?.ends === true;
    const to = joins ? end : end - (toRight ? 1 : -1);
    if (toRight) drawFlat(canvas, row, x, to, pen, { from: false, to: !joins });
    else drawFlat(canvas, row, to, x, pen, { from: !joins, to: false });
    drawJoint(canvas, x, row);
  });
}

function drawNode(
  canvas: Canvas,
  input: PictureInput,
  list: ListLayout,
  node: ViewNode,
  waiting: Uint8Array,
): void {
  const { id } = node;
  const row = list.rows.get(id) as number;
  const state = stateOf(input, id);
  const target = input.targets.has(id);
  const [glyph, role] = markOf(state, node.installed, target, glyphsOf(input.style.unicode));
  const running = isRunning(input, id);
  const name = list.names.get(id) ?? '';
  const start = list.starts.get(id) as number;
  const plain: Role = target || node.focus ? 'target' : 'waiting';
  drawText(canvas, list.lanes.get(id) as number, row, glyph, role);
  drawText(
    canvas,
    start,
    row,
    name,
    running ? 'running' : role === 'failed' || node.installed ? role : plain,
  );
  if (!node.focus) return;
  let end = start + name.length;
  if (isTimed(input)) {
    const status = input.states.get(id);
    const phase = printable(status?.phase ?? (state === 'waiting' ? '' : state)).slice(0, phaseWidth);
    const elapsed = status?.elapsed === undefined || !running ? '' : elapsedText(status.elapsed);
    drawText(canvas, list.phases, row, phase, 'phase');
    drawText(canvas, list.phases + phaseWidth + 1, row, elapsed.padStart(elapsedWidth), 'elapsed');
    end = list.phases + phaseWidth + 1 + elapsedWidth;
  }
  drawText(
    canvas,
    end + apart,
    row,
    waitingText(input, list, id, waiting, canvas.columns - end - apart),
    'more',
  );
}
