import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseOverlayList } from '../../portage/files/overlay-list.ts';
import { fetchSource } from '../../wrappers/olm/source.ts';
import { top } from '../kit/environment.ts';
import { commitTree } from '../kit/git-repository.ts';
import { expectDocumented } from './documented.ts';
import { type Desk, makeDesk } from './kit.ts';

const list = join(top, 'test/portage/files/fixtures/repositories.xml');
let desk: Desk;
let overlayman: string;

beforeAll(async () => {
  desk = await makeDesk();
  const { directory } = desk.root;
  overlayman = join(directory, 'etc/overlayman');
  mkdirSync(overlayman, { recursive: true });
  const repository = join(directory, 'fetched.git');
  const ebuild = 'EAPI=8\nSLOT=0\n';
  commitTree(repository, {
    'app-misc/foo/foo-1.10.ebuild': ebuild,
    'app-misc/foo/foo-1.9.ebuild': ebuild,
    'app-misc/foobar/foobar-1.ebuild': ebuild,
    'dev-x/libfoo/libfoo-2.ebuild': ebuild,
    'foo-misc/other/other-1.ebuild': ebuild,
    'eclass/foo.eclass': '',
    'profiles/repo_name': 'fetched\n',
    'metadata/layout.conf': 'masters = gentoo\n',
  });
  const uri = `file://${repository}`;
  const local = join(directory, 'tree');
  mkdirSync(join(local, 'sys-x/foolish'), { recursive: true });
  writeFileSync(join(local, 'sys-x/foolish/foolish-3.ebuild'), ebuild);
  mkdirSync(join(local, 'profiles'));
  writeFileSync(
    join(overlayman, 'overlays.conf'),
    `repositories = ${list}\n[fetched]\nsync-uri = ${uri}\n[here]\nsync-uri = ${local}\nunmask = yes\n[secret]\nsync-uri = https://me:word@git.example.org/secret.git\nbranch = next\n`,
  );
  const spec = { name: 'fetched', type: 'git', uri, unmask: false, sets: false, origin: 'test' } as const;
  await fetchSource(spec, join(directory, 'var/cache/tumpline/olm/fetched'));
  writeFileSync(
    join(overlayman, 'packages'),
    'app-misc/foo::fetched\n>=sys-x/foolish-2::here\na/b::secret\nc/d::mirrored\nc/d::mirrored\n',
  );
});
afterAll(() => desk.root.remove());

describe('search', () => {
  test('the best first, with versions in order, and what is listed', () => {
    const { status, stdout, stderr } = desk.olm(['search', 'Foo', '--offline']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toBe(`app-misc/foo::fetched     1.9 1.10  listed
app-misc/foobar::fetched  1
foo-misc/other::fetched   1
sys-x/foolish::here       3  listed
dev-x/libfoo::fetched     2
`);
  });

  test('with a category; overlays by name and description', () => {
    expect(desk.olm(['search', 'app-misc/foo']).stdout).toMatch(
      /^app-misc\/foo::fetched .*\napp-misc\/foobar/,
    );
    expect(desk.olm(['search', 'mirror']).stdout).toBe(
      'overlays\n  mirrored     By people & for people <3 — "new" € &nbsp; &unknown;\n  only-mirror\n',
    );
    const answer = JSON.parse(desk.olm(['search', 'people', '--json']).stdout);
    expect(answer).toMatchObject({ overlays: [{ name: 'mirrored', searched: false }] });
    for (const word of ['foo', 'people'])
      expectDocumented('olm.md', { ...JSON.parse(desk.olm(['search', word, '--json']).stdout) });
  });

  test('nothing: the nearest word, exit status 1', () => {
    expect(desk.olm(['search', 'foobra'])).toMatchObject({
      status: 1,
      stdout: 'foobra: not in fetched here, nor among the overlays that are listed\ntry: olm search foobar\n',
    });
    expect(desk.olm(['search', 'app-misc/fooo']).stdout).toContain('try: olm search app-misc/foo\n');
  });
});

describe('export', () => {
  test('a list that can be given away: no password, no path of a key', () => {
    const { status, stdout, stderr } = desk.olm(['export']);
    const directory = desk.root.directory;
    expect(stdout).toBe(`# packages out of overlays, for /etc/overlayman/packages: see overlayman(5)
app-misc/foo::fetched
>=sys-x/foolish-2::here
a/b::secret
c/d::mirrored
# mirrored: https://github.com/gentoo-mirror/mirrored
#
# for /etc/overlayman/overlays.conf:
#
# [fetched]
# sync-uri = file://${directory}/fetched.git
# type = git
#
# [here]
# sync-uri = ${directory}/tree
# unmask = yes
#
# [secret]
# sync-uri = https://git.example.org/secret.git
# type = git
# branch = next
`);
    expect(status).toBe(0);
    expect(stderr).toBe(`tumpline: here: is the directory ${directory}/tree of this computer\n`);
    expectDocumented('olm.md', JSON.parse(desk.olm(['export', '--json']).stdout));
  });

  test('what it prints is a list again', () => {
    const { stdout } = desk.olm(['export']);
    const { selections, problems } = parseOverlayList(stdout, 'f');
    expect(problems).toEqual([]);
    expect(selections.map(({ text }) => text)).toEqual([
      'app-misc/foo::fetched',
      '>=sys-x/foolish-2::here',
      'a/b::secret',
      'c/d::mirrored',
    ]);
  });
});
