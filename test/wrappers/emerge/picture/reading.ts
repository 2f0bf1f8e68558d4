/** Reads a drawn picture back, as an eye does that knows only the characters and where the names stand. */
import type { Frame } from '../../../../wrappers/emerge/picture/model.ts';
import { plain } from './sample.ts';

type Side = 'up' | 'right' | 'down' | 'left';

const sides: Readonly<Record<Side, string>> = {
  up: '╵╹│┃╎╿╽└┕┖┗╰┘┙┚┛╯├┝┞┟┠┡┢┣┤┥┦┧┨┩┪┫┴┵┶┷┸┹┺┻┼┽┾┿╀╁╂╃╄╅╆╇╈╉╊╋',
  down: '╷╻│┃╎╿╽┌┍┎┏╭┐┑┒┓╮├┝┞┟┠┡┢┣┤┥┦┧┨┩┪┫┬┭┮┯┰┱┲┳┼┽┾┿╀╁╂╃╄╅╆╇╈╉╊╋',
  right: '╶╺─━╌╼╾┌┍┎┏╭└┕┖┗╰├┝┞┟┠┡┢┣┬┭┮┯┰┱┲┳┴┵┶┷┸┹┺┻┼┽┾┿╀╁╂╃╄╅╆╇╈╉╊╋',
  left: '╴╸─━╌╼╾┐┑┒┓╮┘┙┚┛╯┤┥┦┧┨┩┪┫┬┭┮┯┰┱┲┳┴┵┶┷┸┹┺┻┼┽┾┿╀╁╂╃╄╅╆╇╈╉╊╋',
};

export interface Label {
  readonly id: string;
  readonly row: number;
  readonly from: number;
  /** First cell behind. */
  readonly to: number;
}

/** Where the names stand, found in the text itself. */
export function labelsOf(frame: Frame): Label[] {
  const layout = frame.layout;
  if (layout === undefined) return [];
  const lines = plain(frame).split('\n');
  const focus = new Set(frame.focus);
  return layout.view.nodes.map(node => {
    const row = layout.rows.get(node.id) ?? -1;
    const column = layout.columns[layout.layers.items.find(item => item.key === node.id)?.column ?? -1];
    const from = column?.x ?? -1;
    const name = layout.names.get(node.id) ?? '?';
    const line = lines[row] ?? '';
    if (line.slice(from + 2, from + 2 + name.length) !== name) throw new Error(`${name} is not in its place`);
    const wall = focus.has(node.id) ? line.slice(from + 2).search(/[┃\]]/) + 1 : name.length;
    return { id: node.id, row, from, to: from + 2 + wall };
  });
}

/** `left -> right` for every way along the strokes; throws at a loose end or a line that touches a name. */
export function readConnections(frame: Frame): Set<string> {
  return connectionsIn(plain(frame).split('\n').slice(0, -1), labelsOf(frame));
}

/** The same in the rows of a picture without the row of counts. */
export function connectionsIn(rows: readonly string[], labels: readonly Label[]): Set<string> {
  const lines = rows.map(line => [...line]);
  for (const label of labels) {
    for (let x = label.from; x < label.to; x++) {
      const cells = lines[label.row] ?? [];
      if (x > label.from && x < label.to - 1 && has(cells[x], 'right'))
        throw new Error(`a line in ${label.id}`);
      cells[x] = ' ';
    }
  }
  const inked = new Set<string>();
  lines.forEach((cells, row) => {
    cells.forEach((cell, x) => {
      if (has(cell, 'left') || has(cell, 'right') || has(cell, 'up') || has(cell, 'down'))
        inked.add(`${x},${row}`);
    });
  });
  const found = new Set<string>();
  for (const label of labels) {
    const seen = new Set<string>();
    const enter = (x: number, row: number, by: Side): void => {
      const cell = lines[row]?.[x];
      if (cell === '▸' && by === 'left') {
        const end = labels.find(other => other.row === row && other.from === x + 2);
        if (end === undefined) throw new Error(`an arrow to nothing at ${x},${row}`);
        found.add(`${label.id} -> ${end.id}`);
        return;
      }
      // a line that meets a stroke with no arm for it passes below
      if (
        by === 'left' &&
        !has(cell, 'left') &&
        has(cell, 'up') &&
        has(cell, 'down') &&
        !has(cell, 'right')
      ) {
        enter(x + 1, row, 'left');
        return;
      }
      if (!has(cell, by)) throw new Error(`a loose end at ${x},${row} (${cell})`);
      inked.delete(`${x},${row}`);
      if (seen.has(`${x},${row}`)) return;
      seen.add(`${x},${row}`);
      if (has(cell, 'right')) enter(x + 1, row, 'left');
      if (has(cell, 'up') && by !== 'up') enter(x, row - 1, 'down');
      if (has(cell, 'down') && by !== 'down') enter(x, row + 1, 'up');
    };
    if (has(lines[label.row]?.[label.to + 1], 'left')) enter(label.to + 1, label.row, 'left');
  }
  if (inked.size > 0) throw new Error(`strokes that lead nowhere: ${[...inked].join(' ')}`);
  return found;
}

/** Whether a stroke reaches that side of the cell. */
export function has(cell: string | undefined, side: Side): boolean {
  return cell !== undefined && cell !== ' ' && sides[side].includes(cell);
}
