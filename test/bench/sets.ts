/** What package sets cost: a call without them, one with a clean stamp, the look at their files, their list. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emerge, top } from '../kit/environment.ts';
import { makeRoot, type Root } from '../testbed/root.ts';
import type { Figure } from './figure.ts';
import { milliseconds, overhead } from './front-cost.ts';

const area = 'sets';
const calls = 100;
const looks = 40;
const lists = 20;
const setCount = 100;
const linesEach = 10;

/** 100 sets of 10 lines, the first of which nests all, and one of 1,000 lines. */
async function rootWithSets(): Promise<Root> {
  const names = Array.from({ length: setCount }, (_, at) => `s${at}`);
  const sets = Object.fromEntries(
    names.map((name, at) => [
      name,
      [
        ...Array.from({ length: linesEach }, (_, line) => `cat-${line}/package${at}`),
        ...(at === 0 ? names.slice(1).map(other => `@${other}`) : []),
      ],
    ]),
  );
  sets['big'] = Array.from({ length: 1000 }, (_, line) => `cat-${line % 10}/package-n${line}x`);
  return makeRoot({ observability: false, ebuilds: { 'app-t/a-1': {} }, sets });
}

function select(root: Root, text: string): void {
  writeFileSync(join(root.directory, 'var/lib/portage/world_sets'), text);
}

/** Ours less theirs, one right after the other, each pair in the other order. */
function difference(times: number, ours: () => number, theirs: () => number): number[] {
  const samples: number[] = [];
  for (let sample = -1; sample < times; sample += 1) {
    const before = sample % 2 === 0 ? theirs() : undefined;
    const own = ours();
    if (sample >= 0) samples.push(own - (before ?? theirs()));
    else theirs();
  }
  return samples;
}

export async function* setsFigures(): AsyncGenerator<Figure> {
  const root = await rootWithSets();
  const { environment } = root;
  const named = { ...environment, TUMPLINE_EMERGE: emerge };
  const look = ['-p', 'app-t/a'];
  try {
    const without = { area, name: 'call_without_sets', goal: 5 };
    yield overhead(without, '/bin/true', calls, environment, look);
    select(root, '@s0\n');
    milliseconds(join(top, 'dist/bin/emerge'), look, named);
    if (!existsSync(join(root.directory, 'var/lib/tumpline/sets/stamp'))) throw new Error('no stamp');
    yield overhead({ area, name: 'call_with_clean_stamp', goal: 8 }, '/bin/true', calls, environment, look);
    const bundle = join(top, 'dist/lib/tumpline/sets.cjs');
    const preflight = () => milliseconds('node', [bundle, emerge, '-p', '@big'], environment);
    const node = () => milliseconds('node', ['-e', '0'], environment);
    const samples = difference(looks, preflight, node);
    yield { area, name: 'look_at_1000_lines', unit: 'ms', goal: 20, samples };
    const list = () => milliseconds(join(top, 'dist/bin/tumpline'), ['sets', 'list'], named);
    const portages = () => milliseconds(emerge, ['--list-sets'], environment);
    yield {
      ...{ area, name: 'list_of_100_sets_less_that_of_emerge', unit: 'ms', goal: 0 },
      samples: difference(lists, list, portages),
    };
  } finally {
    root.remove();
  }
}
