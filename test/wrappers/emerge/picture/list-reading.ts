/** Reads a list back, as an eye does: a lane runs down from its mark, and a line in a row leads to the mark of that row. */
import type { Frame } from '../../../../wrappers/emerge/picture/model.ts';
import { has } from './reading.ts';
import { plain } from './sample.ts';

const marks = '✔●◐○◎✘⊘·';
const heavySides = '━┃┏┓┗┛┣┫┳┻╋┡┩┢┪┯┷┠┨┝┥┞┦┟┧┭┮┱┲┵┶┹┺┽┾╀╁╂╃╄╅╆╇╈╉╊┕┙┖┚┍┑┎┒';

/** `left -> right` for every way along the strokes, and whether every stroke of it has a heavy part; throws at a loose end, and where a mark or a name isn't in its place. */
export function readList(frame: Frame): Map<string, boolean> {
  const { list } = frame;
  if (list === undefined) return new Map();
  const lines = plain(frame)
    .split('\n')
    .slice(0, -1)
    .map(line => [...line]);
  const ids = new Map<string, string>();
  for (const { id } of list.view.nodes) {
    const [row, x, start] = [list.rows.get(id) ?? -1, list.lanes.get(id) ?? -1, list.starts.get(id) ?? -1];
    const cells = lines[row] ?? [];
    const name = list.names.get(id) ?? '?';
    if (!marks.includes(cells[x] ?? ' ') || ids.has(`${x},${row}`))
      throw new Error(`${id} has no mark at ${x},${row}`);
    if (cells.slice(start, start + name.length).join('') !== name)
      throw new Error(`${name} is not in its place`);
    ids.set(`${x},${row}`, id);
    // behind the name there are no lines
    cells.splice(start);
  }
  if (list.unseen.length > 0) lines.pop();
  const unread = new Set<string>();
  lines.forEach((cells, row) => {
    cells.forEach((cell, x) => {
      if ((['up', 'right', 'down', 'left'] as const).some(side => has(cell, side))) unread.add(`${x},${row}`);
      else if (cell !== ' ' && !ids.has(`${x},${row}`)) throw new Error(`${cell} at ${x},${row}`);
    });
  });
  const byRow = new Map([...list.rows].map(([id, row]) => [row, id]));
  const found = new Map<string, boolean>();
  for (const [at, id] of ids) {
    const [x = -1, row = -1] = at.split(',').map(Number);
    const flat = (from: number, y: number, step: 1 | -1, heavy: boolean): void => {
      const [back, on] = step > 0 ? (['left', 'right'] as const) : (['right', 'left'] as const);
      const cell = lines[y]?.[from];
      const end = ids.get(`${from},${y}`);
      if (end !== undefined) {
        found.set(`${id} -> ${end}`, heavy);
        return;
      }
      unread.delete(`${from},${y}`);
      if (!has(cell, back)) {
        // below a lane that goes on
        if (!has(cell, 'up') || !has(cell, 'down')) throw new Error(`a loose end at ${from},${y} (${cell})`);
        flat(from + step, y, step, heavy);
        return;
      }
      const still = heavy && heavySides.includes(cell ?? ' ');
      // an eye that doesn't know that lines never turn into lanes
      if (has(cell, 'down')) steep(from, y + 1, still);
      if (!has(cell, on)) throw new Error(`a line that ends at ${from},${y} (${cell})`);
      flat(from + step, y, step, still);
    };
    const steep = (at: number, y: number, heavy: boolean): void => {
      const cell = lines[y]?.[at];
      if (ids.has(`${at},${y}`)) throw new Error(`a lane runs into a mark at ${at},${y}`);
      if (!has(cell, 'up')) throw new Error(`a loose end at ${at},${y} (${cell})`);
      unread.delete(`${at},${y}`);
      const still = heavy && heavySides.includes(cell ?? ' ');
      // towards the mark; from the other side come others' lines
      const toRight = at < (list.lanes.get(byRow.get(y) ?? '') ?? -1);
      if (toRight && has(cell, 'right')) flat(at + 1, y, 1, still);
      if (!toRight && has(cell, 'left')) flat(at - 1, y, -1, still);
      if (has(cell, 'down')) steep(at, y + 1, still);
    };
    if (has(lines[row + 1]?.[x], 'up')) steep(x, row + 1, true);
    if (has(lines[row - 1]?.[x], 'down')) throw new Error(`a lane ends above the mark at ${x},${row}`);
  }
  if (unread.size > 0) throw new Error(`strokes that lead nowhere: ${[...unread].join(' ')}`);
  return found;
}
