/** Lists that are no first merge: upgrades, slot rebuilds, several slots, binaries, uninstalls, other roots. */
import { expect, test } from 'vitest';
import { noteReduced, quick } from '../kit/environment.ts';
import { generatedRun, type RunKind, runKinds } from '../testbed/generated-run.ts';
import { type Comparison, compareEdges } from './edge-comparison.ts';

// a step that goes through the kinds
const numbers = Array.from({ length: 140 }, (_, number) => number).filter(
  number => !quick || number % 17 === 0,
);
if (quick) noteReduced(`${numbers.length} instead of 140 lists of every kind`);

/** How many of the lists have to hold each. */
const least: Record<RunKind, number> = {
  upgrade: 60,
  'old in the graph': 8,
  'slot rebuild': 25,
  'several slots': 35,
  binary: 20,
  'other dependencies': 15,
  uninstall: 18,
  'deep newuse': 30,
  'other root': 20,
};

interface Row {
  lists: number;
  edges: number;
  right: number;
  extra: number;
}

function count(row: Row, { right, missing, extra }: Comparison): void {
  row.lists += 1;
  row.edges += right + missing.length;
  row.right += right;
  row.extra += extra.length;
}

function rowText(name: string, { lists: number, edges, right, extra }: Row): string {
  const precision = (right / (right + extra)).toFixed(5);
  return `${name}: ${number} lists, ${edges} edges, precision ${precision}, recall ${(right / edges).toFixed(5)}`;
}

test(`the edges of ${numbers.length} lists of every kind`, async () => {
  const empty = (): Row => ({ lists: 0, edges: 0, right: 0, extra: 0 });
  const all = empty();
  const rows = new Map(runKinds.map(kind => [kind, empty()] as const));
  const different: object[] = [];
  for (const number of numbers) {
    const { tree, root, args, resolution, kinds } = await generatedRun(number);
    const comparison = await compareEdges(root, args, resolution);
    root.remove();
    count(all, comparison);
    for (const kind of kinds) count(rows.get(kind)!, comparison);
    const { missing, extra, otherKinds } = comparison;
    if (missing.length + extra.length + otherKinds.length === 0) continue;
    different.push({ seed: tree.seed, args: args.join(' '), missing, extra, otherKinds });
  }
  console.log([...rows].map(([kind, row]) => rowText(kind, row)).join('\n'));
  console.log(rowText('all', all));
  expect(different).toEqual([]);
  // what is compared has to be there
  const wanted = (kind: RunKind) => Math.floor(least[kind] / (quick ? 20 : 1));
  expect(runKinds.filter(kind => rows.get(kind)!.lists < wanted(kind))).toEqual([]);
}, 1_800_000);
