/** How far apart two texts are. */

/** Beyond that many changes they are counted without regard to their order. */
const most = 4000;

/** The lines that a shortest way from one text to the other takes out and puts in, as `diff` counts them. */
export function changedLines(before: string, after: string): number {
  const [a, b] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let [endA, endB] = [a.length, b.length];
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) [endA, endB] = [endA - 1, endB - 1];
  return editDistance(a.slice(start, endA), b.slice(start, endB));
}

/** Myers, An O(ND) Difference Algorithm: the furthest point that so many changes reach on each diagonal. */
function editDistance(a: readonly string[], b: readonly string[]): number {
  const all = a.length + b.length;
  const limit = Math.min(all, most);
  const furthest = new Int32Array(2 * limit + 3);
  const at = (diagonal: number) => diagonal + limit + 1;
  for (let changes = 0; changes <= limit; changes += 1) {
    for (let diagonal = -changes; diagonal <= changes; diagonal += 2) {
      const down =
        diagonal === -changes ||
        (diagonal !== changes && furthest[at(diagonal - 1)]! < furthest[at(diagonal + 1)]!);
      let x = down ? furthest[at(diagonal + 1)]! : furthest[at(diagonal - 1)]! + 1;
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x += 1;
      furthest[at(diagonal)] = x;
      if (x >= a.length && x - diagonal >= b.length) return changes;
    }
  }
  return unordered(a, b);
}

function unordered(a: readonly string[], b: readonly string[]): number {
  const count = new Map<string, number>();
  for (const line of a) count.set(line, (count.get(line) ?? 0) + 1);
  for (const line of b) count.set(line, (count.get(line) ?? 0) - 1);
  return [...count.values()].reduce((sum, one) => sum + Math.abs(one), 0);
}
