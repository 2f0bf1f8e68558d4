/** `tumpline enable sets` and `disable sets`: what comes, what goes, and what depclean does in between and afterwards. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { noteReduced, quick } from '../kit/environment.ts';
import type { RootDeclaration } from '../testbed/declaration.ts';
import { type Desk, makeDesk, treeAt } from './kit.ts';

const names = ['a', 'b', 'c', 'd'];
const installed: RootDeclaration = {
  observability: false,
  ebuilds: Object.fromEntries(names.map(name => [`app/${name}-1`, {}])),
  installed: Object.fromEntries(names.map(name => [`app/${name}-1`, { repository: 'testbed' }])),
  makeConf: { USE: 'x' },
};

const full = test.skipIf(quick);
if (quick) noteReduced('enable sets: not there and back');

let desk: Desk;
afterEach(() => desk.root.remove());

async function at(declaration: RootDeclaration): Promise<void> {
  desk = await makeDesk({ ...installed, ...declaration });
}

const etc = (path: string) => join(desk.root.directory, 'etc/portage', path);
const conf = () => etc('sets.conf/zz-tumpline.conf');

/** What the command says, paths shortened. */
function tumpline(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = desk.tumpline(args);
  const short = (text: string) => text.replaceAll(`${desk.root.directory}/`, '');
  return { status, stdout: short(stdout), stderr: short(stderr) };
}

async function depclean(): Promise<string[]> {
  const { exitCode, stdout, stderr } = await desk.root.emerge(['--depclean', '--color=n', '--quiet']);
  expect({ exitCode, out: exitCode === 0 ? '' : stdout + stderr }).toEqual({ exitCode: 0, out: '' });
  return desk.root.merged();
}

describe('enable sets', () => {
  full('and disable it: no trace where Portage reads the sources as they are', async () => {
    await at({
      sets: { kit: ['app/a', '@more'], more: ['# x', '  app/b # y'] },
      worldSets: ['@kit'],
      world: ['app/c'],
    });
    const before = treeAt(desk);
    expect(tumpline('enable', 'sets')).toEqual({
      status: 0,
      stdout:
        'sets: added the file etc/portage/sets.conf/zz-tumpline.conf\nsets: added the link etc/portage/postsync.d/50-tumpline-sets\nsets is on; to undo: tumpline disable sets\n',
      stderr: '',
    });
    expect(readFileSync(conf(), 'utf8')).toContain('directory = %(EROOT)svar/lib/tumpline/sets/generated\n');
    const once = treeAt(desk).filter(row => !/state\.json|generation|stamp/.test(row));
    expect(tumpline('enable', 'sets')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^sets: already there: the file/),
    });
    expect(treeAt(desk).filter(row => !/state\.json|generation|stamp/.test(row))).toEqual(once);
    expect(tumpline('disable', 'sets')).toEqual({
      status: 0,
      stdout:
        'sets: removed the link etc/portage/postsync.d/50-tumpline-sets\nsets: removed the file etc/portage/sets.conf/zz-tumpline.conf\nsets is off\n',
      stderr: '',
    });
    expect(treeAt(desk)).toEqual(before);
    expect(await depclean()).toEqual(['app/a-1', 'app/b-1', 'app/c-1']);
  });

  full("beside a repository's sets.conf with mistakes", async () => {
    await at({ sets: { kit: ['app/a'] }, worldSets: ['@kit'] });
    const conf = join(desk.root.repository, 'sets.conf');
    writeFileSync(conf, '[x]\ndirectory = %(nope)s\n');
    expect(tumpline('enable', 'sets')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(
        /^tumpline: \S*sets\.conf: x: directory: .*; Portage reads no set with it\ntry: /,
      ),
    });
    // what Portage complained of before is not our fault
    writeFileSync(conf, '[x]\nclass = no.such.Class\n');
    expect(tumpline('enable', 'sets')).toMatchObject({ status: 0, stderr: '' });
  });

  full('refused, leaves no flags of sets behind', async () => {
    await at({ sets: { kit: ['app/a'], 'kit.use': ['flag'], bad: ['solo'] }, worldSets: ['@bad'] });
    expect(tumpline('enable', 'sets')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/bad line 1/),
    });
    expect(existsSync(etc('package.use/zz-tumpline-set-kit'))).toBe(false);
  });

  full('with flags beside a set, which Portage by itself takes for a set', async () => {
    await at({ sets: { kit: ['app/a'], 'kit.use': ['flag'], 'kit.accept_keywords': ['**'] } });
    expect(tumpline('enable', 'sets')).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(etc('package.use/zz-tumpline-set-kit'), 'utf8')).toContain('app/a flag\n');
  });

  full('and disable it: what only tumpline reads is written out, and taken back', async () => {
    const kit = '# mine\napp/a\n?app/b\n?app/none\nx? ( app/c )\napp/d\n-app/d\n';
    await at({ sets: { other: ['app/d', '@kit'] }, worldSets: ['@kit'] });
    writeFileSync(etc('sets/kit'), kit);
    const two = join(desk.root.directory, 'srv/sets');
    mkdirSync(two, { recursive: true });
    writeFileSync(join(two, 'third'), 'app/d\n');
    const makeConf = desk.root.readText('etc/portage/make.conf') ?? '';
    writeFileSync(etc('make.conf'), `${makeConf}USER_SETS_PATH="${etc('sets')} ${two}"\n`);
    const before = treeAt(desk);
    expect(tumpline('enable', 'sets').status).toBe(0);
    const off = tumpline('disable', 'sets');
    expect(off).toMatchObject({ status: 0, stdout: expect.stringMatching(/sets is off\n$/) });
    expect(off.stderr.split('\n').sort().join('\n').trim()).toBe(
      [
        'tumpline: @kit: wrote etc/portage/sets/kit, out of etc/portage/sets/.kit.source',
        'tumpline: @third: wrote etc/portage/sets/third, out of srv/sets/third',
      ].join('\n'),
    );
    expect(readFileSync(etc('sets/.kit.source'), 'utf8')).toBe(kit);
    expect(await depclean()).toEqual(['app/a-1', 'app/b-1', 'app/c-1']);
    expect(tumpline('enable', 'sets')).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(etc('sets/kit'), 'utf8')).toBe(kit);
    const tree = treeAt(desk).filter(row => row.startsWith('etc/portage/sets/'));
    expect(tree).toEqual(before.filter(row => row.startsWith('etc/portage/sets/')));
    // a file that somebody has changed since is theirs
    expect(tumpline('disable', 'sets').status).toBe(0);
    writeFileSync(etc('sets/kit'), `${readFileSync(etc('sets/kit'), 'utf8')}app/d\n`);
    expect(tumpline('enable', 'sets')).toMatchObject({
      status: 0,
      stderr: 'tumpline: etc/portage/sets/kit was changed since; etc/portage/sets/.kit.source stays aside\n',
    });
    expect(await depclean()).toEqual(['app/a-1', 'app/b-1', 'app/c-1']);
  });

  full.each<[string, Record<string, string>, RegExp]>([
    ['a source is broken', { kit: 'app/a\nb\n' }, /@kit: etc\/portage\/sets\/kit line 2: 'b' is no atom/],
    ['a source is empty', { kit: '' }, /@kit is in force as it was last/],
  ])('disable refuses where %s, and all stays on', async (_, sources, said) => {
    await at({ sets: { kit: ['app/a', 'app/b'] }, worldSets: ['@kit'], world: ['app/c'] });
    expect(tumpline('enable', 'sets').status).toBe(0);
    for (const [name, text] of Object.entries(sources)) writeFileSync(etc(`sets/${name}`), text);
    const off = tumpline('disable', 'sets');
    expect(off).toMatchObject({ status: 1, stderr: expect.stringMatching(said) });
    expect(off.stderr).toMatch(/\ntry: tumpline sets check\n$/);
    expect(readFileSync(etc('sets/kit'), 'utf8')).toBe(sources['kit']);
    expect(await depclean()).toEqual(['app/a-1', 'app/b-1', 'app/c-1']);
    rmSync(etc('sets/kit'));
  });

  full("disable refuses where a repository's set would hold instead", async () => {
    await at({ overlays: { kde: {} }, sets: { kit: ['app/a'] }, worldSets: ['@kit'], world: ['app/b'] });
    const kde = join(desk.root.directory, 'var/db/repos/kde');
    mkdirSync(join(kde, 'sets'));
    writeFileSync(join(kde, 'sets/kit'), 'app/c\n');
    const lines = [
      '[kde]',
      'multiset = true',
      'directory = $'.concat('{repository:kde}/sets'),
      'world-candidate = true',
    ];
    writeFileSync(join(kde, 'sets.conf'), `${lines.join('\n')}\n`);
    expect(tumpline('enable', 'sets').status).toBe(0);
    expect(tumpline('disable', 'sets')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('@kit: Portage would take that of kde'),
    });
    // nor does --all switch anything off then
    expect(tumpline('disable', '--all').status).toBe(1);
    expect(await depclean()).toEqual(['app/a-1', 'app/b-1']);
  });

  full('refuses a selected set that cannot be read, and a sets.conf that is a file', async () => {
    await at({ sets: { kit: ['app/a app/b'], unused: ['solo'] }, worldSets: ['@kit'] });
    expect(tumpline('enable', 'sets')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(
        /^tumpline: etc\/portage\/sets\/kit line 1: 'app\/b' is a second word.*\ntry: tumpline sets edit kit\n$/,
      ),
    });
    writeFileSync(etc('sets/kit'), 'app/a\napp/b\n');
    expect(tumpline('enable', 'sets')).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/^tumpline: etc\/portage\/sets\/unused line 1: 'solo' is no atom/),
    });
    expect(tumpline('disable', 'sets').status).toBe(1);
    rmSync(etc('sets/unused'));
    expect(tumpline('disable', 'sets').status).toBe(0);
    mkdirSync(etc('sets.conf'));
    writeFileSync(etc('sets.conf/zzz'), '[usersets]\ndirectory = %(PORTAGE_CONFIGROOT)setc/portage/sets\n');
    expect(tumpline('enable', 'sets')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('zz-tumpline.conf: a file behind it says where [usersets] are'),
    });
    expect(existsSync(conf())).toBe(false);
    rmSync(etc('sets.conf'), { recursive: true });
    writeFileSync(etc('sets.conf'), '');
    const refused = tumpline('enable', 'sets');
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('sets.conf: is a file') });
    // the lines that it names do the same
    const lines = /put at its end: (.*)/.exec(refused.stderr)?.[1]?.split(' | ') ?? [];
    expect(lines).toHaveLength(5);
    writeFileSync(etc('sets.conf'), `${lines.join('\n')}\n`);
    rmSync(join(desk.root.directory, 'var/lib/tumpline'), { recursive: true, force: true });
    expect((await desk.root.emerge(['--depclean', '-p'])).exitCode).not.toBe(0);
  });
});
