/** What somebody who watches looks at, and what a key makes of it. Pure. */
import type { Key } from './keys.ts';
import { type Frame, type LogLines, scroll, type Top } from './log-rows.ts';
import { type Direction, type Focus, move, nextRunning, type Seen, step } from './movement.ts';

export interface ViewState {
  readonly page: 'graph' | 'log';
  readonly help: boolean;
  /** Undefined: what runs stands in the middle. */
  readonly focus?: Focus;
  /** The package whose log is read, and where; without `top` its end is followed. */
  readonly log?: { readonly id: string; readonly top?: Top };
}

export const atFirst: ViewState = { page: 'graph', help: false };

/** What the keys act upon. */
export interface Surroundings {
  /** Undefined until there is a picture. */
  readonly seen: Seen | undefined;
  /** Ids in merge order. */
  readonly running: readonly string[];
  readonly lines: LogLines;
  /** Room of the log. */
  readonly frame: Frame;
}

export type Deed = 'quit' | 'interrupt' | 'suspend' | 'redraw';

export interface Pressed {
  readonly state: ViewState;
  readonly deed?: Deed;
}

const deeds: Readonly<Record<Key, Deed>> = {
  'ctrl-c': 'interrupt',
  'ctrl-\\': 'interrupt',
  'ctrl-z': 'suspend',
  'ctrl-l': 'redraw',
  Q: 'quit',
};
const arrows: Readonly<Record<Key, Direction>> = {
  left: 'left',
  h: 'left',
  right: 'right',
  up: 'up',
  k: 'up',
  down: 'down',
  j: 'down',
};
const closers: ReadonlySet<Key> = new Set(['q', '?', 'escape', 'enter', 'space']);

export function press(state: ViewState, key: Key, around: Surroundings): Pressed {
  const deed = deeds[key];
  if (deed !== undefined) return { state, deed };
  if (state.help) return { state: closers.has(key) ? { ...state, help: false } : state };
  if (key === '?') return { state: { ...state, help: true } };
  return state.page === 'graph' ? pressGraph(state, key, around) : { state: pressLog(state, key, around) };
}

function focused(state: ViewState, focus: Focus | undefined): ViewState {
  const { focus: _, ...rest } = state;
  return focus === undefined ? rest : { ...rest, focus };
}

function pressGraph(state: ViewState, key: Key, { seen, running }: Surroundings): Pressed {
  if (key === 'q') return { state, deed: 'quit' };
  if (key === 'f' || key === 'escape') return { state: focused(state, undefined) };
  if (seen === undefined) return { state };
  const direction = arrows[key];
  if (direction !== undefined) return { state: focused(state, move(seen, state.focus, direction)) };
  if (key === 'n' || key === 'p')
    return { state: focused(state, step(seen, state.focus, key === 'n' ? 1 : -1)) };
  if (key === 'tab') return { state: focused(state, nextRunning(state.focus, running)) };
  if (key === 'l' || key === 'enter') {
    const id = state.focus?.id ?? seen.frame.focus[0];
    if (id !== undefined) return { state: { ...state, page: 'log', log: { id } } };
  }
  return { state };
}

/** Rows that a key scrolls by; infinite ones lead to an end. */
function distance(key: Key, rows: number): number | undefined {
  const page = Math.max(1, rows - 1);
  const by: Readonly<Record<Key, number>> = {
    up: -1,
    k: -1,
    down: 1,
    j: 1,
    enter: 1,
    'page-up': -page,
    b: -page,
    'ctrl-b': -page,
    'page-down': page,
    space: page,
    'ctrl-f': page,
    'ctrl-u': -Math.ceil(rows / 2),
    'ctrl-d': Math.ceil(rows / 2),
  };
  return by[key];
}

function pressLog(state: ViewState, key: Key, { running, lines, frame }: Surroundings): ViewState {
  const { log } = state;
  if (log === undefined || ['l', 'q', 'escape', 'left', 'h'].includes(key))
    return { ...state, page: 'graph' };
  if (key === 'tab') {
    const next = nextRunning({ id: log.id, beside: [] }, running);
    return next === undefined || next.id === log.id ? state : { ...state, focus: next, log: { id: next.id } };
  }
  if (key === 'end' || key === 'G' || key === 'f') return { ...state, log: { id: log.id } };
  // a log that still has room on the page stays at its start while it grows, too
  if (key === 'home' || key === 'g') return at(state, log.id, { line: lines.first, row: 0 });
  const by = distance(key, frame.rows);
  return by === undefined ? state : at(state, log.id, scroll(lines, frame, log.top, by));
}

function at(state: ViewState, id: string, top: Top | undefined): ViewState {
  return { ...state, log: top === undefined ? { id } : { id, top } };
}
