/** Random choices that a seed repeats. */

export interface Random {
  /** 0 <= result < 1 */
  (): number;
  /** A whole number, 0 <= result < below. */
  below(below: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** Each of them with this probability, in their order. */
  some<T>(from: readonly T[], probability?: number): T[];
}

/** The generator known as mulberry32. */
export function random(seed: number): Random {
  let state = seed | 0;
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  const below = (limit: number) => Math.floor(next() * limit);
  return Object.assign(next, {
    below,
    chance: (probability: number) => next() < probability,
    pick: <T>(from: readonly T[]) => from[below(from.length)]!,
    some: <T>(from: readonly T[], probability = 0.5) => from.filter(() => next() < probability),
  });
}
