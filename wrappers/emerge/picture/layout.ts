/** Where everything stands: rows, cell columns, strokes. Holds nothing that changes with time, so it can be kept. */

import type { Size } from './model.ts';
import { namesOf, shorten } from './names.ts';
import type { Arrangement, Layers, Placed, View } from './shapes.ts';

export const phaseWidth = 9;
export const elapsedWidth = 5;
/** Cells of a gutter beside its strokes: a space, a line, and the arrow with a line before and a space behind. */
const gutterEnds = 5;
const roomiest = { lead: 3, tail: 3 };
const nameWidths = [40, 24, 18, 14, 10];

/** Cells that a label takes around its name. */
function labelExtra(focus: boolean, timed: boolean): number {
  if (!focus) return 2;
  return timed ? 2 + 1 + phaseWidth + 1 + elapsedWidth + 2 : 4;
}

/** Versions are shown where all have room; names are cut, down to `leastName` cells, where not even they have. Undefined: too narrow. */
export function spread(
  view: View,
  layers: Layers,
  placed: Placed,
  size: Size,
  unicode: boolean,
  timed: boolean,
  leastName: number,
): Arrangement | undefined {
  const nodes = view.nodes.map(node => node.node);
  for (const versions of [true, false]) {
    const full = namesOf(nodes, versions);
    for (const most of versions ? nameWidths.slice(0, 1) : nameWidths.filter(width => width >= leastName)) {
      const names = new Map([...full].map(([id, name]) => [id, shorten(name, most, unicode)]));
      const widths = columnWidths(view, layers, names, timed);
      const gutters = placed.gutters.map(gutter => gutter.width + gutterEnds);
      const free = size.columns - 1 - sum(widths) - sum(gutters);
      if (free < 0) continue;
      const each = gutters.length === 0 ? 0 : Math.floor(free / gutters.length);
      const tail = Math.min(roomiest.tail, Math.floor(each / 2));
      const lead = Math.min(roomiest.lead, each - tail);
      const columns: { x: number; width: number }[] = [];
      let x = 1;
      widths.forEach((width, column) => {
        columns.push({ x, width });
        x += width + (gutters[column] ?? 0) + lead + tail;
      });
      const rows = new Map(layers.items.map((item, at) => [item.key, placed.rows[at] as number]));
      return { view, layers, placed, rows, names, columns, lead: gutters.map(() => lead + 2), timed };
    }
  }
  return undefined;
}

export function moreText(layers: Layers, view: View, item: number): string {
  return `+${layers.items[item]?.key === '<more' ? view.moreBefore : view.moreAfter} more`;
}

function columnWidths(
  view: View,
  layers: Layers,
  names: ReadonlyMap<string, string>,
  timed: boolean,
): number[] {
  const focus = new Set(view.nodes.filter(node => node.focus).map(node => node.id));
  return layers.columns.map(column =>
    Math.max(
      1,
      ...column.map(at => {
        const item = layers.items[at];
        if (item === undefined || item.kind === 'line') return 1;
        if (item.kind === 'more') return 2 + moreText(layers, view, at).length;
        return (names.get(item.key)?.length ?? 0) + labelExtra(focus.has(item.key), timed);
      }),
    ),
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
