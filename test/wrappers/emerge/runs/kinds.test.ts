/** Runs that are no first merge of ebuilds: what is written down is what Portage did, with its own edges. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { noteReduced, quick } from '../../../kit/environment.ts';
import { expectedEdges } from '../../../portage/edge-comparison.ts';
import type { RootDeclaration } from '../../../testbed/declaration.ts';
import { rootWith } from '../../../testbed/kept-roots.ts';
import { resolveIn } from '../../../testbed/resolver.ts';
import type { Root } from '../../../testbed/root.ts';
import { sources } from '../terminal/stage.ts';
import { expectTrue, last, merge, type Ran, statesOf } from './kit.ts';

if (quick) noteReduced('no real merges of binaries, into other roots, with blockers and slot rebuilds');
const thorough = describe.skipIf(quick);

/** Merges, and holds the record against emerge.log, the VDB and the resolver's own edges. */
async function merged(root: Root, words: string, below?: string): Promise<Ran> {
  const resolution = await resolveIn(root, words.split(' '));
  expect(resolution.success, resolution.output).toBe(true);
  const expected = [...expectedEdges(root, resolution).keys()];
  const run = await merge(root, `--verbose ${words}`, below ? { below } : {});
  expect(run.status, run.output).toBe(0);
  const listed = new Set(run.kept?.nodes.filter(({ type }) => type !== 'installed').map(({ id }) => id));
  const edges = run.kept?.edges.filter(({ from, to }) => listed.has(from) && listed.has(to)) ?? [];
  expect(edges.map(({ from, to }) => `${from} -> ${to}`).toSorted()).toEqual(expected.toSorted());
  return run;
}

thorough.each(sources)('%s', source => {
  const observability = source === 'status socket';

  test('an upgrade, what is rebuilt for its slot, a second slot, and what is removed for a blocker', async () => {
    const bound = { DEPEND: 'dev-libs/lib:=', RDEPEND: 'dev-libs/lib:=' };
    const root = await rootWith({
      observability,
      ebuilds: {
        'dev-libs/lib-1': { SLOT: '0/1' },
        'dev-libs/lib-2': { SLOT: '0/2' },
        'app-misc/user-1': bound,
        'dev-lang/tongue-1': { SLOT: '1' },
        'dev-lang/tongue-2': { SLOT: '2', DEPEND: 'dev-lang/tongue:1' },
        'app-misc/old-1': {},
        'app-misc/new-1': { RDEPEND: '!app-misc/old dev-lang/tongue:2', BDEPEND: 'dev-libs/lib' },
      },
      installed: {
        'dev-libs/lib-1': { built: true },
        'app-misc/user-1': { built: true },
        'app-misc/old-1': { built: true },
      },
      world: ['app-misc/user'],
    });
    const run = await merged(root, '--jobs=2 --update --deep @world app-misc/new');
    expectTrue(root, run);
    expect(statesOf(run.kept!)).toEqual({
      'lib-2': 'done',
      'user-1': 'done',
      'tongue-1': 'done',
      'tongue-2': 'done',
      'new-1': 'done',
    });
    expect(root.merged()).toEqual([
      ...['app-misc/new-1', 'app-misc/user-1', 'dev-lang/tongue-1', 'dev-lang/tongue-2', 'dev-libs/lib-2'],
    ]);
    expect(run.log.join('\n')).toMatch(/=== Unmerging\.\.\. \(app-misc\/old-1\)/);
  }, 300_000);

  const packed: RootDeclaration = {
    observability,
    ebuilds: {
      'dev-libs/base-1': {},
      'dev-libs/own-1': {},
      // the binary was built with another dependency than the ebuild has
      'dev-libs/packed-1': { DEPEND: 'dev-libs/own', RDEPEND: 'dev-libs/own' },
      'app-misc/top-1': { DEPEND: 'dev-libs/packed', RDEPEND: 'dev-libs/packed' },
    },
    binaries: {
      'dev-libs/packed-1': { recorded: { RDEPEND: 'dev-libs/base' } },
      'dev-libs/base-1': {},
    },
  };
  test('binary packages among ebuilds, at once', async () => {
    const root = await rootWith(packed);
    const run = await merged(root, '--jobs=3 --usepkg --binpkg-changed-deps=n app-misc/top');
    expectTrue(root, run);
    expect(run.kept!.nodes.map(({ cpv, type, state }) => `${type} ${cpv} ${state}`).toSorted()).toEqual([
      'binary dev-libs/base-1 done',
      'binary dev-libs/packed-1 done',
      'ebuild app-misc/top-1 done',
    ]);
  }, 300_000);

  test('nothing but binary packages', async () => {
    const root = await rootWith(packed);
    const run = await merged(root, '--usepkgonly dev-libs/packed');
    expectTrue(root, run);
    expect(run.kept!.nodes.map(({ type, state }) => `${type} ${state}`)).toEqual([
      'binary done',
      'binary done',
    ]);
  }, 300_000);

  test('into another root', async () => {
    const root = await rootWith({
      observability,
      ebuilds: {
        'dev-libs/tool-1': {},
        'dev-libs/part-1': {},
        'app-misc/top-1': { BDEPEND: 'dev-libs/tool', DEPEND: 'dev-libs/part', RDEPEND: 'dev-libs/part' },
      },
    });
    const target = join(root.directory, 'target');
    mkdirSync(target);
    const run = await merged(root, `--root=${target} --jobs=2 app-misc/top`, join(target, root.eprefix));
    expectTrue(root, run);
    const states = statesOf(run.kept!);
    // DEPEND is met in SYSROOT, which is /
    expect(states).toEqual({
      'tool-1': 'done',
      'part-1': 'done',
      [`${target}:part-1`]: 'done',
      [`${target}:top-1`]: 'done',
    });
    expect(await last(root, target)).toEqual(run.kept);
  }, 300_000);
});
