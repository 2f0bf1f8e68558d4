import { expect, test } from 'vitest';
import { noteReduced, quick } from '../kit/environment.ts';
import { realList, realListNames } from './real-lists.ts';
import { realTree } from './real-tree.ts';
import { resolveIn } from './resolver.ts';

const tree = realTree();
if (!tree) noteReduced('no lists out of real metadata: TUMPLINE_TEST_DATA has no main.tar.gz');

test.skipIf(!tree).each(quick ? realListNames.slice(0, 4) : realListNames)(
  'the list %s has 5 to 190 packages',
  async name => {
    const made = await realList(name);
    const resolution = await resolveIn(made!.root, made!.args);
    made!.root.remove();
    expect(resolution.success, resolution.output.slice(-700)).toBe(true);
    expect(resolution.mergelist.length).toBeGreaterThanOrEqual(5);
    expect(resolution.mergelist.length).toBeLessThanOrEqual(190);
  },
);
