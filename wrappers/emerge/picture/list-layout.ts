/** Where everything in a list stands: rows, lanes, texts. Holds nothing that changes with time, so it can be kept. */
import { basisOf, isSameBasis } from './basis.ts';
import { isTimed, stateOf } from './focus.ts';
import { elapsedWidth, phaseWidth } from './layout.ts';
import { keepRows } from './list-keep.ts';
import { chooseLanes } from './list-lanes.ts';
import { type OrderEdge, orderRows } from './list-order.ts';
import { bestList, type Choice, listChoice, longestRunning } from './list-view.ts';
import type { PictureInput } from './model.ts';
import { namesOf, shorten } from './names.ts';
import type { ListLayout, Places, View } from './shapes.ts';

const leftmost = 1;
const apart = 2;
const leastName = 8;
const commonName = 16;
/** Cells that a version must leave behind the times. */
const besides = 14;
const timesWidth = 1 + phaseWidth + 1 + elapsedWidth;
/** Cells that the times stay to the right of where they could stand. */
const swing = 6;
/** Rows may move where the lists since they last did, times what is lost by calm, are more than this. */
const patience = 40;

/** Always finds a list; where the lanes take too much room with fewer neighbours, then with fewer jobs. */
export function layOutList(
  input: PictureInput,
  focus: readonly string[],
  height: number,
): ListLayout | undefined {
  if (height < 1) return undefined;
  const { index } = input;
  const last = input.previous?.list;
  const basis = basisOf(input, focus);
  if (last !== undefined && isSameBasis(last.basis, basis)) return last;
  const excluded = new Set<string>();
  let key: string | undefined;
  while (true) {
    const able = focus.filter(id => !excluded.has(id));
    const rows = able.length < focus.length || able.length > height ? height - 1 : height;
    const jobs = longestRunning(input, able, rows);
    const choice = listChoice(input, jobs, rows, excluded);
    const unseen = focus.filter(id => !jobs.includes(id));
    key ??= keyOf(input, choice, unseen.length > 0);
    if (last?.key === key && last.index === index)
      return { ...last, basis, unseen: focus.filter(id => !last.rows.has(id)) };
    const order = orderList(input, choice, rows);
    const places = arrange(input, order.view, order.rows);
    if (places !== undefined)
      return { ...places, view: order.view, unseen, key, index, basis, still: order.still };
    const kept = new Set(longestRunning(input, jobs, jobs.length - 1));
    const others = order.view.nodes.filter(node => !node.focus).sort((a, b) => a.value - b.value);
    const victim = others[0]?.id ?? jobs.find(id => !kept.has(id));
    if (victim === undefined) return undefined;
    excluded.add(victim);
  }
}

function keyOf(input: PictureInput, choice: Choice, counted: boolean): string {
  const sides = [choice.before, choice.after].map(side =>
    side.map(({ id }) => [id, stateOf(input, id), input.targets.has(id)]).sort(),
  );
  const jobs = choice.jobs.map(job => job.id);
  return JSON.stringify([input.size, input.style.unicode, isTimed(input), jobs, choice.room, sides, counted]);
}

interface Ordered {
  readonly view: View;
  readonly rows: ReadonlyMap<string, number>;
  readonly still: number;
}

/** The best list if it moves nothing, else one that fits around what stays. */
function orderList(input: PictureInput, choice: Choice, height: number): Ordered {
  const last = input.previous?.list;
  const before = new Map([...(last?.rows ?? [])].filter(([, row]) => row < height));
  const view = bestList(input, choice);
  const edges = placesOf(view);
  const zones = zonesOf(view, edges);
  const items = view.nodes.map(({ id }, place) => ({ zone: zones[place] as number, before: before.get(id) }));
  const ordered = orderRows(items, edges, height);
  const rows = new Map(view.nodes.map(({ id }, place) => [id, ordered[place] as number]));
  const still = (last?.still ?? 0) + 1;
  if (items.every((item, place) => (item.before ?? ordered[place]) === ordered[place]))
    return { view, rows, still };
  const { jobs, room } = choice;
  const others = [...choice.before, ...choice.after].sort((a, b) => b.value - a.value);
  const nodes = [...jobs, ...others.map(other => ({ ...other, focus: false }))];
  const kept = keepRows(input, nodes, jobs.length + room, height, before);
  if (kept === undefined) return { view, rows, still: 0 };
  const lost = view.nodes.length - kept.view.nodes.length + gaps(kept.rows) - gaps(rows);
  return lost * still > patience ? { view, rows, still: 0 } : { ...kept, still };
}

/** Empty rows between others. */
function gaps(rows: ReadonlyMap<string, number>): number {
  const taken = [...rows.values()];
  return Math.max(...taken) - Math.min(...taken) + 1 - taken.length;
}

/** The edges by the places of the nodes. */
function placesOf(view: View): OrderEdge[] {
  const at = new Map(view.nodes.map(({ id }, place) => [id, place]));
  return view.edges.map(edge => ({ from: at.get(edge.left) as number, to: at.get(edge.right) as number }));
}

function arrange(input: PictureInput, view: View, rowOf: ReadonlyMap<string, number>): Places | undefined {
  const last = input.previous?.list;
  const ids = view.nodes.map(node => node.id);
  const edges = placesOf(view);
  const rows = ids.map(id => rowOf.get(id) as number);
  const times = isTimed(input) ? timesWidth : 0;
  const { columns } = input.size;
  const names = namesOf(
    view.nodes.map(node => node.node),
    false,
  );
  const longest = Math.max(
    0,
    ...view.nodes.filter(node => node.focus).map(node => names.get(node.id)?.length ?? 0),
  );
  const least = view.nodes.every(node => node.focus) ? leastName : commonName;
  const room = columns - leftmost - apart - Math.min(longest, least) - times;
  const laneOf = (id: string) => {
    const x = last?.lanes.get(id);
    return x === undefined ? undefined : (x - leftmost) / apart;
  };
  const lanes = chooseLanes(rows, edges, ids.map(laneOf), Math.max(1, Math.floor((room + 1) / apart)));
  if (lanes === undefined) return undefined;
  const cells = lanes.map(lane => leftmost + apart * lane);
  const starts = startsOf(view, edges, rows, cells);
  return {
    rows: rowOf,
    lanes: new Map(ids.map((id, place) => [id, cells[place] as number])),
    ...nameAll(input, view, starts, times),
  };
}

/** 0: running packages need it; 1: it runs, or both; 2: it waits. */
function zonesOf(view: View, edges: readonly OrderEdge[]): number[] {
  const focus = view.nodes.map(node => node.focus);
  const needed = [...focus];
  const waits = [...focus];
  const sorted = [...edges].sort((a, b) => a.from - b.from);
  for (const { from, to } of sorted) waits[to] ||= waits[from] as boolean;
  sorted.sort((a, b) => b.to - a.to);
  for (const { from, to } of sorted) needed[from] ||= needed[to] as boolean;
  return focus.map((own, item) => (own || needed[item] === waits[item] ? 1 : needed[item] ? 0 : 2));
}

/** Names stand behind the lines of their row; those of the middle below one another. */
function startsOf(
  view: View,
  edges: readonly OrderEdge[],
  rows: readonly number[],
  cells: readonly number[],
): number[] {
  const rightmost = [...cells];
  for (const { from, to } of edges) {
    for (let item = 0; item < cells.length; item++) {
      const row = rows[item] as number;
      if (row > (rows[from] as number) && row <= (rows[to] as number))
        rightmost[item] = Math.max(rightmost[item] as number, cells[from] as number);
    }
  }
  const middle = Math.max(...rightmost.filter((_, item) => view.nodes[item]?.focus));
  return rightmost.map((cell, item) => (view.nodes[item]?.focus ? middle : cell) + apart);
}

function nameAll(
  input: PictureInput,
  view: View,
  starts: readonly number[],
  times: number,
): Pick<Places, 'names' | 'starts' | 'phases'> {
  const { columns } = input.size;
  const nodes = view.nodes.map(node => node.node);
  const named = [true, false].map(versions => namesOf(nodes, versions));
  const fits = (names: ReadonlyMap<string, string>) =>
    view.nodes.every((node, item) => {
      const end = (starts[item] as number) + (names.get(node.id)?.length ?? 0);
      return end <= columns - (node.focus ? times + besides : 0);
    });
  const full = named.find(fits) ?? named[1] ?? new Map<string, string>();
  const names = new Map<string, string>();
  let phases = 0;
  view.nodes.forEach((node, item) => {
    const start = starts[item] as number;
    const width = Math.max(leastName, columns - start - (node.focus ? times : 0));
    const name = shorten(full.get(node.id) ?? '', width, input.style.unicode);
    names.set(node.id, name);
    if (node.focus) phases = Math.max(phases, start + name.length + 1);
  });
  // no to and fro with the length of one name
  const before = input.previous?.list?.phases ?? 0;
  if (before > phases && before <= phases + swing && before - 1 + times <= columns) phases = before;
  return {
    names,
    starts: new Map(view.nodes.map((node, item) => [node.id, starts[item] as number])),
    phases,
  };
}
