/** Where the picture has no room (narrow terminals, many jobs): a row per running package. */
import { neighbourhood } from '../../../portage/graph-paths.ts';
import { type Canvas, drawText, newCanvas } from './canvas.ts';
import { isRunning, stateOf } from './focus.ts';
import { elapsedWidth, phaseWidth } from './layout.ts';
import type { PictureInput } from './model.ts';
import { elapsedText, namesOf, printable, shorten } from './names.ts';

const leastName = 8;

/** Columns: name, phase, time, and as far as there is room direct dependencies and packages that wait for it. */
export function drawList(input: PictureInput, focus: readonly string[], rows: number): Canvas {
  const canvas = newCanvas(input.size.columns, rows);
  const shown = focus.length > rows ? Math.max(0, rows - 1) : focus.length;
  const nodes = input.index.graph.nodes.filter(node => focus.includes(node.id));
  const names = namesOf(nodes, false);
  const times = 1 + phaseWidth + 1 + elapsedWidth;
  const longest = Math.max(0, ...[...names.values()].map(name => name.length));
  const width = Math.min(longest, Math.max(leastName, input.size.columns - 3 - times));
  focus.slice(0, shown).forEach((id, row) => {
    const status = input.states.get(id);
    const running = isRunning(input, id);
    const name = shorten(names.get(id) ?? '', width, input.style.unicode);
    drawText(canvas, 1, row, input.style.unicode ? '┃' : '[', 'wall');
    drawText(canvas, 3, row, name, running ? 'running' : 'target');
    const phase = printable(status?.phase ?? stateOf(input, id)).slice(0, phaseWidth);
    drawText(canvas, 3 + width + 1, row, phase, 'phase');
    const elapsed = status?.elapsed === undefined ? '' : elapsedText(status.elapsed);
    drawText(canvas, 3 + width + 2 + phaseWidth, row, elapsed.padStart(elapsedWidth), 'elapsed');
    const at = 3 + width + times + 3;
    const text = relations(input, id);
    if (at + text.length <= canvas.columns) drawText(canvas, at, row, text, 'more');
  });
  if (shown < focus.length && rows > 0)
    drawText(canvas, 3, rows - 1, `+${focus.length - shown} more`, 'more');
  return canvas;
}

function relations(input: PictureInput, id: string): string {
  const at = input.index.position.get(id) ?? -1;
  const needs = input.index.dependencies[at]?.length ?? 0;
  const holds = [...neighbourhood(input.index, [id], 'dependents').keys()].filter(
    other => stateOf(input, other) === 'waiting',
  );
  return `needs ${needs}, holds ${holds.length}`;
}
