/** Columns of the view: who stands left of whom, and the bends of lines that pass a column. */
import type { Item, Layers, Segment, View } from './shapes.ts';

export function layerView(view: View): Layers {
  const depth = depths(view);
  const focused = view.nodes.filter(node => node.focus).map(node => depth.get(node.id) ?? 0);
  let low = Math.min(...depth.values(), 0);
  let high = Math.max(...depth.values(), 0);
  if (view.moreBefore > 0) low = Math.min(low, -1);
  if (view.moreAfter > 0) high = Math.max(high, 1);
  const items: Item[] = [];
  const columns: number[][] = Array.from({ length: high - low + 1 }, () => []);
  const place = (key: string, kind: Item['kind'], column: number, owner = key) => {
    columns[column]?.push(items.length);
    items.push({ key, kind, column, owner });
    return items.length - 1;
  };
  const at = new Map(
    view.nodes.map(node => [node.id, place(node.id, 'node', (depth.get(node.id) ?? 0) - low)]),
  );
  const segments = spanEdges(view, at, items, place);
  if (view.moreBefore > 0) place('<more', 'more', -1 - low);
  if (view.moreAfter > 0) place('>more', 'more', 1 - low);
  return {
    items,
    columns,
    segments: columns.slice(1).map((_, gutter) => [...(segments.get(gutter)?.values() ?? [])]),
    middle: Math.min(...focused, high) - low,
  };
}

/** Longest paths counted from the middle: 0 there, less to the left, more to the right. */
function depths(view: View): Map<string, number> {
  const right = new Map<string, string[]>(view.nodes.map(node => [node.id, []]));
  const left = new Map<string, string[]>(view.nodes.map(node => [node.id, []]));
  for (const edge of view.edges) {
    right.get(edge.left)?.push(edge.right);
    left.get(edge.right)?.push(edge.left);
  }
  const depth = new Map<string, number>();
  for (const node of view.nodes) {
    const reached = (left.get(node.id) ?? []).map(id => depth.get(id)).filter(d => d !== undefined);
    if (reached.length > 0) depth.set(node.id, Math.max(...reached) + 1);
    else if (node.focus) depth.set(node.id, 0);
  }
  for (const node of [...view.nodes].reverse()) {
    if (depth.has(node.id)) continue;
    const reached = (right.get(node.id) ?? []).map(id => depth.get(id)).filter(d => d !== undefined);
    depth.set(node.id, Math.min(0, ...reached) - 1);
  }
  return depth;
}

/** Edges over more than one column share their way with others of the same end, whichever end has more of them. */
function spanEdges(
  view: View,
  at: ReadonlyMap<string, number>,
  items: readonly Item[],
  place: (key: string, kind: Item['kind'], column: number, owner?: string) => number,
): Map<number, Map<string, Segment>> {
  const middle = new Set(view.nodes.filter(node => node.focus).map(node => node.id));
  const ends = view.edges.map(edge => {
    const left = at.get(edge.left) as number;
    const right = at.get(edge.right) as number;
    return { left, right, from: items[left]?.column ?? 0, to: items[right]?.column ?? 0, edge };
  });
  const long = ends.filter(end => end.to - end.from > 1);
  const count = (side: 'left' | 'right', item: number, against: boolean) =>
    long.filter(end => end[side] === item && end.edge.against === against).length;
  const ways = new Map<string, number>();
  const gutters = new Map<number, Map<string, Segment>>();
  for (const { left, right, from, to, edge } of ends) {
    const shareLeft = count('left', left, edge.against) >= count('right', right, edge.against);
    const owner = items[shareLeft ? left : right]?.key;
    let last = left;
    for (let column = from + 1; column <= to; column++) {
      const key = `${shareLeft ? '>' : '<'}${edge.against ? '~' : '-'}${owner} ${column - (items[shareLeft ? left : right]?.column ?? 0)}`;
      const next = column === to ? right : (ways.get(key) ?? place(key, 'line', column, owner));
      if (column !== to) ways.set(key, next);
      const gutter = gutters.get(column - 1) ?? new Map<string, Segment>();
      gutters.set(column - 1, gutter);
      const pair = `${last} ${next}`;
      // what it waits for doesn't carry what is running
      const heavy = (!edge.against && middle.has(edge.right)) || gutter.get(pair)?.heavy === true;
      gutter.set(pair, { left: last, right: next, heavy, dashed: edge.against });
      last = next;
    }
  }
  return gutters;
}
