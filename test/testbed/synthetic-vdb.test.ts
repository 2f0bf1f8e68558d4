import { expect, test } from 'vitest';
import { resolveIn } from './resolver.ts';
import { makeRoot } from './root.ts';
import { syntheticVdb } from './synthetic-vdb.ts';

test('a VDB of 500 is whole: Portage reinstalls one package and nothing else', async () => {
  const { declaration, targets, needs } = syntheticVdb(500);
  expect(targets.length).toBeGreaterThan(100);
  const root = await makeRoot(declaration);
  try {
    expect(root.merged()).toHaveLength(500);
    for (const target of targets.slice(0, 3)) {
      const { mergelist, edges, output } = await resolveIn(root, ['--oneshot', target]);
      expect(mergelist, output).toMatchObject([{ type: 'ebuild', cpv: `${target}-1` }]);
      const reached = edges
        .filter(edge => edge.from === mergelist[0])
        .map(edge => 'cpv' in edge.to && edge.to.cpv);
      for (const needed of needs.get(target)!) expect(reached).toContain(`${needed}-1`);
    }
    const world = await resolveIn(root, ['--update', '--deep', '--newuse', '@world']);
    expect(world.success, world.output).toBe(true);
    expect(world.mergelist).toEqual([]);
  } finally {
    root.remove();
  }
});
