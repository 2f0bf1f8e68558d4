/** Pixels: where the packages of a scene stand and how the lines between them run. Pure. */
import { ordered } from './column-order.ts';
import { heights } from './heights.ts';
import { type Layered, type Line, layered } from './layered.ts';
import type { Scene, SceneEdge, SceneRest } from './scene.ts';

/** `y` is the middle. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** A line leaves one box level and enters the next level; between two points it is a curve only where both differ. */
type Points = readonly (readonly [x: number, y: number])[];

export interface Chart {
  readonly boxes: ReadonlyMap<string, Box>;
  readonly rest: readonly (Box & { readonly rest: SceneRest })[];
  readonly lines: readonly { readonly edge: SceneEdge; readonly points: Points }[];
  readonly restLines: readonly Points[];
  readonly width: number;
  readonly height: number;
}

export const boxHeight = 40;
export const arrowLength = 8;
const between = { boxes: boxHeight + 12, box: boxHeight / 2 + 10, lines: 12 };
const gap = { least: 40, most: 120, share: 0.16 };
const apart = { x: 28, y: 14 };
/** Of many small parts. */
const proportion = 3.5;
/** Lines against the order keep off the others where they touch a box. */
const aside = 7;

type Item = { readonly id: string; readonly width: number; readonly rest?: SceneRest };

/** `widthOf` and `restWidth` in pixels; parts that hang together stand by themselves, the greatest first. */
export function chartOf(
  scene: Scene,
  widthOf: (id: string) => number,
  restWidth: (rest: SceneRest) => number,
  least: number,
): Chart {
  const rest = (side: SceneRest['side']) =>
    scene.rest
      .filter(one => one.side === side)
      .map(one => ({ id: `${side} ${one.id}`, width: restWidth(one), rest: one }));
  const nodes = scene.nodes.map(({ node }) => ({ id: node.id, width: widthOf(node.id) }));
  const items: Item[] = [...rest('left'), ...nodes, ...rest('right')];
  const groups = partsOf(items, scene);
  const alone = groups.filter(({ length }) => length === 1).flat();
  const parts = groups.filter(({ length }) => length > 1).map(part => drawPart(part, scene));
  parts.sort((a, b) => b.boxes.size - a.boxes.size);
  const area = [...parts, ...alone.map(({ width }) => ({ width, height: boxHeight }))].reduce(
    (sum, one) => sum + (one.width + apart.x) * (one.height + apart.y),
    0,
  );
  const most = Math.max(least, Math.sqrt(area * proportion), ...parts.map(({ width }) => width));
  return pack(alone.length > 0 ? [...parts, tableOf(alone, most)] : parts, most);
}

/** What is bound to nothing, in rows of the order that they come in. */
function tableOf(items: readonly Item[], most: number): Chart {
  for (let count = items.length; ; count--) {
    const widths = Array.from({ length: count }, (_, column) =>
      Math.max(0, ...items.filter((_, at) => at % count === column).map(({ width }) => width)),
    );
    const starts = widths.map((_, at) => widths.slice(0, at).reduce((sum, one) => sum + one + apart.x, 0));
    const width = (starts.at(-1) ?? 0) + (widths.at(-1) ?? 0);
    if (count > 1 && width > most) continue;
    const rows = Math.ceil(items.length / count);
    const step = boxHeight + apart.y;
    const boxes = items.map(({ id, width: own }, at): [string, Box] => {
      const y = Math.floor(at / count) * step + boxHeight / 2;
      return [id, { x: starts[at % count] ?? 0, y, width: own }];
    });
    return {
      boxes: new Map(boxes),
      rest: [],
      lines: [],
      restLines: [],
      width,
      height: rows * step - apart.y,
    };
  }
}

function partsOf(items: readonly Item[], scene: Scene): Item[][] {
  const home = new Map(items.map(item => [item.id, [item]]));
  const join = (a: string, b: string) => {
    const [one, other] = [home.get(a), home.get(b)];
    if (one === undefined || other === undefined || one === other) return;
    one.push(...other);
    for (const { id } of other) home.set(id, one);
  };
  for (const { left, right } of scene.edges) join(left, right);
  for (const { id, side } of scene.rest) join(id, `${side} ${id}`);
  const place = new Map(items.map((item, at) => [item.id, at]));
  const sorted = (part: Item[]) => part.sort((a, b) => place.get(a.id)! - place.get(b.id)!);
  return [...new Set(items.map(({ id }) => home.get(id)!))].map(sorted);
}

function drawPart(items: readonly Item[], scene: Scene): Chart {
  const at = new Map(items.map(({ id }, place) => [id, place]));
  const edges = scene.edges.filter(({ left }) => at.has(left));
  const rest = items.flatMap(item => item.rest ?? []);
  const ends = (rest: SceneRest) => {
    const [own, other] = [at.get(rest.id)!, at.get(`${rest.side} ${rest.id}`)!];
    return rest.side === 'left' ? { left: other, right: own } : { left: own, right: other };
  };
  const lines: Line[] = [
    ...edges.map(({ left, right, against }) => ({
      left: at.get(left)!,
      right: at.get(right)!,
      dashed: against,
    })),
    ...rest.map(one => ({ ...ends(one), dashed: false })),
  ];
  const graph = layered(items.length, lines);
  const columns = ordered(graph);
  const y = heights(graph, columns, items.length, (upper, lower) =>
    upper < items.length && lower < items.length
      ? between.boxes
      : upper < items.length || lower < items.length
        ? between.box
        : between.lines,
  ).map(value => value + boxHeight / 2);
  const x = columnPlaces(graph, columns, items, y);
  const boxes = items.map(
    ({ width }, item): Box => ({ x: x[graph.column[item]!]!.start, y: y[item]!, width }),
  );
  const points = lines.map((line, place) => pointsOf(graph.ways[place]!, line, graph, x, y, boxes));
  return {
    boxes: new Map(items.flatMap(({ id, rest: one }, item) => (one ? [] : [[id, boxes[item]!] as const]))),
    rest: items.flatMap(({ rest: one }, item) => (one ? { ...boxes[item]!, rest: one } : [])),
    lines: edges.map((edge, place) => ({ edge, points: points[place]! })),
    restLines: points.slice(edges.length),
    width: x.at(-1)?.end ?? 0,
    height: Math.max(...y) + boxHeight / 2,
  };
}

function columnPlaces(
  graph: Layered,
  columns: readonly (readonly number[])[],
  items: readonly Item[],
  y: readonly number[],
): { readonly start: number; readonly end: number }[] {
  let start = 0;
  return columns.map((column, at) => {
    const end = start + Math.max(0, ...column.map(item => items[item]?.width ?? 0));
    const steepest = graph.joints
      .filter(([left]) => graph.column[left] === at)
      .reduce((most, [left, right]) => Math.max(most, Math.abs(y[left]! - y[right]!)), 0);
    const place = { start, end };
    start = end + Math.round(Math.min(gap.most, gap.least + gap.share * steepest));
    return place;
  });
}

function pointsOf(
  way: readonly number[],
  { dashed }: Line,
  graph: Layered,
  x: readonly { readonly start: number; readonly end: number }[],
  y: readonly number[],
  boxes: readonly Box[],
): Points {
  return way.flatMap((item, place): [number, number][] => {
    const { start, end } = x[graph.column[item]!]!;
    const box = boxes[item];
    const level = y[item]! + (dashed && box !== undefined ? aside : 0);
    if (box === undefined)
      return [
        [start, level],
        [end, level],
      ];
    return place === 0
      ? [
          [box.x + box.width, level],
          [end, level],
        ]
      : [[box.x, level]];
  });
}

/** Parts in rows from the top, each row as full as the width allows. */
function pack(parts: readonly Chart[], most: number): Chart {
  const placed: { part: Chart; x: number; y: number }[] = [];
  let [x, y, row, width] = [0, 0, 0, 0];
  for (const part of parts) {
    if (x > 0 && x + part.width > most) {
      y += row + apart.y;
      [x, row] = [0, 0];
    }
    placed.push({ part, x, y });
    width = Math.max(width, x + part.width);
    x += part.width + apart.x;
    row = Math.max(row, part.height);
  }
  const moved = (points: Points, dx: number, dy: number) =>
    points.map(([px, py]) => [px + dx, py + dy] as const);
  return {
    boxes: new Map(
      placed.flatMap(({ part, x: dx, y: dy }) =>
        [...part.boxes].map(([id, box]) => [id, { ...box, x: box.x + dx, y: box.y + dy }] as const),
      ),
    ),
    rest: placed.flatMap(({ part, x: dx, y: dy }) =>
      part.rest.map(box => ({ ...box, x: box.x + dx, y: box.y + dy })),
    ),
    lines: placed.flatMap(({ part, x: dx, y: dy }) =>
      part.lines.map(({ edge, points }) => ({ edge, points: moved(points, dx, dy) })),
    ),
    restLines: placed.flatMap(({ part, x: dx, y: dy }) =>
      part.restLines.map(points => moved(points, dx, dy)),
    ),
    width,
    height: y + row,
  };
}
