/** A connected part of a scene in columns: longest paths, short lines, and bends where a line passes a column. Pure. */

export interface Line {
  readonly left: number;
  readonly right: number;
  /** Lines share bends only with their like. */
  readonly dashed: boolean;
}

export interface Layered {
  /** Column by item; the first items are the nodes, the others bends. */
  readonly column: readonly number[];
  /** Items by column. */
  readonly columns: readonly (readonly number[])[];
  /** By line: its items from left to right, both ends included. */
  readonly ways: readonly (readonly number[])[];
  /** Pairs of items in neighbouring columns, each once. */
  readonly joints: readonly (readonly [left: number, right: number])[];
}

/** Nodes are 0 … count - 1; a line leads from a lower to a higher one. */
export function layered(count: number, lines: readonly Line[]): Layered {
  const column = shorten(longest(count, lines), lines);
  const items = [...column];
  const ways = bend(items, lines);
  const columns: number[][] = Array.from({ length: Math.max(0, ...items) + 1 }, () => []);
  items.forEach((at, item) => {
    columns[at]?.push(item);
  });
  const joints = new Map<string, readonly [number, number]>();
  for (const way of ways) {
    for (let at = 1; at < way.length; at++)
      joints.set(`${way[at - 1]} ${way[at]}`, [way[at - 1] as number, way[at] as number]);
  }
  return { column: items, columns, ways, joints: [...joints.values()] };
}

function longest(count: number, lines: readonly Line[]): number[] {
  const column = new Array<number>(count).fill(0);
  for (const { left, right } of lines.toSorted((a, b) => a.right - b.right || a.left - b.left))
    column[right] = Math.max(column[right] as number, (column[left] as number) + 1);
  return column;
}

/** Moves nodes, one by one and together with what hangs on them, where that makes the lines shorter. */
function shorten(column: number[], lines: readonly Line[]): number[] {
  const onLeft: number[][] = column.map(() => []);
  const onRight: number[][] = column.map(() => []);
  for (const { left, right } of lines) {
    onLeft[right]?.push(left);
    onRight[left]?.push(right);
  }
  const slack = (from: number, to: number) => (column[to] as number) - (column[from] as number) - 1;
  for (let moved = true, round = 0; moved && round < 20; round++) {
    moved = false;
    for (let start = column.length - 1; start >= 0; start--) {
      // what touches it on the right moves along, what it touches on the left may stay or come with it
      const group = new Set([start]);
      for (const node of group)
        for (const other of onRight[node] ?? []) if (slack(node, other) === 0) group.add(other);
      let gain = 0;
      let room = Number.POSITIVE_INFINITY;
      for (const node of group) {
        for (const other of onRight[node] ?? []) {
          if (group.has(other)) continue;
          gain++;
          room = Math.min(room, slack(node, other));
        }
        gain -= (onLeft[node] ?? []).filter(other => !group.has(other)).length;
      }
      if (gain <= 0 || room === 0 || room === Number.POSITIVE_INFINITY) continue;
      for (const node of group) column[node] = (column[node] as number) + room;
      moved = true;
    }
  }
  const first = Math.min(...column, Number.POSITIVE_INFINITY);
  return column.map(at => at - first);
}

/** Lines over more than one column share their bends with others of the same end, whichever has more of them. */
function bend(items: number[], lines: readonly Line[]): number[][] {
  const nodes = [...items];
  const span = ({ left, right }: Line) => (nodes[right] as number) - (nodes[left] as number);
  const crowd = (side: 'left' | 'right', node: number, dashed: boolean) =>
    lines.filter(line => line[side] === node && line.dashed === dashed && span(line) > 1).length;
  const known = new Map<string, number>();
  return lines.map(line => {
    const { left, right, dashed } = line;
    const byLeft = crowd('left', left, dashed) >= crowd('right', right, dashed);
    const way = [left];
    for (let at = (nodes[left] as number) + 1; at < (nodes[right] as number); at++) {
      const key = `${byLeft ? `> ${left}` : `< ${right}`} ${dashed} ${at}`;
      const item = known.get(key) ?? items.push(at) - 1;
      known.set(key, item);
      way.push(item);
    }
    way.push(right);
    return way;
  });
}
