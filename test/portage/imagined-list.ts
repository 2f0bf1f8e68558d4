/** A merge list out of nothing: mostly something basic that everyone needs, or something close; some circles. */
import type { Random } from '../testbed/random.ts';

export interface NeedingPackage {
  readonly cpv: string;
  readonly needs: readonly string[];
}

export function randomList(random: Random, size: number, circles = 0.05): NeedingPackage[] {
  const cpvs = Array.from(
    { length: size },
    (_, at) => `${random.pick(['app-a', 'dev-b', 'sys-c'])}/p${at}-1`,
  );
  return cpvs.map((cpv, at) => {
    const needs = new Set<string>();
    for (let count = random.below(4); at > 0 && count > 0; count--) {
      const near = at - 1 - Math.floor((random.below(1000) / 1000) ** 2 * at);
      needs.add(cpvs[random.chance(0.35) ? random.below(Math.min(at, 8)) : near]!);
    }
    const later = cpvs.slice(at + 1, at + 8);
    if (later.length > 0 && random.chance(circles)) needs.add(random.pick(later));
    return { cpv, needs: [...needs] };
  });
}
