import { expect, test } from 'vitest';
import { generatedRoot } from './generated-root.ts';
import { generateTree } from './generated-tree.ts';
import { seeded } from './random.ts';

test('the same seed gives the same tree, another seed another', () => {
  const text = (seed: string) => JSON.stringify(generateTree(seed, { packages: 40 }));
  expect(text('a')).toBe(text('a'));
  expect(text('a')).not.toBe(text('b'));
});

test('random numbers are spread evenly', () => {
  const random = seeded('spread');
  const counts = Array.from({ length: 10 }, () => 0);
  for (let index = 0; index < 10_000; index += 1) counts[random.below(10)]! += 1;
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

test('generated trees resolve, and have the shape of real ones', async () => {
  for (let i = 0; i < 40; i++) {
    const t = Date.now();
    const { tree, args, root, resolution } = await generatedRoot(`shape ${i}`, { packages: 30 + i });
    const merged = resolution.mergelist;
    const at = new Map(merged.map((n, i) => [n, i]));
    const e = resolution.edges.filter(e => at.has(e.from) && at.has(e.to));
    const against = e.filter(e => at.get(e.from)! < at.get(e.to)!).length;
    console.log(
      tree.seed,
      args.join(' '),
      'list',
      merged.length,
      'installed',
      root.merged().length,
      'edges',
      e.length,
      'against',
      against,
      'blockers',
      merged.filter(n => n.type === 'blocker').length,
      Date.now() - t,
    );
    root.remove();
  }
});
