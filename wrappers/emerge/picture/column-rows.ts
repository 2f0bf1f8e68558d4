/** The cheapest rows for one column, over rows from the top and over how many of each kind are already placed. */

/**
 * Items are told apart by class only: `counts` by class, `single` the price of one in a row (infinite where it can't
 * stand), `above` the price of one of the first class above one of the second. Rows by class, ascending; undefined
 * where they don't fit.
 */
export function bestRows(
  single: readonly (readonly number[])[],
  above: readonly (readonly number[])[],
  counts: readonly number[],
  height: number,
): number[][] | undefined {
  const classes = counts.length;
  const strides: number[] = [];
  let states = 1;
  for (const count of counts) {
    strides.push(states);
    states *= count + 1;
  }
  const below = pricesBelow(above, counts, strides, states);
  const cost = new Float64Array((height + 1) * states).fill(Number.POSITIVE_INFINITY);
  const choice = new Int8Array((height + 1) * states).fill(-1);
  cost[0] = 0;
  for (let row = 0; row < height; row++) {
    const here = row * states;
    const next = here + states;
    for (let state = 0; state < states; state++) {
      const sum = cost[here + state] as number;
      if (sum === Number.POSITIVE_INFINITY) continue;
      if (sum < (cost[next + state] as number)) {
        cost[next + state] = sum;
        choice[next + state] = -1;
      }
      for (let one = 0; one < classes; one++) {
        const stride = strides[one] as number;
        const count = counts[one] as number;
        if (Math.floor(state / stride) % (count + 1) === count) continue;
        const to = next + state + stride;
        const more =
          sum + ((single[one] as number[])[row] as number) + (below[state * classes + one] as number);
        if (more < (cost[to] as number)) {
          cost[to] = more;
          choice[to] = one;
        }
      }
    }
  }
  if (cost[height * states + states - 1] === Number.POSITIVE_INFINITY) return undefined;
  const rows: number[][] = counts.map(() => []);
  for (let row = height, state = states - 1; row > 0; row--) {
    const one = choice[row * states + state] as number;
    if (one < 0) continue;
    rows[one]?.unshift(row - 1);
    state -= strides[one] as number;
  }
  return rows;
}

/** By state and class: the price of putting one of that class below all that the state holds. */
function pricesBelow(
  above: readonly (readonly number[])[],
  counts: readonly number[],
  strides: readonly number[],
  states: number,
): Float64Array {
  const classes = counts.length;
  const below = new Float64Array(states * classes);
  for (let state = 1; state < states; state++) {
    // the state without one of its last class
    let last = classes - 1;
    while ((strides[last] as number) > state) last--;
    const rest = state - (strides[last] as number);
    const own = above[last] as readonly number[];
    for (let one = 0; one < classes; one++) {
      below[state * classes + one] = (below[rest * classes + one] as number) + (own[one] as number);
    }
  }
  return below;
}
