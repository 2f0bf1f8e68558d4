/** From a layout and the states of the moment to cells. */
import { type Canvas, drawFlat, drawJoint, drawSteep, drawText, newCanvas, type Pen } from './canvas.ts';
import { isRunning, stateOf } from './focus.ts';
import { type Glyphs, glyphsOf, markOf } from './glyphs.ts';
import type { Segment } from './layers.ts';
import { elapsedWidth, type Layout, moreText, phaseWidth } from './layout.ts';
import type { PictureInput, Role } from './model.ts';
import { elapsedText, printable } from './names.ts';

export function drawLayout(input: PictureInput, layout: Layout, rows: number): Canvas {
  const canvas = newCanvas(input.size.columns, rows);
  const glyphs = glyphsOf(input.style.unicode);
  const ends = drawLabels(canvas, input, layout, glyphs);
  layout.layers.segments.forEach((segments, gutter) => {
    for (const segment of segments) drawSegment(canvas, layout, gutter, segment, ends, glyphs);
  });
  return canvas;
}

/** Draws the labels; returns the first free cell behind each item. */
function drawLabels(canvas: Canvas, input: PictureInput, layout: Layout, glyphs: Glyphs): number[] {
  const nodes = new Map(layout.view.nodes.map(node => [node.id, node]));
  return layout.layers.items.map((item, at) => {
    const column = layout.columns[item.column] ?? { x: 0, width: 0 };
    const row = layout.placed.rows[at] as number;
    const node = nodes.get(item.key);
    if (item.kind === 'line') return column.x;
    if (node === undefined) {
      const text = moreText(layout.layers, layout.view, at);
      drawText(canvas, column.x + 2, row, text, 'more');
      return column.x + 2 + text.length;
    }
    const name = layout.names.get(item.key) ?? '';
    if (node.focus) return drawFocus(canvas, input, layout, at, name, glyphs);
    const target = input.targets.has(node.id);
    const [glyph, role] = markOf(stateOf(input, node.id), node.installed, target, glyphs);
    drawText(canvas, column.x, row, glyph, role);
    const nameRole: Role = node.installed || role === 'failed' ? role : target ? 'target' : 'waiting';
    drawText(canvas, column.x + 2, row, name, nameRole);
    return column.x + 2 + name.length;
  });
}

function drawFocus(
  canvas: Canvas,
  input: PictureInput,
  layout: Layout,
  item: number,
  name: string,
  glyphs: Glyphs,
): number {
  const { key: id, column } = layout.layers.items[item] ?? { key: '', column: 0 };
  const { x, width } = layout.columns[column] ?? { x: 0, width: 0 };
  const row = layout.placed.rows[item] as number;
  const running = isRunning(input, id);
  const status = input.states.get(id);
  const state = stateOf(input, id);
  const end = x + width - 1;
  const nameRole: Role = running ? 'running' : state === 'failed' ? 'failed' : 'target';
  drawText(canvas, x, row, glyphs.wall[0], 'wall');
  drawText(canvas, x + 2, row, name, nameRole);
  drawText(canvas, end, row, glyphs.wall[1], 'wall');
  if (layout.timed) {
    const phase = printable(status?.phase ?? (state === 'waiting' ? '' : state)).slice(0, phaseWidth);
    const elapsed = status?.elapsed === undefined || !running ? '' : elapsedText(status.elapsed);
    drawText(canvas, end - 2 - elapsedWidth - phaseWidth, row, phase.padEnd(phaseWidth), 'phase');
    drawText(canvas, end - 1 - elapsedWidth, row, elapsed.padStart(elapsedWidth), 'elapsed');
  }
  return end + 1;
}

function drawSegment(
  canvas: Canvas,
  layout: Layout,
  gutter: number,
  segment: Segment,
  ends: readonly number[],
  glyphs: Glyphs,
): void {
  const { items } = layout.layers;
  const leftLine = items[segment.left]?.kind === 'line';
  const rightLine = items[segment.right]?.kind === 'line';
  const from = (ends[segment.left] as number) + (leftLine ? 0 : 1);
  const next = layout.columns[gutter + 1] ?? { x: 0, width: 0 };
  const to = rightLine ? next.x : next.x - 3;
  const fromRow = layout.placed.rows[segment.left] as number;
  const toRow = layout.placed.rows[segment.right] as number;
  const pen: Pen = { heavy: segment.heavy, dashed: segment.dashed };
  const on = { from: true, to: true };
  if (!rightLine) drawText(canvas, next.x - 2, toRow, glyphs.arrow, roleOf(segment));
  const { bundles, tracks } = layout.placed.gutters[gutter] ?? { bundles: [], tracks: [] };
  const at = bundles.findIndex(bundle => bundle.segments.includes(segment));
  if (at < 0) {
    drawFlat(canvas, fromRow, from, to, pen, on);
    return;
  }
  const left = layout.columns[gutter] ?? { x: 0, width: 0 };
  const x = left.x + left.width + (layout.lead[gutter] ?? 0) + (tracks[at] as number);
  drawFlat(canvas, fromRow, from, x, pen, { from: true, to: false });
  drawFlat(canvas, toRow, x, to, pen, { from: false, to: true });
  drawSteep(canvas, x, fromRow, toRow, pen);
  drawJoint(canvas, x, fromRow);
  drawJoint(canvas, x, toRow);
}

function roleOf(segment: Segment): Role {
  return segment.heavy ? 'heavy' : segment.dashed ? 'against' : 'line';
}
