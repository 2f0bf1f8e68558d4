/** Random numbers that are the same on every machine. */

export interface Random {
  /** A whole number, 0 <= n < limit. */
  below(limit: number): number;
  /** True with that probability. */
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** That many different members, in their order. */
  some<T>(list: readonly T[], count: number): T[];
}

/** sfc32, seeded by a string. */
export function seeded(seed: string): Random {
  let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 1];
  function next(): number {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 0x1_0000_0000;
  }
  for (let index = 0; index < seed.length; index += 1) {
    a = (a ^ Math.imul(seed.charCodeAt(index), 0x01000193)) | 0;
    next();
  }
  for (let round = 0; round < 12; round += 1) next();
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    below,
    chance: probability => next() < probability,
    pick: list => list[below(list.length)]!,
    some: (list, count) => {
      const rest = list.map((_, index) => index);
      const chosen: number[] = [];
      while (chosen.length < count && rest.length > 0) chosen.push(...rest.splice(below(rest.length), 1));
      return chosen.sort((x, y) => x - y).map(index => list[index]!);
    },
  };
}
