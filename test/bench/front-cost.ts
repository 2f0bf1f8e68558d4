/** What the front of the wrapper adds to a call. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { top } from '../kit/environment.ts';
import type { Figure } from './figure.ts';

const front = join(top, 'dist/bin/emerge');
/** How many pairs of calls make a sample: emerge's own time scatters by more than we add. */
const turns = 3;

/** Of one call to its end. */
export function milliseconds(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): number {
  const started = performance.now();
  const { status } = spawnSync(command, args, { env: environment, stdio: 'ignore' });
  const took = performance.now() - started;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: exit status ${status}`);
  return took;
}

/**
 * Pairs of calls, one right after the other, each pair in the other order; of every `turns` pairs the fastest calls of
 * both kinds make a sample.
 */
export function overhead(
  figure: Pick<Figure, 'area' | 'name' | 'goal'>,
  program: string,
  times: number,
  environment: Readonly<Record<string, string>>,
  args: readonly string[] = ['--version'],
): Figure {
  const samples: number[] = [];
  // what every shell gives to its commands
  const shell = { ...environment, PWD: process.cwd(), SHLVL: '1', _: front };
  const wrapped = { ...shell, TUMPLINE_EMERGE: program };
  for (let sample = -1; sample < times; sample += 1) {
    const plain: number[] = [];
    const ours: number[] = [];
    for (let turn = 0; turn < turns; turn += 1) {
      const first = (sample * turns + turn) % 2 === 0;
      if (first) plain.push(milliseconds(program, args, shell));
      ours.push(milliseconds(front, args, wrapped));
      if (!first) plain.push(milliseconds(program, args, shell));
    }
    if (sample >= 0) samples.push(Math.min(...ours) - Math.min(...plain));
  }
  return { ...figure, unit: 'ms', samples };
}
