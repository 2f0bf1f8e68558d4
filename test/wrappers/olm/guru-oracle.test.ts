/** Real metadata: GURU over a hollow main repository, which has what is named everywhere, and needs nothing itself. */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseOverlayList } from '../../../portage/files/overlay-list.ts';
import { noteReduced, quick, realData } from '../../kit/environment.ts';
import type { EbuildDeclaration } from '../../testbed/declaration.ts';
import { md5CacheRepository, missingStubs } from '../../testbed/md5-cache-repository.ts';
import { type OverlayWorld, overlayWorld, pretend } from '../../testbed/overlay-world.ts';
import { seeded } from '../../testbed/random.ts';
import { realOverlay, realTree } from '../../testbed/real-tree.ts';
import { splitCpv } from '../../testbed/repository.ts';
import { scratchFolder } from '../../testbed/scratch.ts';

const count = 30;
const skipped = quick || realData() === undefined;
if (skipped) noteReduced('GURU is not compared with what olm makes of it');

type Ebuilds = Record<string, EbuildDeclaration>;

/** Without what would need flags that only a user can choose. */
function free(ebuilds: Readonly<Ebuilds>): Ebuilds {
  return Object.fromEntries(
    Object.entries(ebuilds).map(([cpv, { REQUIRED_USE: _, ...kept }]) => [
      cpv,
      { ...kept, KEYWORDS: 'amd64' },
    ]),
  );
}

/** Versions, slots and flags, and no dependencies. */
function hollow(ebuilds: Readonly<Ebuilds>): Ebuilds {
  return Object.fromEntries(
    Object.entries(ebuilds).map(([cpv, { EAPI, SLOT, IUSE }]) => [
      cpv,
      { EAPI: EAPI ?? '8', SLOT: SLOT ?? '0', IUSE: IUSE ?? '', KEYWORDS: 'amd64' },
    ]),
  );
}

const folder = skipped ? '' : scratchFolder();
let world: OverlayWorld | undefined;
afterAll(() => {
  world?.remove();
  if (folder !== '') rmSync(folder, { recursive: true, force: true });
});

test.skipIf(skipped)('packages of GURU resolve as in the whole of it', { timeout: 600_000 }, async () => {
  const guru = free(realOverlay()!.ebuilds);
  const main = { ...missingStubs(guru), ...hollow(realTree()!.ebuilds) };
  const location = join(folder, 'guru');
  md5CacheRepository(location, guru, { name: 'guru', masters: 'testbed' });
  world = await overlayWorld({ ebuilds: main }, {}, { guru: { location, masters: ['testbed'] } });

  const everything = await world.closure('*/*::guru');
  expect(everything.packages).toHaveLength(2297);
  expect(everything.unknown).toEqual([]);
  // what main lacks is a version or slot that the subset does not have
  expect(everything.missing.filter(({ note }) => note === undefined)).toEqual([]);

  const next = seeded('guru');
  const names = [...new Set(Object.keys(guru).map(cpv => `${splitCpv(cpv).category}/${splitCpv(cpv).pn}`))];
  const chosen = new Set(['app-text/frog', ...next.some(names, count)]);
  const whole = world.whole();
  let resolved = 0;
  for (const cp of chosen) {
    const closure = await world.closure(`${cp}::guru`);
    expect(parseOverlayList(`${cp}::guru`, '').problems).toEqual([]);
    const target = `${cp}::guru`;
    const generated = await pretend(world, await world.generated(closure), [target]);
    const masked = await pretend(world, world.masked(closure), [target]);
    expect([target, generated.success, generated.merges]).toEqual([target, masked.success, masked.merges]);
    if (generated.success) resolved += 1;
    // nothing that the overlay has would have helped
    else expect([target, (await pretend(world, whole, [target])).success]).toEqual([target, false]);
  }
  expect(resolved).toBeGreaterThan(count / 2);
});
