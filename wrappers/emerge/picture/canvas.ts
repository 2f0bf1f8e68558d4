/** A grid of cells with strokes below and text above, and the way to lines with SGR. */
import type { Palette, Role, Style } from './model.ts';
import { strokeCharacter, type Weight } from './strokes.ts';

/** Arrays of a number per cell: a frame is drawn many times, and objects per cell would be most of its cost. */
export interface Canvas {
  readonly columns: number;
  readonly rows: number;
  /** Weights per cell: left, right, up, down, two bits each from the lowest. */
  readonly strokes: Uint8Array;
  /** What else is known of a cell: `solid` and `joint` bits. */
  readonly marks: Uint8Array;
  /** Text above the strokes; undefined where there is none. */
  readonly characters: (string | undefined)[];
  readonly roles: (Role | undefined)[];
}

export interface Pen {
  readonly heavy: boolean;
  readonly dashed: boolean;
}

/** A whole line, not a dashed one, runs through the cell that way. */
const solidFlat = 1;
const solidSteep = 2;
/** Both kinds of strokes meet; elsewhere they cross, and the steep one lies above. */
const joint = 4;
const left = 0;
const right = 2;
const up = 4;
const down = 6;
const flatBits = 0b00001111;
const steepBits = 0b11110000;

export function newCanvas(columns: number, rows: number): Canvas {
  const cells = columns * rows;
  return {
    columns,
    rows,
    strokes: new Uint8Array(cells),
    marks: new Uint8Array(cells),
    characters: Array(cells),
    roles: Array(cells),
  };
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
    const at = row * canvas.columns + x;
    if (x > from || open.from) add(canvas, at, left, pen);
    if (x < to || open.to) add(canvas, at, right, pen);
    if (!pen.dashed) mark(canvas, at, solidFlat);
  }
}

/** A vertical line from the middle of row `from` to the middle of row `to`. */
export function drawSteep(canvas: Canvas, x: number, from: number, to: number, pen: Pen): void {
  const [top, bottom] = [Math.min(from, to), Math.max(from, to)];
  for (let row = top; row <= bottom; row++) {
    const at = row * canvas.columns + x;
    if (row > top) add(canvas, at, up, pen);
    if (row < bottom) add(canvas, at, down, pen);
    if (!pen.dashed) mark(canvas, at, solidSteep);
  }
}

function add(canvas: Canvas, at: number, side: number, pen: Pen): void {
  const known = canvas.strokes[at] ?? 0;
  const weight = pen.heavy ? 2 : 1;
  if (((known >> side) & 3) < weight) canvas.strokes[at] = (known & ~(3 << side)) | (weight << side);
}

function mark(canvas: Canvas, at: number, bit: number): void {
  canvas.marks[at] = (canvas.marks[at] ?? 0) | bit;
}

export function drawJoint(canvas: Canvas, x: number, row: number): void {
  mark(canvas, row * canvas.columns + x, joint);
}

/** Takes the texts away; the strokes stay. */
export function clearTexts(canvas: Canvas, row: number): void {
  const [from, to] = [row * canvas.columns, (row + 1) * canvas.columns];
  canvas.characters.fill(undefined, from, to);
  canvas.roles.fill(undefined, from, to);
}

/** Printable ASCII, or characters of the picture's own; what would pass the right edge is cut. */
export function drawText(canvas: Canvas, x: number, row: number, text: string, role: Role): void {
  let column = x;
  for (const character of text) {
    if (column >= canvas.columns) return;
    const at = row * canvas.columns + column++;
    canvas.characters[at] = character;
    canvas.roles[at] = role;
  }
}

export function canvasLines(canvas: Canvas, style: Style, palette: Palette): string[] {
  return Array.from({ length: canvas.rows }, (_, row) => lineOf(canvas, row, style, palette));
}

/** Underlined, reversed, struck out, or with a background. */
const paintsBlanks = /(?:^|;)0*(?:4|7|9|4\d|10\d)(?:;|$)/;

export function lineOf(canvas: Canvas, row: number, style: Style, palette: Palette): string {
  const { characters, roles, strokes } = canvas;
  let line = '';
  let blanks = 0;
  let current = '';
  let showsBlanks = false;
  for (let at = row * canvas.columns, end = at + canvas.columns; at < end; at++) {
    const text = characters[at];
    const stroked = text === undefined && strokes[at] !== 0;
    // most cells are empty
    if (text === undefined && !stroked && !showsBlanks) {
      blanks++;
      continue;
    }
    const character = text ?? (stroked ? strokeAt(canvas, at, style.unicode) : ' ');
    const role = roles[at] ?? (stroked ? strokeRole(canvas, at) : 'line');
    const color = style.color ? palette[role] : '';
    if (color !== current && (character !== ' ' || showsBlanks)) {
      const reset = current === '' ? '' : '\x1b[0m';
      line += `${' '.repeat(blanks)}${reset}${color === '' ? '' : `\x1b[${color}m`}`;
      blanks = 0;
      current = color;
      showsBlanks = paintsBlanks.test(color);
    }
    if (character === ' ') {
      blanks++;
      continue;
    }
    line += blanks === 0 ? character : ' '.repeat(blanks) + character;
    blanks = 0;
  }
  return current === '' ? line : `${line}\x1b[0m`;
}

/** The strokes that are seen: a steep one hides a flat one that it merely crosses. */
function seenAt(canvas: Canvas, at: number): number {
  const all = canvas.strokes[at] ?? 0;
  const hidden = (all & steepBits) !== 0 && ((canvas.marks[at] ?? 0) & joint) === 0;
  return hidden ? all & steepBits : all;
}

function isDashed(canvas: Canvas, at: number, seen: number): boolean {
  const counted = (seen & flatBits ? solidFlat : 0) | (seen & steepBits ? solidSteep : 0);
  return ((canvas.marks[at] ?? 0) & counted) === 0;
}

function strokeRole(canvas: Canvas, at: number): Role {
  const seen = seenAt(canvas, at);
  // the upper bit of any pair
  if (seen & 0b10101010) return 'heavy';
  return isDashed(canvas, at, seen) ? 'against' : 'line';
}

const drawn: (string | undefined)[] = [];

/** Worked out once for each way in which strokes can meet. */
function strokeAt(canvas: Canvas, at: number, unicode: boolean): string {
  const seen = seenAt(canvas, at);
  const dashed = isDashed(canvas, at, seen);
  const name = (seen << 2) | (dashed ? 2 : 0) | (unicode ? 1 : 0);
  const known = drawn[name];
  if (known !== undefined) return known;
  const weight = (side: number) => ((seen >> side) & 3) as Weight;
  const character = strokeCharacter(
    { up: weight(up), right: weight(right), down: weight(down), left: weight(left), dashed },
    unicode,
  );
  drawn[name] = character;
  return character;
}
