/** From a layout and the states of the moment to cells. */
import { type Canvas, drawFlat, drawJoint, drawSteep, newCanvas, type Pen } from './canvas.ts';
import { isRunning, stateOf } from './focus.ts';
import { type Glyphs, glyphsOf, markOf } from './glyphs.ts';
import { elapsedWidth, moreText, phaseWidth } from './layout.ts';
import type { PictureInput, Role } from './model.ts';
import { elapsedText, printable } from './names.ts';
import type { Layout, Segment } from './shapes.ts';

/** Something written in a row; its first cell is `x`. */
export interface Text {
  readonly x: number;
  readonly row: number;
  readonly text: string;
  readonly role: Role;
}

/** What the labels say at the moment. */
export function layoutTexts(input: PictureInput, layout: Layout): Text[] {
  const glyphs = glyphsOf(input.style.unicode);
  const nodes = new Map(layout.view.nodes.map(node => [node.id, node]));
  return layout.layers.items.flatMap((item, at): Text[] => {
    if (item.kind === 'line') return [];
    const { x = 0 } = layout.columns[item.column] ?? {};
    const row = layout.placed.rows[at] as number;
    const node = nodes.get(item.key);
    if (node === undefined)
      return [{ x: x + 2, row, text: moreText(layout.layers, layout.view, at), role: 'more' }];
    if (node.focus) return focusTexts(input, layout, at, glyphs);
    const target = input.targets.has(node.id);
    const [glyph, role] = markOf(stateOf(input, node.id), node.installed, target, glyphs);
    const nameRole: Role = node.installed || role === 'failed' ? role : target ? 'target' : 'waiting';
    return [
      { x, row, text: glyph, role },
      { x: x + 2, row, text: layout.names.get(item.key) ?? '', role: nameRole },
    ];
  });
}

function focusTexts(input: PictureInput, layout: Layout, item: number, glyphs: Glyphs): Text[] {
  const { key: id, column } = layout.layers.items[item] ?? { key: '', column: 0 };
  const { x, width } = layout.columns[column] ?? { x: 0, width: 0 };
  const row = layout.placed.rows[item] as number;
  const running = isRunning(input, id);
  const status = input.states.get(id);
  const state = stateOf(input, id);
  const end = x + width - 1;
  const nameRole: Role = running ? 'running' : state === 'failed' ? 'failed' : 'target';
  const texts: Text[] = [
    { x, row, text: glyphs.wall[0], role: 'wall' },
    { x: x + 2, row, text: layout.names.get(id) ?? '', role: nameRole },
    { x: end, row, text: glyphs.wall[1], role: 'wall' },
  ];
  if (!layout.timed) return texts;
  const phase = printable(status?.phase ?? (state === 'waiting' ? '' : state)).slice(0, phaseWidth);
  const elapsed = status?.elapsed === undefined || !running ? '' : elapsedText(status.elapsed);
  return [
    ...texts,
    { x: end - 2 - elapsedWidth - phaseWidth, row, text: phase.padEnd(phaseWidth), role: 'phase' },
    { x: end - 1 - elapsedWidth, row, text: elapsed.padStart(elapsedWidth), role: 'elapsed' },
  ];
}

/** The strokes, and the arrows at their ends. They change only with the layout. */
export function drawStrokes(
  input: PictureInput,
  layout: Layout,
  rows: number,
): { readonly canvas: Canvas; readonly arrows: readonly Text[] } {
  const canvas = newCanvas(input.size.columns, rows);
  const { arrow } = glyphsOf(input.style.unicode);
  const ends = endsOf(layout);
  const arrows = layout.layers.segments.flatMap((segments, gutter) =>
    segments.flatMap(segment => {
      const row = drawSegment(canvas, layout, gutter, segment, ends);
      const x = (layout.columns[gutter + 1]?.x ?? 0) - 2;
      return row === undefined ? [] : { x, row, text: arrow, role: roleOf(segment) };
    }),
  );
  return { canvas, arrows };
}

/** The first free cell behind each item. */
function endsOf(layout: Layout): number[] {
  const focus = new Set(layout.view.nodes.filter(node => node.focus).map(node => node.id));
  return layout.layers.items.map((item, at) => {
    const { x, width } = layout.columns[item.column] ?? { x: 0, width: 0 };
    if (item.kind === 'line') return x;
    if (focus.has(item.key)) return x + width;
    const text = item.kind === 'more' ? moreText(layout.layers, layout.view, at) : layout.names.get(item.key);
    return x + 2 + (text?.length ?? 0);
  });
}

/** Returns the row of the arrow, unless the line goes on. */
function drawSegment(
  canvas: Canvas,
  layout: Layout,
  gutter: number,
  segment: Segment,
  ends: readonly number[],
): number | undefined {
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
  const arrow = rightLine ? undefined : toRow;
  const { bundles, tracks } = layout.placed.gutters[gutter] ?? { bundles: [], tracks: [] };
  const at = bundles.findIndex(bundle => bundle.segments.includes(segment));
  if (at < 0) {
    drawFlat(canvas, fromRow, from, to, pen, on);
    return arrow;
  }
  const left = layout.columns[gutter] ?? { x: 0, width: 0 };
  const x = left.x + left.width + (layout.lead[gutter] ?? 0) + (tracks[at] as number);
  drawFlat(canvas, fromRow, from, x, pen, { from: true, to: false });
  drawFlat(canvas, toRow, x, to, pen, { from: false, to: true });
  drawSteep(canvas, x, fromRow, toRow, pen);
  drawJoint(canvas, x, fromRow);
  drawJoint(canvas, x, toRow);
  return arrow;
}

function roleOf(segment: Segment): Role {
  return segment.heavy ? 'heavy' : segment.dashed ? 'against' : 'line';
}
