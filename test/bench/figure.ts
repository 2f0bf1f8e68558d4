/** A measured figure, its goal and what may be said of the two. */

export interface Figure {
  readonly area: string;
  readonly name: string;
  readonly unit: string;
  /** The value must not exceed it. */
  readonly goal: number;
  /** One per repetition. */
  readonly samples: readonly number[];
}

export type Verdict = 'ok' | 'missed' | 'noisy';

export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** Between which samples the true median lies, 19 times out of 20; all of them where there are few. */
export function spread(samples: readonly number[]): [number, number] {
  const sorted = [...samples].sort((a, b) => a - b);
  const n = sorted.length;
  const reach = Math.floor(n / 2 - 0.98 * Math.sqrt(n));
  const low = Math.max(0, Math.min(reach, n - 1));
  return [sorted[low] ?? Number.NaN, sorted[n - 1 - low] ?? Number.NaN];
}

/** noisy: the spread of the repetitions holds the goal, so that neither may be said. */
export function verdict({ samples, goal }: Figure): Verdict {
  const [low, high] = spread(samples);
  if (high <= goal) return 'ok';
  return low > goal ? 'missed' : 'noisy';
}

function rounded(value: number): string {
  return Number(value.toPrecision(3)).toString();
}

export function figureLine(figure: Figure): string {
  const { area, name, unit, goal, samples } = figure;
  return `${area}.${name} ${rounded(median(samples))} ${unit} (goal <= ${rounded(goal)}) ${verdict(figure)}`;
}

export function figureRow(figure: Figure): string {
  const [low, high] = spread(figure.samples);
  const { unit, goal, samples } = figure;
  const value = `${rounded(median(samples))} ${unit}`;
  return `| ${figure.name} | ${value} | ${rounded(low)} - ${rounded(high)} (${samples.length}) | <= ${rounded(goal)} ${unit} | ${verdict(figure)} |`;
}
