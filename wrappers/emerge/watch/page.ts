/** The rows of the whole terminal: who is watched, the picture or a log, and which keys there are. Pure. */

import { clockText } from '../local-time.ts';
import type { PictureInput } from '../picture/model.ts';
import { elapsedText, printable } from '../picture/names.ts';
import { aboutFocus, aboutLog, type PageFacts } from './about.ts';
import { commandText, type Ink, lineOf, rule, type Span, sides } from './line.ts';
import { queueRows } from './queue.ts';
import type { ViewState } from './state.ts';

/** Rows around the picture, or around a log. */
export const frameRows = 4;
/** Above that, the list of packages has what is left, if it is worth it. */
const mostPicture = 22;
const leastQueue = 6;

/** Rows of the picture in a terminal of so many. */
export function pictureHeight(rows: number): number {
  const room = Math.max(2, rows - frameRows);
  return room - mostPicture > leastQueue ? mostPicture : room;
}

interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Exactly as many rows as the terminal has. */
export function pageRows(
  state: ViewState,
  facts: PageFacts,
  input: PictureInput | undefined,
  body: readonly string[],
  path: string | undefined,
  size: Size,
  ink: Ink,
): string[] {
  const columns = size.columns - 1;
  const line = (...spans: Span[]) => lineOf([[' '], ...spans], columns, ink);
  const top = [header(facts, columns, ink), lineOf([rule(columns, ink)], columns, ink)];
  const log = state.page === 'log' && !state.help;
  const bottom = state.help
    ? [line(...keysText([['q', 'back']]))]
    : log
      ? [aboutLog(state, input, path, columns, ink), line(...keysText(logKeys(state)))]
      : [aboutFocus(state, facts, input, columns, ink), line(...keysText(graphKeys(state, columns)))];
  const room = Math.max(0, size.rows - top.length - bottom.length);
  const shown = state.help
    ? helpRows(room, ink, columns)
    : facts.notice !== undefined
      ? noticeRows(facts.notice, room, columns, ink)
      : log || input === undefined
        ? body.slice(0, room)
        : withQueue(input, state.focus?.id, body.slice(0, room), room, columns, ink);
  const padding = Array.from({ length: room - shown.length }, () => '');
  return [...top, ...shown, ...padding, ...bottom].slice(0, size.rows);
}

/** The picture, and below it the list where there is room. */
function withQueue(
  input: PictureInput,
  focus: string | undefined,
  picture: readonly string[],
  room: number,
  columns: number,
  ink: Ink,
): readonly string[] {
  const rows = room - picture.length - 1;
  if (rows < leastQueue - 1) return picture;
  const line = lineOf([rule(columns, ink)], columns, ink);
  return [
    ...picture.slice(0, -1),
    line,
    ...queueRows(input, focus, columns, rows, ink),
    ...picture.slice(-1),
  ];
}

function header({ pid, words, began, now, ended }: PageFacts, columns: number, ink: Ink): string {
  const since = `pid ${pid}   since ${clockText(began, now)}   `;
  const time = elapsedText(((ended?.at ?? now) - began) / 1000);
  return sides(
    [[' '], ['emerge', 'running'], [` ${commandText(words)}`, 'target']],
    [
      [since, 'more'],
      [time, 'elapsed'],
    ],
    columns,
    ink,
  );
}

function keysText(keys: readonly (readonly [string, string])[]): Span[] {
  return keys.flatMap(([key, what]): Span[] => [
    [key, 'target'],
    [` ${what}   `, 'more'],
  ]);
}

function graphKeys(state: ViewState, columns: number): [string, string][] {
  return [
    ['arrows', 'move'],
    ['l', 'log'],
    ['f', state.focus === undefined ? 'following' : 'follow again'],
    ...(columns < 60 ? [] : ([['tab', 'next running']] as [string, string][])),
    ['?', 'help'],
    ['q', 'quit'],
  ];
}

function logKeys(state: ViewState): [string, string][] {
  return [
    ['up down', 'scroll'],
    ['G', state.log?.top === undefined ? 'following' : 'to the end, and follow'],
    ['tab', 'next running'],
    ['l', 'back'],
  ];
}

function noticeRows(notice: string, room: number, columns: number, ink: Ink): string[] {
  const width = Math.min(columns - 4, 70);
  const lines: string[] = [];
  for (const word of printable(notice).split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  const above = Math.max(0, Math.floor((room - lines.length) / 2));
  return [
    ...Array.from({ length: above }, () => ''),
    ...lines.map(text =>
      lineOf(
        [[' '.repeat(Math.max(0, Math.floor((columns - text.length) / 2)))], [text, 'more']],
        columns,
        ink,
      ),
    ),
  ].slice(0, room);
}

const help: readonly (readonly [string, string] | undefined)[] = [
  ['left right', 'to what the package in the middle needs, or what needs it'],
  ['up down', 'to those beside it; h j k as well'],
  ['n p', 'to the next or the previous package in merge order'],
  ['tab', 'to the next package that is being built'],
  ['f esc', 'follow again what runs'],
  ['l enter', 'the build log of the package in the middle, followed'],
  undefined,
  ['l q esc', 'in a log: back to the graph'],
  ['g G', 'in a log: to its start; to its end, and follow it'],
  ['space b', 'in a log: by pages'],
  undefined,
  ['ctrl-l', 'draw everything anew'],
  ['q', 'quit; emerge goes on and never notices'],
];

function helpRows(room: number, ink: Ink, columns: number): string[] {
  const rows = help.map(entry =>
    entry === undefined ? '' : lineOf([['   '], [entry[0].padEnd(13), 'target'], [entry[1]]], columns, ink),
  );
  return ['', ...rows].slice(0, room);
}
