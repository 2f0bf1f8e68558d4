/** The lines of a layout. The strokes are drawn once, a row only when one of its texts changed. */
import { type Canvas, clearTexts, drawText, lineOf } from './canvas.ts';
import { drawStrokes, layoutTexts, type Text } from './drawing.ts';
import type { Palette, PictureInput } from './model.ts';
import type { Layout, Placed } from './shapes.ts';

interface Kept {
  readonly color: boolean;
  readonly palette: Palette;
  readonly canvas: Canvas;
  readonly arrows: readonly Text[];
  /** What stands in each row, and the line made of it. */
  readonly said: string[];
  readonly lines: string[];
}

/** A layout is for one size and one set of characters, so that neither is asked again. */
const kept = new WeakMap<Placed, Kept>();

export function layoutLines(input: PictureInput, layout: Layout, rows: number, palette: Palette): string[] {
  const { style } = input;
  let known = kept.get(layout.placed);
  if (known === undefined || known.color !== style.color || known.palette !== palette) {
    const { canvas, arrows } = drawStrokes(input, layout, rows);
    known = { color: style.color, palette, canvas, arrows, said: [], lines: [] };
    kept.set(layout.placed, known);
  }
  const texts: Text[][] = Array.from({ length: rows }, () => []);
  for (const text of layoutTexts(input, layout)) texts[text.row]?.push(text);
  for (let row = 0; row < rows; row++) {
    let said = '';
    for (const { x, text, role } of texts[row] as Text[]) said += `${x} ${role} ${text}\n`;
    if (known.said[row] === said) continue;
    clearTexts(known.canvas, row);
    for (const { x, text, role } of known.arrows.filter(arrow => arrow.row === row))
      drawText(known.canvas, x, row, text, role);
    for (const { x, text, role } of texts[row] as Text[]) drawText(known.canvas, x, row, text, role);
    known.said[row] = said;
    known.lines[row] = lineOf(known.canvas, row, style, palette);
  }
  return [...known.lines];
}
