import { expect, test } from 'vitest';
import { noteReduced, quick } from '../kit/environment.ts';
import { generatedRoot } from '../testbed/generated-root.ts';
import { realList, realListNames } from '../testbed/real-lists.ts';
import { realTree } from '../testbed/real-tree.ts';
import { resolveIn } from '../testbed/resolver.ts';
import { type Comparison, compareEdges } from './edge-comparison.ts';

const generated = quick ? 4 : 60;

function report(name: string, comparisons: readonly Comparison[]): void {
  const sum = (pick: (one: Comparison) => number) => comparisons.reduce((total, one) => total + pick(one), 0);
  const right = sum(one => one.right);
  const extra = sum(one => one.extra.length);
  const missing = sum(one => one.missing.length);
  const precision = right / (right + extra);
  const recall = right / (right + missing);
  console.log(
    `${name}: ${sum(one => one.packages)} packages, ${right + missing} edges,`,
    `precision ${precision.toFixed(5)}, recall ${recall.toFixed(5)},`,
    `${sum(one => one.otherKinds.length)} of other kinds, ${sum(one => one.milliseconds).toFixed(1)} ms`,
  );
}

function differences({ missing, extra, otherKinds }: Comparison): object {
  return { missing, extra, otherKinds };
}

const tree = realTree();
if (!tree) noteReduced('no edges of real lists: TUMPLINE_TEST_DATA has no main.tar.gz');

test.skipIf(!tree).each(quick ? realListNames.slice(3, 8) : realListNames)(
  'the edges of the list %s',
  async name => {
    const made = (await realList(name))!;
    try {
      const resolution = await resolveIn(made.root, made.args);
      expect(resolution.success).toBe(true);
      const comparison = await compareEdges(made.root, made.args, resolution);
      report(name, [comparison]);
      expect(differences(comparison)).toEqual({ missing: [], extra: [], otherKinds: [] });
    } finally {
      made.root.remove();
    }
  },
);

test(`the edges of ${generated} random lists`, async () => {
  const comparisons: Comparison[] = [];
  const different: object[] = [];
  for (let index = 0; index < generated; index += 1) {
    const packages = 25 + (index % 7) * 20;
    const { tree: made, root, args, resolution } = await generatedRoot(`edges ${index}`, { packages });
    const comparison = await compareEdges(root, args, resolution);
    root.remove();
    comparisons.push(comparison);
    const { missing, extra, otherKinds } = comparison;
    if (missing.length + extra.length + otherKinds.length === 0) continue;
    different.push({ seed: made.seed, args: args.join(' '), ...differences(comparison) });
  }
  report(`${generated} random lists`, comparisons);
  expect(different).toEqual([]);
}, 1_200_000);
