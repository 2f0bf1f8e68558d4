/** Real Portage decides: what a closure generates must resolve as the whole overlay does in which all else is masked. */

import { afterAll, describe, expect, test } from 'vitest';
import type { Closure } from '../../../portage/closure.ts';
import { filesBelow } from '../../../system/tree.ts';
import { noteReduced, quick } from '../../kit/environment.ts';
import { type OverlayWorld, overlayWorld, pretend, seenIn } from '../../testbed/overlay-world.ts';
import { randomOverlays } from '../../testbed/random-overlays.ts';
import { toyWorlds } from './toy-worlds.ts';

const worlds = new Map<string, Promise<OverlayWorld>>();

function worldOf(name: string, make: () => Promise<OverlayWorld>): Promise<OverlayWorld> {
  const world = worlds.get(name) ?? make();
  worlds.set(name, world);
  return world;
}

afterAll(async () => {
  for (const world of worlds.values()) (await world).remove();
});

interface Comparison {
  /** target -> whether it resolves with one of the flags at least, and what Portage said if not */
  readonly resolved: ReadonlyMap<string, string | true>;
  readonly closure: Closure;
}

/** Fails where the two ways differ: in what is merged for any target, or in any variable of a copied version. */
async function compare(
  world: OverlayWorld,
  list: string,
  flags: readonly string[] = [''],
): Promise<Comparison> {
  const closure = await world.closure(list);
  const whole = world.masked(closure);
  const generated = await world.generated(closure);
  const targets = closure.packages
    .filter(({ because }) => because[0]?.kind === 'selected')
    .flatMap(({ overlay, cpvs }) => cpvs.map(cpv => `=${cpv}::${overlay}`));
  const resolved = new Map<string, string | true>();
  for (const target of targets) {
    for (const USE of flags) {
      const expected = await pretend(world, whole, [target], { USE });
      const { success, merges } = await pretend(world, generated, [target], { USE });
      expect([target, success, merges]).toEqual([target, expected.success, expected.merges]);
      if (resolved.get(target) !== true) resolved.set(target, success || expected.said);
    }
  }
  const versions = closure.packages.flatMap(({ overlay, cpvs }) => cpvs.map(cpv => [overlay, cpv] as const));
  const [expected = []] = await seenIn(world, [whole], versions);
  const [found = []] = await seenIn(world, [generated], versions, true);
  expect(expected.map(({ metadata }) => metadata)).not.toContain(null);
  expect(found.map(({ metadata }) => metadata)).toEqual(expected.map(({ metadata }) => metadata));
  return { resolved, closure };
}

const all = Object.entries(toyWorlds).flatMap(([name, { lists }]) =>
  lists.map(list => [name, list] as const),
);
const seeds = Array.from({ length: quick ? 0 : 8 }, (_, at) => `overlays ${at}`);
if (quick) noteReduced('of the lists of overlay packages only one is tried against Portage');

describe('what is generated resolves as the whole', () => {
  test.each(quick ? all.slice(0, 1) : all)('%s: %j', async (name, list) => {
    const { main, overlays, flags, unresolvable = [] } = toyWorlds[name]!;
    const world = await worldOf(name, () => overlayWorld(main, overlays));
    const { resolved } = await compare(world, list, flags);
    expect(resolved).not.toEqual(new Map());
    for (const [target, said] of resolved)
      expect(said === true, `${target}: ${said}`).toBe(!unresolvable.includes(target));
  });

  test.each(seeds)(
    'by chance: %s',
    async seed => {
      const { main, overlays, lists } = randomOverlays(seed);
      const world = await overlayWorld(main, overlays);
      try {
        for (const list of lists) await compare(world, list, ['', 'f g h']);
      } finally {
        world.remove();
      }
    },
    240_000,
  );
});

/** Belongs to the whole package or repository by PMS; Portage does not read it while it resolves, or only complains. */
const unread = /\/(?:metadata\.xml|ChangeLog|layout\.conf)$|^profiles\/repo_name$|^[^/]+\/[^/]+\/files\//;

describe('nothing can be left out', () => {
  test.each(
    quick
      ? []
      : [
          'eclasses that shade those of main',
          'masters that are overlays',
          'versions, names and masks',
          'thick manifests',
        ],
  )(
    '%s',
    async name => {
      const { main, overlays, lists } = toyWorlds[name]!;
      const world = await worldOf(name, () => overlayWorld(main, overlays));
      for (const list of lists.slice(0, 1)) {
        const closure = await world.closure(list);
        const versions = closure.packages.flatMap(({ overlay, cpvs }) =>
          cpvs.map(cpv => [overlay, cpv] as const),
        );
        const whole = await world.generated(closure);
        const paths = [...whole.locations].flatMap(([overlay, location]) =>
          filesBelow(location)
            .filter(path => !unread.test(path))
            .map(path => ({ overlay, path })),
        );
        const less = [];
        for (const { overlay, path } of paths)
          less.push(await world.generated(closure, { overlay, paths: [path] }));
        const [all, ...without] = await seenIn(world, [whole, ...less], versions, true);
        for (const [at, seen] of without.entries()) expect(seen, JSON.stringify(paths[at])).not.toEqual(all);
      }
    },
    240_000,
  );
});
