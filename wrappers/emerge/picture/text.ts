/** The picture for what isn't a terminal: plain lines, as many as it needs. */
import { isRunning } from './focus.ts';
import type { PictureInput } from './model.ts';
import { drawFrame } from './picture.ts';

const mostRows = 16;
const mostTargets = 4;

export interface TextInput extends Omit<PictureInput, 'size' | 'style' | 'previous' | 'palette'> {
  /** Cells; 100 unless told. */
  readonly columns?: number;
  readonly unicode?: boolean;
}

/** Lines with line ends; around `focus`, else around what is running, else around the targets. */
export function renderText(input: TextInput): string {
  const { columns = 100, unicode = true, ...rest } = input;
  const frame: PictureInput = {
    ...rest,
    size: { columns, rows: mostRows },
    style: { unicode, color: false },
  };
  const running = rest.index.graph.nodes.some(node => isRunning(frame, node.id));
  const targets = rest.index.graph.nodes.filter(node => rest.targets.has(node.id)).map(node => node.id);
  const focus = rest.focus ?? (running ? undefined : targets.slice(-mostTargets));
  const { lines } = drawFrame(focus === undefined ? frame : { ...frame, focus });
  const picture = lines.slice(0, -1);
  while (picture[0] === '') picture.shift();
  while (picture.at(-1) === '') picture.pop();
  return `${[...picture, '', lines.at(-1) ?? ''].join('\n')}\n`;
}
