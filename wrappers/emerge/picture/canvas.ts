/** A grid of cells with strokes below and text above, and the way to lines with SGR. */
import type { Palette, Role, Style } from './model.ts';
import { strokeCharacter, type Weight } from './strokes.ts';

interface Stroke {
  first: Weight;
  second: Weight;
  dashed: boolean;
}

export interface Canvas {
  readonly columns: number;
  readonly rows: number;
  /** Per cell: left and right. */
  readonly flat: Stroke[];
  /** Per cell: up and down. */
  readonly steep: Stroke[];
  /** Cells where both kinds of strokes meet; elsewhere they cross, and the steep one lies above. */
  readonly joints: Set<number>;
  readonly text: Map<number, { readonly character: string; readonly role: Role }>;
}

export interface Pen {
  readonly heavy: boolean;
  readonly dashed: boolean;
}

export function newCanvas(columns: number, rows: number): Canvas {
  const plane = () =>
    Array.from({ length: columns * rows }, (): Stroke => ({ first: 0, second: 0, dashed: true }));
  return { columns, rows, flat: plane(), steep: plane(), joints: new Set(), text: new Map() };
}

/** A horizontal line over the cells from `from` to `to`, whole where `open` says that it runs on beyond that end. */
export function drawFlat(
  canvas: Canvas,
  row: number,
  from: number,
  to: number,
  pen: Pen,
  open: { readonly from: boolean; readonly to: boolean },
): void {
  for (let x = from; x <= to; x++) {
    const cell = canvas.flat[row * canvas.columns + x];
    if (cell !== undefined) add(cell, x > from || open.from, x < to || open.to, pen);
  }
}

/** A vertical line from the middle of row `from` to the middle of row `to`. */
export function drawSteep(canvas: Canvas, x: number, from: number, to: number, pen: Pen): void {
  for (let row = Math.min(from, to); row <= Math.max(from, to); row++) {
    const cell = canvas.steep[row * canvas.columns + x];
    if (cell !== undefined) add(cell, row > Math.min(from, to), row < Math.max(from, to), pen);
  }
}

function add(cell: Stroke, first: boolean, second: boolean, pen: Pen): void {
  const weight: Weight = pen.heavy ? 2 : 1;
  if (first && cell.first < weight) cell.first = weight;
  if (second && cell.second < weight) cell.second = weight;
  if (!pen.dashed) cell.dashed = false;
}

export function drawJoint(canvas: Canvas, x: number, row: number): void {
  canvas.joints.add(row * canvas.columns + x);
}

/** Printable ASCII, or characters of the picture's own; what would pass the right edge is cut. */
export function drawText(canvas: Canvas, x: number, row: number, text: string, role: Role): void {
  let at = x;
  for (const character of text) {
    if (at >= canvas.columns) return;
    canvas.text.set(row * canvas.columns + at++, { character, role });
  }
}

export function canvasLines(canvas: Canvas, style: Style, palette: Palette): string[] {
  return Array.from({ length: canvas.rows }, (_, row) => {
    const cells = Array.from({ length: canvas.columns }, (_unused, x) =>
      cellAt(canvas, row * canvas.columns + x, style.unicode),
    );
    while (cells.at(-1)?.character === ' ') cells.pop();
    let line = '';
    let current = '';
    for (const cell of cells) {
      const color = style.color ? palette[cell.role] : '';
      if (color !== current && (cell.character !== ' ' || current.includes('7'))) {
        line += `${current === '' ? '' : '\x1b[0m'}${color === '' ? '' : `\x1b[${color}m`}`;
        current = color;
      }
      line += cell.character;
    }
    return current === '' ? line : `${line}\x1b[0m`;
  });
}

function cellAt(canvas: Canvas, at: number, unicode: boolean): { character: string; role: Role } {
  const text = canvas.text.get(at);
  if (text !== undefined) return text;
  const none: Stroke = { first: 0, second: 0, dashed: true };
  const steep = canvas.steep[at] ?? none;
  const hidden = isDrawn(steep) && !canvas.joints.has(at);
  const flat = hidden ? none : (canvas.flat[at] ?? none);
  const [left, right, up, down] = [flat.first, flat.second, steep.first, steep.second];
  const dashed = flat.dashed && steep.dashed;
  const heavy = [left, right, up, down].includes(2);
  const role = heavy ? 'heavy' : dashed ? 'against' : 'line';
  return { character: strokeCharacter({ up, right, down, left, dashed }, unicode), role };
}

function isDrawn(stroke: Stroke): boolean {
  return stroke.first > 0 || stroke.second > 0;
}
