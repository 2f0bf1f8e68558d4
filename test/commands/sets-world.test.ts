/** `tumpline sets diff`, `missing`, `unowned`, `dump`, `init` and `cleanup` on one root. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quick } from '../kit/environment.ts';
import { portageSets } from '../sets/portage-sets.ts';
import { expectDocumented, setsJson } from './documented.ts';
import { type Desk, makeDesk } from './kit.ts';

let desk: Desk;
beforeAll(async () => {
  const kde = ['kwin', 'plasma-desktop', 'systemsettings'].map(name => `kde-plasma/${name}-1`);
  const media = ['app-a/player-1', 'app-b/editor-1', 'net-c/caster-1'];
  const installed = {
    ...Object.fromEntries(kde.map(cpv => [cpv, {}])),
    ...Object.fromEntries(media.map(cpv => [cpv, { RDEPEND: 'media-libs/codec >=media-libs/mixer-1' }])),
    'media-libs/codec-1': {},
    'media-libs/mixer-2': { RDEPEND: 'media-libs/codec' },
    'app-t/a-1': {},
    'app-t/b-1': {},
    'app-t/slotted-1': { SLOT: '1' },
    'app-t/slotted-2': { SLOT: '2' },
    'app-t/leaves-1': { RDEPEND: 'lib-t/below' },
    'lib-t/below-1': {},
  };
  desk = await makeDesk({
    observability: false,
    ebuilds: Object.fromEntries(Object.entries(installed).map(([cpv, one]) => [cpv, one])),
    installed,
    world: [...kde, ...media]
      .map(cpv => cpv.replace(/-1$/, ''))
      .concat(['app-t/a', 'app-t/slotted:2', 'app-t/absent']),
    worldSets: ['@kit'],
    sets: {
      kit: ['app-t/a', 'app-t/leaves', '@nested', 'app-t/b'],
      nested: ['<app-t/slotted-2:1', 'app-x/nothing'],
      tools: ['app-t/a', '<app-t/slotted-3', 'kde-plasma/kwin', 'app-x/other'],
    },
  });
});
afterAll(() => desk.root.remove());

const path = (name: string) => join(desk.root.directory, name);

const json = <T = Record<string, unknown>>(status: number, ...args: string[]) =>
  setsJson<T>(desk, status, args);

test.skipIf(quick)(
  'diff: added, removed, changed; with a file and an expression; exit status as of diff',
  () => {
    expect(json(1, 'diff', 'kit', '@tools')).toMatchObject({
      added: ['kde-plasma/kwin', 'app-x/other'],
      removed: ['app-t/leaves', 'app-x/nothing', 'app-t/b'],
      changed: [{ cp: 'app-t/slotted', before: ['<app-t/slotted-2:1'], after: ['<app-t/slotted-3'] }],
    });
    const copy = path('kit.before');
    writeFileSync(copy, 'app-t/a\n@nested\n');
    const shown = desk.tumpline(['sets', 'diff', copy, 'kit']);
    expect([shown.status, shown.stdout]).toEqual([1, '+ app-t/leaves\n+ app-t/b\n']);
    expect(desk.tumpline(['sets', 'diff', '@kit-@nested', 'kit']).stdout).toBe(
      '+ <app-t/slotted-2:1\n+ app-x/nothing\n',
    );
    expect(desk.tumpline(['sets', 'diff', 'kit', 'kit'])).toMatchObject({
      status: 0,
      stdout: '',
      stderr: '',
    });
  },
);

describe.skipIf(quick)('what is there and what is not', () => {
  test('missing is what emerge would merge of the selected sets', async () => {
    const { missing } = json<{ missing: { atom: string }[] }>(1, 'missing');
    expect(missing).toMatchObject([
      { atom: 'app-x/nothing', sets: ['kit'], path: path('etc/portage/sets/nested'), line: 2 },
    ]);
    const known = await portageSets(desk.root, 'kit');
    expect(known['kit']?.atoms.length).toBe((known['kit']?.installed ?? 0) + missing.length);
    expect(json<{ missing: object[] }>(1, 'missing', 'tools').missing).toMatchObject([
      { atom: 'app-x/other' },
    ]);
    expect(desk.tumpline(['sets', 'missing']).stdout).toMatch(/^app-x\/nothing {2}@kit {2}.*nested:2$/m);
  });

  test('unowned: by what an atom names, not by its text; sets that are not selected are told apart', () => {
    const { packages } = json<{ packages: { atom: string; inUnselected: string[] }[] }>(1, 'unowned');
    const byAtom = Object.fromEntries(packages.map(one => [one.atom, one.inUnselected]));
    expect(byAtom).toMatchObject({
      'kde-plasma/kwin': ['tools'],
      'app-a/player': [],
      'app-t/slotted:2': ['tools'],
    });
    expect(byAtom).not.toHaveProperty('app-t/a');
    expect(desk.tumpline(['sets', 'unowned']).stdout).toMatch(/^6 of 9 packages of world are in no set$/m);
  });

  test('dump gives a set that holds just what world holds', async () => {
    const written = desk.tumpline(['sets', 'dump', 'mine', '--write', '--json']);
    expect(written.stderr).toBe('tumpline: in world, but not installed: app-t/absent\n');
    const answer = JSON.parse(written.stdout) as { atoms: string[] };
    expectDocumented('sets.md', answer);
    const before = answer.atoms;
    const file = path('etc/portage/sets/mine');
    const known = await portageSets(desk.root, 'mine', 'selected-packages');
    expect(known['mine']?.atoms).toEqual(before);
    expect(known['selected-packages']?.atoms.filter(atom => atom !== 'app-t/absent')).toEqual(before);
    expect(desk.tumpline(['sets', 'dump', 'mine', '--write'])).toMatchObject({ status: 1, stdout: '' });
    expect(desk.tumpline(['sets', 'dump', '--write'])).toMatchObject({ status: 2 });
    for (const name of ['world', '../evil', '.hidden', 'a b', '-x', 'x.use'])
      expect([name, desk.tumpline(['sets', 'dump', `@${name}`, '--write']).status]).not.toEqual([name, 0]);
    expect(existsSync(path('etc/portage/evil'))).toBe(false);
    rmSync(file);
    const all = desk.tumpline(['sets', 'dump', '--installed', '--versions']).stdout;
    expect(all.trim().split('\n').slice(1)).toEqual(desk.root.merged().map(cpv => `=${cpv}`));
    expect(desk.tumpline(['sets', 'dump', '--installed']).stdout).toContain(
      'app-t/slotted:1\napp-t/slotted:2\n',
    );
  });

  test('init: each package of world in one set; those that share what they need stand together', () => {
    const { sets } = json<{ sets: { name: string; why: string; atoms: string[] }[] }>(0, 'init');
    const byName = Object.fromEntries(sets.map(({ name, atoms }) => [name, atoms]));
    expect(byName).toEqual({
      codec: ['app-a/player', 'app-b/editor', 'net-c/caster'],
      'kde-plasma': ['kde-plasma/kwin', 'kde-plasma/plasma-desktop', 'kde-plasma/systemsettings'],
      misc: ['app-t/a', 'app-t/slotted:2'],
    });
    const directory = path('proposed');
    expect(desk.tumpline(['sets', 'init', '--write', directory])).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(join(directory, 'codec'), 'utf8')).toMatch(
      /^# 3 packages, they share media-libs\/codec, media-libs\/mixer\napp-a\/player\napp-b\/editor\nnet-c\/caster\n$/,
    );
    // nothing is overwritten, and nothing is written by halves
    rmSync(join(directory, 'misc'));
    expect(desk.tumpline(['sets', 'init', '--write', directory]).status).toBe(1);
    expect(existsSync(join(directory, 'misc'))).toBe(false);
    expect(desk.root.readText('var/lib/portage/world_sets')).toBe('@kit\n');
  });
});

describe.skipIf(quick)('cleanup', () => {
  test('what depclean would do, and then does; with the reasons', async () => {
    expect(desk.tumpline(['sets', 'cleanup'])).toMatchObject({ status: 2 });
    // as a first look it knows of no set that lost something
    expect(json(0, 'cleanup', '--pretend')).toMatchObject({ packages: [] });
    const kit = path('etc/portage/sets/kit');
    writeFileSync(kit, readFileSync(kit, 'utf8').replace('app-t/leaves\n', ''));
    const { packages } = json<{ packages: { cpv: string; left: object[]; neededBy: string[] }[] }>(
      1,
      'cleanup',
      '--pretend',
    );
    const byCpv = new Map(packages.map(one => [one.cpv, one]));
    expect(byCpv.get('app-t/leaves-1')).toMatchObject({ left: [{ set: 'kit' }], neededBy: [] });
    expect(byCpv.get('lib-t/below-1')).toMatchObject({ left: [], neededBy: ['app-t/leaves-1'] });
    const shown = desk.tumpline(['sets', 'cleanup', '--pretend']).stdout;
    expect(shown).toMatch(/^app-t\/leaves-1 +left @kit by \d{4}-\d\d-\d\d; nothing needs it$/m);
    expect(shown).toMatch(/^lib-t\/below-1 +only for app-t\/leaves, which go too$/m);
    const before = desk.root.merged();
    const { exitCode } = await desk.root.emerge(['--depclean']);
    expect(exitCode).toBe(0);
    const after = new Set(desk.root.merged());
    expect(before.filter(cpv => !after.has(cpv))).toEqual(packages.map(({ cpv }) => cpv).sort());
    expect(json(0, 'cleanup', '--pretend')).toMatchObject({ packages: [] });
  }, 120_000);

  test('a set that is gone stops depclean, and this', () => {
    rmSync(path('etc/portage/sets/nested'));
    const run = desk.tumpline(['sets', 'cleanup', '--pretend']);
    expect([run.status, run.stdout]).toEqual([1, '']);
    expect(run.stderr).toContain("sets/kit:2: there is no set '@nested'");
    expect(run.stderr).toMatch(/refused, for the reason above\ntry: tumpline sets check\n$/);
  });
});
