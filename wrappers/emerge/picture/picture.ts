/** One frame of the live graph: dependencies | running | dependents, and a row of counts. Pure. */
import { basisOf, isSameBasis } from './basis.ts';
import { type Canvas, canvasLines, newCanvas } from './canvas.ts';
import { focusOf, isTimed } from './focus.ts';
import { layerView } from './layers.ts';
import { spread } from './layout.ts';
import { layoutLines } from './layout-lines.ts';
import { drawList } from './list.ts';
import { layOutList } from './list-layout.ts';
import { type Frame, type PictureInput, portagePalette } from './model.ts';
import { mostInColumn } from './placement.ts';
import { type Patience, placeItems } from './routing.ts';
import type { Arrangement, Layers, Layout, Placed, View, ViewLimits } from './shapes.ts';
import { drawStatus } from './status.ts';
import { chooseView } from './view.ts';

const narrowest = 60;
const mostRunning = 6;
const mostAgain = 4;
const mostNodes = 12;
const tries = 24;
/** With every row kept. */
const stillTries = 5;
/** After so many others nobody takes the place of what is given up. */
const freeRounds = 3;
/** Cells of a cut name, by the number of rings: an outer ring is not worth cutting the names for. */
const shortest = [10, 24];
const mostTrials = 60;
const fewestTrials = 15;

export function drawFrame(input: PictureInput): Frame {
  const { columns, rows } = input.size;
  const focus = focusOf(input);
  const height = Math.max(0, rows - 1);
  const layout = isRoomy(input, focus, height) ? layOut(input, focus, height) : undefined;
  const list = layout === undefined ? layOutList(input, focus, height) : undefined;
  const bottom: Canvas = newCanvas(columns, 1);
  drawStatus(bottom, input, 0);
  const palette = input.palette ?? portagePalette;
  const lines =
    layout === undefined
      ? canvasLines(drawList(input, list, height), input.style, palette)
      : layoutLines(input, layout, height, palette);
  lines.push(...canvasLines(bottom, input.style, palette));
  return { lines: lines.slice(0, rows), layout, list, focus };
}

function isRoomy(input: PictureInput, focus: readonly string[], height: number): boolean {
  // no to and fro while the last of many jobs come and go
  const most = input.previous?.list === undefined ? mostRunning : mostAgain;
  return (
    input.size.columns >= narrowest &&
    focus.length > 0 &&
    focus.length <= Math.min(most, height, mostInColumn)
  );
}

/** The fullest view in which all that stays keeps its row; where giving up a few doesn't reach that, the fullest that fits. */
function layOut(input: PictureInput, focus: readonly string[], height: number): Layout | undefined {
  const last = input.previous?.layout;
  const basis = basisOf(input, focus);
  if (last !== undefined) {
    if (isSameBasis(last.basis, basis)) return last;
    // around others it can't be the same
    if (input.previous?.focus.join(' ') === focus.join(' ')) {
      const view = chooseView(input, focus, last.limits);
      if (keyOf(input, focus, view) === last.key) return { ...last, view, basis };
    }
  }
  const calm = last === undefined ? undefined : attempt(input, focus, height, last.rows, true);
  const found = calm ?? attempt(input, focus, height, last?.rows ?? new Map(), false);
  return found && { ...found, basis };
}

/** First without the outer ring, then without one after another of the least value. */
function attempt(
  input: PictureInput,
  focus: readonly string[],
  height: number,
  before: ReadonlyMap<string, number>,
  still: boolean,
): Omit<Layout, 'basis'> | undefined {
  const excluded = new Set<string>();
  let trials = mostTrials;
  let rings = 2;
  let nodes = input.nodes ?? mostNodes;
  for (let round = 0; round < (still ? stillTries : tries); round++) {
    const limits: ViewLimits = {
      nodes,
      side: Math.min(height, mostInColumn),
      rings,
      excluded,
    };
    const view = chooseView(input, focus, limits);
    const patience: Patience = { left: trials };
    const result = tryView(input, view, height, before, still, patience, shortest[rings - 1] ?? 0);
    if ('placed' in result) {
      return {
        ...result,
        key: keyOf(input, focus, view),
        limits: { ...limits, excluded: new Set(excluded) },
      };
    }
    if (rings > 1 && (!still || result.narrow)) {
      rings = 1;
      continue;
    }
    trials = Math.max(fewestTrials, Math.floor(trials / 2));
    const others = view.nodes
      .filter(node => !node.focus)
      .sort((a, b) => a.value - b.value || b.rank - a.rank);
    const blamed = others.filter(node => result.blame.has(node.id));
    // what is beyond remedy is given up faster
    const victims = (blamed.length > 0 ? blamed : others).slice(0, round > freeRounds ? 2 : 1);
    if (victims.length === 0) return undefined;
    for (const { id } of victims) excluded.add(id);
    // another in its place would be a new trouble
    if (still || round > freeRounds) nodes = Math.max(focus.length, view.nodes.length - victims.length);
  }
  return undefined;
}

/** Equal where the same layout serves. */
function keyOf(input: PictureInput, focus: readonly string[], view: View): string {
  const digits = (count: number) => (count > 0 ? String(count).length : 0);
  const ids = view.nodes.map(node => node.id);
  const more = [digits(view.moreBefore), digits(view.moreAfter)];
  return JSON.stringify([input.size, input.style.unicode, isTimed(input), focus, ids, view.edges, more]);
}

type Try = Arrangement | { readonly blame: ReadonlySet<string>; readonly narrow?: boolean };

function tryView(
  input: PictureInput,
  view: View,
  height: number,
  before: ReadonlyMap<string, number>,
  still: boolean,
  patience: Patience,
  leastName: number,
): Try {
  const layers = layerView(view);
  const crowded = layers.columns.filter(column => column.length > Math.min(height, mostInColumn));
  if (crowded.length > 0) return { blame: keysOf(layers, crowded.flat()) };
  const fits = (placed: Placed) =>
    spread(view, layers, placed, input.size, input.style.unicode, isTimed(input), leastName);
  const outer = layers.columns.filter((_, column) => Math.abs(column - layers.middle) > 1);
  const narrow = { blame: keysOf(layers, outer.flat()), narrow: true };
  // not even without strokes
  if (fits(unbound(layers)) === undefined) return narrow;
  const placed = placeItems(layers, height, before, still, patience);
  if ('stuck' in placed) return { blame: keysOf(layers, placed.stuck) };
  return fits(placed) ?? narrow;
}

function unbound(layers: Layers): Placed {
  const gutters = layers.segments.map(() => ({ bundles: [], tracks: [], width: 0, passes: 0, cost: 0 }));
  return { rows: layers.items.map(() => 0), gutters };
}

function keysOf(layers: Layers, items: readonly number[]): Set<string> {
  return new Set(items.map(item => layers.items[item]?.owner ?? ''));
}
