/** The generated sets as the real Portage sees them: plain emerge, depclean, --list-sets. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { generate } from '../../sets/generate.ts';
import { type Located, locate } from '../../system/locate.ts';
import { type Desk, makeDesk } from '../commands/kit.ts';
import { noteReduced, quick } from '../kit/environment.ts';
import type { RootDeclaration } from '../testbed/declaration.ts';

const names = ['a', 'b', 'c', 'd', 'e'];
const everything: RootDeclaration = {
  observability: false,
  ebuilds: Object.fromEntries(names.map(name => [`app/${name}-1`, { IUSE: 'x' }])),
  installed: Object.fromEntries(names.map(name => [`app/${name}-1`, { repository: 'testbed' }])),
};

const full = test.skipIf(quick);
if (quick) noteReduced('generated sets: only what they hold');

let desk: Desk;
let located: Located;
afterEach(() => desk.root.remove());

async function at(declaration: RootDeclaration): Promise<void> {
  desk = await makeDesk({ ...everything, ...declaration });
  located = locate(desk.environment);
}

function source(name: string, text: string | undefined): void {
  const path = join(desk.root.directory, 'etc/portage/sets', name);
  mkdirSync(dirname(path), { recursive: true });
  if (text === undefined) rmSync(path);
  else writeFileSync(path, text);
}

function generated(): Record<string, string[]> {
  const directory = join(desk.root.directory, 'var/lib/tumpline/sets/generated');
  return Object.fromEntries(
    readdirSync(directory)
      .sort()
      .map(name => [name, readFileSync(join(directory, name), 'utf8').trim().split('\n').slice(1)]),
  );
}

const renew = () => generate(located, { environment: desk.environment });

/** What plain `emerge --depclean -p` would remove, or why it stopped. */
async function cleaned(): Promise<string[] | string> {
  const { stdout, stderr, exitCode } = await desk.root.emerge(['--depclean', '-p', '--color=n']);
  if (exitCode !== 0)
    return /no sets to satisfy[^.\n]*|set.*not.*found|missing.*set/i.exec(stdout + stderr)?.[0] ?? stderr;
  return [...stdout.matchAll(/^ (app\/\w+)$/gm)].map(([, name]) => name ?? '').sort();
}

function on(said = ''): void {
  const { status, stderr } = desk.tumpline(['enable', 'sets']);
  expect({ status, stderr: stderr.replaceAll(`${desk.root.directory}/`, '') }).toEqual({
    status: 0,
    stderr: said,
  });
}

describe('generated sets', () => {
  test('hold what the sources say, for plain emerge too', async () => {
    await at({
      sets: {
        kit: ['# mine', 'app/a', '@inner', '?app/b', '?app/none', 'x? ( app/c )', 'y? ( app/d )'],
        inner: ['app/c', 'app/d', '-app/d'],
        most: ['@kit', 'app/e', '-@inner'],
        less: ['app/a', 'app/d', '-@system'],
        'kit.metadata': ['description:', 'what I need'],
      },
      makeConf: { USE: 'x' },
      profile: { packages: ['*app/a'] },
      worldSets: ['@kit'],
    });
    // Portage itself reads less than what stands there
    expect(await cleaned()).toEqual(['app/b', 'app/e']);
    on();
    expect(generated()).toEqual({
      kit: ['app/a', 'app/b', 'app/c', '@inner'],
      'kit.metadata': ['what I need'],
      inner: ['app/c'],
      less: ['app/d'],
      most: ['app/a', 'app/b', 'app/e'],
    });
    expect(await cleaned()).toEqual(['app/d', 'app/e']);
    const listed = await desk.root.emerge(['--list-sets', '--color=n']);
    expect(listed.stdout.split('\n')).toEqual(expect.arrayContaining(['kit', 'inner', 'most', 'world']));
    expect(listed.stderr + listed.stdout).not.toContain('Redefinition');
    expect((await desk.root.emerge(['-p', '@most', '--color=n', '--columns'])).stdout).toMatch(/app\/e\b/);
    expect((await desk.root.emerge(['-s', 'kit', '--color=n'])).stdout).toContain('what I need');
  });

  full('follow their sources: new, changed, gone', async () => {
    await at({ sets: { kit: ['app/a'], other: ['app/b'] }, worldSets: ['@kit', '@other'] });
    on();
    expect((await renew()).state).toBe('same');
    source('kit', 'app/a\napp/c\n');
    source('third', 'app/d\n');
    source('other', undefined);
    expect(await renew()).toMatchObject({ state: 'written', removed: ['other'] });
    expect(generated()).toEqual({ kit: ['app/a', 'app/c'], third: ['app/d'] });
    // it is selected and missing: depclean stops
    expect(await cleaned()).toMatch(/other/);
  });

  const broken: [string, string][] = [
    ['a typo', 'app/a\nb\n'],
    ['a second word', 'app/a app/b\n'],
    ['a byte order mark', '\uFEFFapp/a\napp/b\n'],
    ['a wildcard', 'app/*\n'],
    ['an any-of', '|| ( app/a app/b )\n'],
    ['an unknown set', 'app/a\n@nowhere\n'],
    ['nothing', ''],
    ['nothing but a comment', '# app/a\n'],
    ['an open bracket', 'x? (\napp/a\napp/b\n'],
  ];
  full('keep their last entries while the source is broken', async () => {
    await at({
      sets: { kit: ['app/a', 'app/b'] },
      worldSets: ['@kit'],
      world: ['app/c', 'app/d', 'app/e'],
    });
    on();
    for (const [what, text] of broken) {
      source('kit', text);
      for (let call = 0; call < 2; call += 1) {
        const { kept, complaints } = await renew();
        expect(kept, what).toEqual(['kit']);
        expect(complaints, what).toContainEqual(expect.objectContaining({ set: 'kit', severity: 'broken' }));
        expect(generated(), what).toEqual({ kit: ['app/a', 'app/b'] });
      }
      expect(await cleaned(), what).toEqual([]);
    }
    source('kit', 'app/a\n');
    expect((await renew()).kept).toEqual([]);
    // not in pretence now
    expect((await desk.root.emerge(['--depclean', '--quiet'])).exitCode).toBe(0);
    expect(desk.root.merged()).toEqual(['app/a-1', 'app/c-1', 'app/d-1', 'app/e-1']);
  });

  full('lose their last entries only when somebody says so', async () => {
    await at({
      sets: { kit: ['x? ( app/a )', '?app/none'] },
      makeConf: { USE: 'x' },
      worldSets: ['@kit'],
      world: ['app/b', 'app/c', 'app/d', 'app/e'],
    });
    on();
    source('kit', 'y? ( app/a )\n');
    const refused = await renew();
    expect(refused.kept).toEqual(['kit']);
    expect(refused.complaints).toContainEqual(expect.objectContaining({ set: 'kit', code: 'lost' }));
    expect(await cleaned()).toEqual([]);
    await generate(located, { environment: desk.environment, emptied: new Set(['kit']) });
    expect(generated()).toEqual({ kit: [] });
    expect(await cleaned()).toEqual(['app/a']);
  });

  full('take in an optional member that was installed meanwhile', async () => {
    const rest = names.filter(name => name !== 'b').map(name => `app/${name}`);
    await at({
      installed: Object.fromEntries(rest.map(name => [`${name}-1`, { repository: 'testbed' }])),
      ebuilds: { 'app/b-1': {}, 'new/x-1': {}, ...everything.ebuilds },
      sets: { kit: ['?app/b', '?new/x', 'app/a'] },
      worldSets: ['@kit'],
      world: rest,
    });
    on();
    await renew();
    expect((await renew()).state).toBe('same');
    expect(generated()).toEqual({ kit: ['app/a'] });
    expect((await desk.root.emerge(['-1q', 'app/b', 'new/x'])).exitCode).toBe(0);
    expect((await renew()).state).toBe('written');
    expect(generated()).toEqual({ kit: ['app/b', 'new/x', 'app/a'] });
    expect(await cleaned()).toEqual([]);
  });

  full('are sound where one directory has a file of the name that is a directory in another', async () => {
    await at({ sets: { kit: ['app/a'] }, worldSets: ['@kit'] });
    const two = join(desk.root.directory, 'srv/sets');
    mkdirSync(join(two, 'kit'), { recursive: true });
    writeFileSync(join(two, 'kit/deep'), 'app/b\n');
    writeFileSync(join(two, 'other'), 'app/b\n');
    const makeConf = desk.root.readText('etc/portage/make.conf');
    const paths = `${desk.root.directory}/etc/portage/sets ${two}`;
    writeFileSync(
      join(desk.root.directory, 'etc/portage/make.conf'),
      `${makeConf}USER_SETS_PATH="${paths}"\n`,
    );
    const made = await generate(located, { environment: desk.environment, enabling: true });
    expect(made.kept).toEqual(['kit/deep']);
    expect(made.complaints).toMatchObject([{ set: 'kit/deep', code: 'clash', severity: 'broken' }]);
    expect(generated()).toEqual({ kit: ['app/a'], other: ['app/b'] });
  });

  full('belong to a root: what is installed there counts', async () => {
    await at({ sets: { kit: ['app/a', '?app/b'] }, worldSets: ['@kit'] });
    on();
    expect(generated()).toEqual({ kit: ['app/a', 'app/b'] });
    const other = join(desk.root.directory, 'other');
    mkdirSync(other);
    const called = () => desk.root.emerge([`--root=${other}`, '-p', '@kit', '--color=n']);
    // no set rather than a wrong one
    expect((await called()).stderr).toContain('There are no sets to satisfy');
    const there = locate(desk.environment, { root: other });
    expect((await generate(there, { environment: desk.environment })).state).toBe('written');
    const { exitCode, stdout } = await called();
    expect([exitCode, [...stdout.matchAll(/app\/\w/g)].map(String)]).toEqual([0, ['app/a']]);
    expect(generated()).toEqual({ kit: ['app/a', 'app/b'] });
  });

  full('are missing, which stops depclean, when somebody deletes them', async () => {
    await at({ sets: { kit: ['app/a'] }, worldSets: ['@kit'], world: ['app/b', 'app/c', 'app/d', 'app/e'] });
    on();
    await renew();
    rmSync(join(desk.root.directory, 'var/lib/tumpline/sets/generated/kit'));
    expect(await cleaned()).toMatch(/kit/);
    expect((await renew()).state).toBe('written');
    expect(await cleaned()).toEqual([]);
    rmSync(join(desk.root.directory, 'var/lib/tumpline'), { recursive: true });
    expect(await cleaned()).toMatch(/kit/);
  });

  full('follow a package move', async () => {
    await at({
      sets: { kit: ['app/old', 'app/a:1'] },
      worldSets: ['@kit'],
      world: ['app/c', 'app/d', 'app/e'],
    });
    const updates = join(desk.root.repository, 'profiles/updates');
    mkdirSync(updates, { recursive: true });
    writeFileSync(join(updates, '1Q-2024'), 'move app/old app/b\nslotmove app/a 1 0\n');
    const at1 = 'tumpline: etc/portage/sets/kit line';
    on(`${at1} 1: 'app/old' is called 'app/b' now\n${at1} 2: 'app/a:1' is called 'app/a:0' now\n`);
    const { complaints } = await renew();
    expect(complaints.map(({ code, severity }) => `${code} ${severity}`)).toEqual([
      'moved note',
      'moved note',
    ]);
    expect(generated()).toEqual({ kit: ['app/b', 'app/a:0'] });
    expect(await cleaned()).toEqual([]);
  });

  full('win over a repository that has the same name, quietly, and leave it the others', async () => {
    await at({
      overlays: { kde: {} },
      sets: { kit: ['app/a'] },
      worldSets: ['@kit', '@plasma', '@single'],
      world: ['app/d', 'app/e'],
    });
    const kde = join(desk.root.directory, 'var/db/repos/kde');
    mkdirSync(join(kde, 'sets'));
    writeFileSync(
      join(kde, 'sets.conf'),
      [
        '[kde sets]',
        'class = portage.sets.files.StaticFileSet',
        'multiset = true',
        'directory = $'.concat('{repository:kde}/sets/'),
        'world-candidate = true',
        '[single]',
        'class = portage.sets.files.StaticFileSet',
        'filename = $'.concat('{repository:kde}/one'),
        '',
      ].join('\n'),
    );
    writeFileSync(join(kde, 'sets/kit'), 'app/b\n');
    writeFileSync(join(kde, 'sets/plasma'), 'app/c\n');
    writeFileSync(join(kde, 'one'), 'app/b\n');
    const noise = async () =>
      (await desk.root.emerge(['-p', '@kit', '--color=n'])).stdout.match(/Redefinition[^\n]*/g) ?? [];
    expect(await noise()).not.toEqual([]);
    expect(await cleaned()).toEqual(['app/a']);
    on();
    expect(await noise()).toEqual([]);
    expect(await cleaned()).toEqual([]);
    expect((await renew()).state).not.toBe('off');
    // a new clash, and one that goes: the file in sets.conf follows
    source('single', 'app/a\n');
    source('kit', undefined);
    await renew();
    expect(await noise()).toEqual([]);
    expect(await cleaned()).toEqual([]);
    expect((await renew()).state).toBe('written');
    expect((await renew()).state).toBe('same');
  });

  full('come from every directory of USER_SETS_PATH, the first wins', async () => {
    await at({ sets: { kit: ['app/a'] }, worldSets: ['@kit', '@more'], world: ['app/d', 'app/e'] });
    const two = join(desk.root.directory, 'srv/sets');
    mkdirSync(join(two, 'deep'), { recursive: true });
    writeFileSync(join(two, 'kit'), 'app/b\n');
    writeFileSync(join(two, 'more'), '@deep/er\n');
    writeFileSync(join(two, 'deep/er'), 'app/c\n');
    writeFileSync(
      join(desk.root.directory, 'etc/portage/make.conf'),
      `${desk.root.readText('etc/portage/make.conf')}USER_SETS_PATH="${two}:\${PORTAGE_CONFIGROOT}etc/portage/sets"\n`,
    );
    on();
    expect(await cleaned()).toEqual(['app/a']);
    renameSync(two, `${two}.gone`);
    // one of the two is gone with its directory, the other has its own source now
    expect([...(await renew()).removed].sort()).toEqual(['deep/er', 'more']);
    expect(await cleaned()).toMatch(/more/);
  });
});
