import { join } from 'node:path';
import { expect, test } from 'vitest';
import { prepareDemo } from './demo.ts';
import { demoTree } from './demo-tree.ts';
import { scratchFolder } from './scratch.ts';

test('the demonstration merges at least 25 packages with at least 60 dependencies among them', async () => {
  const demo = await prepareDemo(join(scratchFolder(), 'root'));
  demo.root.remove();
  expect(demo.packages).toBe(Object.keys(demoTree.ebuilds!).length);
  expect(demo.packages).toBeGreaterThanOrEqual(25);
  expect(demo.dependencies).toBeGreaterThanOrEqual(60);
});
