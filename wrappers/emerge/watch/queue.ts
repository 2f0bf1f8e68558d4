/** The merge list below the picture, where the terminal is high enough: every package with its state, in columns. Pure. */
import type { NodeState } from '../../../portage/graph.ts';
import { stateOf } from '../picture/focus.ts';
import type { PictureInput, Role } from '../picture/model.ts';
import { elapsedText, printable, shorten } from '../picture/names.ts';
import { type Ink, lineOf, type Span } from './line.ts';

const marks: Readonly<Record<NodeState, readonly [unicode: string, ascii: string, role: Role]>> = {
  waiting: ['○', 'o', 'more'],
  building: ['┃', '|', 'running'],
  built: ['◐', '%', 'done'],
  merging: ['┃', '|', 'running'],
  done: ['✔', '*', 'done'],
  failed: ['✘', 'x', 'failed'],
  dropped: ['⊘', '/', 'failed'],
};
const gap = 3;
const widest = 58;
/** Cells for phase and time behind a name. */
const work = 16;

/** As many rows as asked for; where not all packages have room, those around the focus, or around what is done next. */
export function queueRows(
  input: PictureInput,
  focus: string | undefined,
  columns: number,
  rows: number,
  ink: Ink,
): string[] {
  const { nodes } = input.index.graph;
  const longest = Math.max(0, ...nodes.map(node => node.id.length));
  const name = Math.min(longest, widest - 2 - work, columns - 3 - work);
  const width = 2 + name + work;
  const count = Math.max(1, Math.floor((columns - 1 + gap) / (width + gap)));
  const room = count * rows;
  const centre = input.index.position.get(focus ?? '') ?? firstOpen(input);
  const from = Math.max(0, Math.min(nodes.length - room, centre - Math.floor(room / 3)));
  const shown = nodes.slice(from, from + room);
  // short lists fill as few columns as they need, evenly
  const height = Math.min(rows, Math.ceil(shown.length / count));
  return Array.from({ length: rows }, (_, row) => {
    const spans: Span[] = [[' ']];
    for (let at = row; row < height && at < shown.length; at += height) {
      const { id } = shown[at] as (typeof shown)[number];
      if (at > row) spans.push([' '.repeat(gap)]);
      spans.push(...packageSpans(input, id, id === focus, name));
    }
    return lineOf(spans, columns, ink);
  });
}

function firstOpen(input: PictureInput): number {
  const at = input.index.graph.nodes.findIndex(node => stateOf(input, node.id) !== 'done');
  return at === -1 ? input.index.graph.nodes.length - 1 : at;
}

function packageSpans(input: PictureInput, id: string, focused: boolean, width: number): Span[] {
  const { unicode } = input.style;
  const state = stateOf(input, id);
  const [mark, plain, look] = marks[state];
  const status = input.states.get(id);
  const busy = state === 'building' || state === 'merging';
  const text = shorten(printable(id), width, unicode).padEnd(width);
  const nameLook = focused
    ? 'focus'
    : busy || state === 'failed'
      ? look
      : state === 'done'
        ? 'waiting'
        : 'more';
  const phase = busy ? printable(status?.phase ?? state).slice(0, 9) : '';
  const elapsed = busy && status?.elapsed !== undefined ? elapsedText(status.elapsed) : '';
  return [
    [unicode ? mark : plain, look],
    [' '],
    [text.trimEnd(), nameLook],
    [' '.repeat(text.length - text.trimEnd().length + 1)],
    [phase.padEnd(9), 'phase'],
    [elapsed.padStart(work - 10), 'elapsed'],
  ];
}
