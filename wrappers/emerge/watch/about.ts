/** One row about what is looked at: a package and what hangs on it, its log, or how the run ended. Pure. */
import { neighbourhood } from '../../../portage/graph-paths.ts';
import { clockText } from '../local-time.ts';
import { stateOf } from '../picture/focus.ts';
import type { PictureInput } from '../picture/model.ts';
import { elapsedText, printable } from '../picture/names.ts';
import { type Ink, lineOf, type Span, sides } from './line.ts';
import type { ViewState } from './state.ts';

export interface PageFacts {
  readonly pid: number;
  readonly words: readonly string[];
  /** Epoch milliseconds. */
  readonly began: number;
  readonly now: number;
  /** How it ended, once it has. */
  readonly ended: { readonly at: number; readonly exit: number | undefined } | undefined;
  /** What there is to say in place of a picture or a log. */
  readonly notice: string | undefined;
}

/** Whose log is read, and where it is. */
export function aboutLog(
  state: ViewState,
  input: PictureInput | undefined,
  path: string | undefined,
  columns: number,
  ink: Ink,
): string {
  const id = state.log?.id ?? '';
  const about = input === undefined ? [] : workOf(input, id);
  const left: Span[] = [[' '], [printable(id), 'target'], ...about];
  const room = columns - left.reduce((sum, [text]) => sum + text.length, 0) - 3;
  const whole = printable(path ?? '');
  // of a long path the end says most
  const end =
    whole.length <= room ? whole : `${ink.unicode ? '…' : '~'}${whole.slice(1 - Math.max(2, room))}`;
  return sides(left, [[room < 8 ? '' : end, 'more']], columns, ink);
}

/** Phase and time, or the state. */
function workOf(input: PictureInput, id: string): Span[] {
  const status = input.states.get(id);
  const state = stateOf(input, id);
  const elapsed = status?.elapsed === undefined ? '' : ` ${elapsedText(status.elapsed)}`;
  if (state === 'failed') return [['   failed', 'failed']];
  if (status?.phase === undefined || state === 'done')
    return [[`   ${state}`, state === 'done' ? 'done' : 'waiting']];
  return [
    [`   ${printable(status.phase)}`, 'phase'],
    [elapsed, 'elapsed'],
  ];
}

/** What the focus is and what hangs on it, or how the run ended. */
export function aboutFocus(
  state: ViewState,
  { ended, now }: PageFacts,
  input: PictureInput | undefined,
  columns: number,
  ink: Ink,
): string {
  const id = state.focus?.id;
  if (id !== undefined && input !== undefined)
    return sides(
      [[' '], [printable(id), 'target'], ...workOf(input, id)],
      [[relations(input, id), 'more']],
      columns,
      ink,
    );
  if (ended === undefined) return '';
  const when = clockText(ended.at, now);
  const how: Span =
    ended.exit === undefined
      ? [`emerge is gone since ${when}; how it ended is not known`, 'phase']
      : ended.exit === 0
        ? [`emerge ended at ${when}, all done`, 'running']
        : [`emerge ended at ${when} with status ${ended.exit}`, 'failed'];
  return lineOf([[' '], how], columns, ink);
}

function relations(input: PictureInput, id: string): string {
  const { index } = input;
  const at = index.position.get(id);
  if (at === undefined) return '';
  const isOpen = (other: string) => stateOf(input, other) !== 'done';
  const needs = [...(index.dependencies[at] ?? []), ...(index.against[at] ?? [])].map(
    place => index.graph.nodes[place]?.id ?? '',
  );
  const open = needs.filter(isOpen).length;
  const held = [...neighbourhood(index, [id], 'dependents').keys()].filter(
    other => other !== id && isOpen(other),
  );
  const place = `${at + 1} of ${index.graph.nodes.length}`;
  return `${place}   needs ${needs.length}${open > 0 ? `, ${open} not done` : ''}   holds ${held.length}`;
}
