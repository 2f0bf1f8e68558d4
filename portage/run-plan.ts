/** A list to be merged as Portage's scheduler sees it: who takes how long, and who waits for whom. */
import type { PackageForecast } from './forecast.ts';
import { type GraphIndex, reduceTransitively } from './graph.ts';

export interface ScheduleOptions {
  /** `--jobs`; Infinity without a limit. */
  readonly jobs: number;
  readonly mergeWait: boolean;
  readonly contention: number;
}

/** What does not change while a list is merged. */
export interface Plan extends ScheduleOptions {
  readonly index: GraphIndex;
  readonly forecasts: readonly PackageForecast[];
  /** By position, earlier ones only: what must be merged before it is started. */
  readonly needs: readonly (readonly number[])[];
  readonly neededBy: readonly (readonly number[])[];
}

export function planRun(
  index: GraphIndex,
  forecasts: ReadonlyMap<string, PackageForecast>,
  options: ScheduleOptions,
): Plan {
  const needs = needsOf(index);
  const neededBy: number[][] = needs.map(() => []);
  needs.forEach((list, at) => {
    for (const to of list) neededBy[to]?.push(at);
  });
  const nothing: PackageForecast = { build: 0, merge: 0, known: true };
  return {
    ...options,
    index,
    forecasts: index.graph.nodes.map(({ id }) => forecasts.get(id) ?? nothing),
    needs,
    neededBy,
  };
}

/**
 * A package waits for all that its dependencies need as well, merged or not, but not for what comes after it in merge
 * order. So circles count through what is earlier.
 */
function needsOf(index: GraphIndex): number[][] {
  const size = index.graph.nodes.length;
  const words = (size + 31) >>> 5;
  const reach = new Uint32Array(size * words);
  const direct = index.dependencies.map((list, at) => [
    ...list,
    ...(index.against[at] ?? []).filter(to => isWaitedFor(index, at, to)),
  ]);
  for (let changed = true; changed; ) {
    changed = false;
    for (let at = 0; at < size; at++) if (widen(reach, words, at, direct[at]!)) changed = true;
  }
  const all = direct.map((_, at) => {
    const list: number[] = [];
    for (let to = 0; to < at; to++) if ((reach[at * words + (to >>> 5)]! >>> (to & 31)) & 1) list.push(to);
    return list;
  });
  return reduceTransitively(all);
}

/** Since Portage 3.0.83 a package in a circle does not wait for what is only wanted after it. */
function isWaitedFor(index: GraphIndex, from: number, to: number): boolean {
  return index.edge(from, to)?.kinds.some(kind => kind !== 'pdepend') ?? false;
}

function widen(reach: Uint32Array, words: number, at: number, direct: readonly number[]): boolean {
  let changed = false;
  const own = at * words;
  for (const to of direct) {
    const other = to * words;
    for (let word = 0; word < words; word++) {
      const before = reach[own + word]!;
      const bit = word === to >>> 5 ? 1 << (to & 31) : 0;
      const after = (before | reach[other + word]! | bit) >>> 0;
      if (after === before) continue;
      reach[own + word] = after;
      changed = true;
    }
  }
  return changed;
}
