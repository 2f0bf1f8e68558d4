/** The last row: how far the run is, and what for. */
import type { GraphIndex } from '../../../portage/graph.ts';
import { type Canvas, drawText } from './canvas.ts';
import type { PictureInput, Role } from './model.ts';
import { elapsedText, namesOf } from './names.ts';

const gap = 3;

/** Targets come last and take what room there is; parts that don't fit are left out from the right. */
export function drawStatus(canvas: Canvas, input: PictureInput, row: number): void {
  const { done, total, running, built = 0, failed, load } = input.counts;
  const parts: [string, Role][] = [
    [`${done}/${total} done`, 'status'],
    [`${running} running`, running > 0 ? 'running' : 'status'],
    ...(built > 0 ? [[`${built} to merge`, 'status'] as [string, Role]] : []),
    [`${failed} failed`, failed > 0 ? 'failed' : 'status'],
  ];
  if (load !== undefined) parts.push([`load ${load.toFixed(1)}`, 'status']);
  parts.push(...timeParts(input));
  let x = 1;
  for (const [text, role] of parts) {
    if (x + text.length > canvas.columns) return;
    drawText(canvas, x, row, text, role);
    x += text.length + gap;
  }
  const text = targetText(input, canvas.columns - x);
  if (text !== '') drawText(canvas, x, row, text, 'target');
}

/** `left 12m05` and `waits for llvm`, as far as they are known. */
function timeParts({ counts, index }: PictureInput): [string, Role][] {
  const { left, leftGuessed = false, waitsFor } = counts;
  if (left === undefined) return [];
  const parts: [string, Role][] = [[`left ${leftGuessed ? '~' : ''}${elapsedText(left)}`, 'elapsed']];
  const node = waitsFor === undefined ? undefined : index.graph.nodes[index.position.get(waitsFor) ?? -1];
  if (node) parts.push([`waits for ${namesOf([node], false).get(node.id)}`, 'running']);
  return parts;
}

/** `for git nginx +2`, or nothing. */
function targetText(input: PictureInput, width: number): string {
  const names = targetNames(input);
  for (let count = names.length; count > 0; count--) {
    const rest = names.length - count;
    const text = ['for', ...names.slice(0, count), ...(rest > 0 ? [`+${rest}`] : [])].join(' ');
    if (text.length <= width) return text;
  }
  return '';
}

const known = new WeakMap<PictureInput['targets'], { index: GraphIndex; names: readonly string[] }>();

/** In merge order. */
function targetNames({ index, targets }: PictureInput): readonly string[] {
  const before = known.get(targets);
  if (before?.index === index) return before.names;
  const nodes = index.graph.nodes.filter(node => targets.has(node.id));
  const names = [...namesOf(nodes, false).values()];
  known.set(targets, { index, names });
  return names;
}
