/** `olm sync` against overlays on a git server of our own; what Portage then sees is asked from Portage. */
import { existsSync, lstatSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { noteReduced, quick } from '../../kit/environment.ts';
import { makeOlmDesk, type OlmDesk } from './olm-kit.ts';

if (quick) noteReduced('olm sync: one run against a server');

const frog = {
  ebuilds: {
    'app-x/frog-1': { RDEPEND: 'dev-x/pond dev-x/local' },
    'dev-x/pond-1': {},
    'dev-x/pond-2': {},
    'dev-x/local-1': {},
    'app-x/other-1': {},
  },
};
const declaration = { ebuilds: { 'dev-x/local-1': {} } };
let desk: OlmDesk;
afterEach(() => desk?.end());

function generation(name: string): string {
  return readlinkSync(join(desk.root.directory, 'var/lib/tumpline/olm', name, 'current'));
}

test('what is listed comes with what it needs, once; what is no longer listed goes', async () => {
  desk = await makeOlmDesk({ guru: frog }, { declaration });
  desk.list('app-x/frog::guru');
  const pretended = await desk.olm(['sync', '--pretend']);
  expect(pretended.stdout).toBe(
    'guru: 2 packages, 2 new (app-x/frog dev-x/pond)\nnothing was changed; to do it: olm sync\n',
  );
  expect(desk.repository('guru')).toBeUndefined();
  expect(existsSync(join(desk.root.directory, 'var/lib/tumpline/olm'))).toBe(false);

  const first = await desk.olm(['sync']);
  expect(first).toEqual({ code: 0, stdout: 'guru: 2 packages, 2 new (app-x/frog dev-x/pond)\n', stderr: '' });
  expect(desk.visible('app-x/frog', 'dev-x/pond', 'app-x/other', 'dev-x/local')).toEqual([
    'app-x/frog-1:0::guru',
    'dev-x/pond-1:0::guru',
    'dev-x/pond-2:0::guru',
    'dev-x/local-1:0::testbed',
  ]);
  expect(lstatSync(join(desk.root.directory, 'var/db/repos/guru')).isSymbolicLink()).toBe(true);

  expect(await desk.olm(['sync'])).toEqual({
    code: 0,
    stdout: 'guru: 2 packages, nothing new\n',
    stderr: '',
  });
  expect(generation('guru')).toBe('generation-1');

  desk.commit('guru', { ebuilds: { ...frog.ebuilds, 'dev-x/pond-3': {} } });
  expect((await desk.olm(['sync'])).stdout).toBe('guru: 2 packages, 1 changed (dev-x/pond)\n');
  expect(generation('guru')).toBe('generation-2');

  desk.list('app-x/other::guru');
  expect((await desk.olm(['sync'])).stdout).toBe(
    'guru: 1 package, 1 new (app-x/other), 2 gone (app-x/frog dev-x/pond)\n',
  );
  desk.list('# nothing');
  expect((await desk.olm(['sync'])).stdout).toBe('guru: gone: no longer listed\n');
  expect(desk.repository('guru')).toBeUndefined();
  expect(desk.visible('app-x/frog', 'dev-x/pond', 'app-x/other')).toEqual([]);
}, 60_000);

test.skipIf(quick)(
  'a package that the local tree gains is no longer taken, though the overlay is as it was',
  async () => {
    desk = await makeOlmDesk({ guru: frog }, { declaration });
    desk.list('app-x/frog::guru');
    await desk.olm(['sync']);
    const main = join(desk.root.repository, 'dev-x/pond');
    desk.write('var/db/repos/testbed/dev-x/pond/pond-5.ebuild', 'EAPI=8\nSLOT=0\nKEYWORDS="amd64"\n');
    expect(main).toContain('var/db/repos/testbed');
    expect((await desk.olm(['sync'])).stdout).toBe('guru: 1 package, 1 gone (dev-x/pond)\n');
    rmSync(main, { recursive: true });
    expect((await desk.olm(['sync'])).stdout).toBe('guru: 2 packages, 1 new (dev-x/pond)\n');
  },
  60_000,
);

test.skipIf(quick)(
  'one wrong line, overlay or package stops none of the others',
  async () => {
    desk = await makeOlmDesk(
      { guru: frog, kde: { ebuilds: { 'kde-x/plasma-1': {}, 'kde-x/old-1': {} } } },
      { declaration },
    );
    desk.list('app-x/frog::guru', 'kde-x/old::kde', 'kde-x/plasma::kde');
    expect((await desk.olm(['sync'])).code).toBe(0);

    desk.list(
      'app-x/frgo::guru',
      'app-x/other::guru',
      'kde-x/old::kde',
      'kde-x/plasma::kde',
      'what is this',
      'a/b::elsewere',
    );
    desk.commit('kde', { ebuilds: { 'kde-x/plasma-2': {} } });
    const answer = await desk.olm(['sync']);
    expect(answer.code).toBe(1);
    const list = join(desk.root.directory, 'etc/overlayman/packages');
    expect(answer.stderr).toContain(
      `tumpline: ${list}:1: app-x/frgo::guru: guru has no such package\ntry: app-x/frog::guru\n`,
    );
    expect(answer.stderr).toContain(
      `tumpline: ${list}:3: kde-x/old::kde: kde has no such package; what it brought before stays\n`,
    );
    expect(answer.stderr).toContain(`tumpline: ${list}:5: `);
    expect(answer.stderr).toMatch(/packages:6: elsewere: .*\ntry: .*elsewhere/);
    // a changed line brings nothing, one that is as it was keeps what it brought
    expect(desk.visible('app-x/frog', 'app-x/other', 'kde-x/old', 'kde-x/plasma')).toEqual([
      'app-x/other-1:0::guru',
      'kde-x/old-1:0::kde',
      'kde-x/plasma-2:0::kde',
    ]);
    const again = await desk.olm(['sync']);
    expect(again.code).toBe(1);
    expect(again.stderr).toBe(answer.stderr);
    desk.list('app-x/other::guru', 'kde-x/plasma::kde');
    expect((await desk.olm(['sync'])).code).toBe(0);
    expect(desk.visible('kde-x/old')).toEqual([]);
  },
  60_000,
);

test.skipIf(quick)(
  'a list that cannot be understood, or that is away, takes nothing from anybody',
  async () => {
    desk = await makeOlmDesk({ guru: frog }, { declaration });
    desk.list('app-x/frog::guru');
    await desk.olm(['sync']);
    desk.list('app-x/frog::');
    const spoilt = await desk.olm(['sync']);
    expect(spoilt.code).toBe(1);
    expect(spoilt.stdout).toContain('kept as they were');
    rmSync(join(desk.root.directory, 'etc/overlayman/packages'));
    const away = await desk.olm(['sync']);
    expect(away.code).toBe(1);
    expect(away.stderr).toContain('there is no list any more; what is published stays');
    expect(desk.visible('app-x/frog')).toEqual(['app-x/frog-1:0::guru']);
  },
  60_000,
);

test.skipIf(quick)(
  'an overlay that is away is warned of, and after so many days an error',
  async () => {
    desk = await makeOlmDesk({ guru: frog, kde: { ebuilds: { 'kde-x/plasma-1': {} } } }, { declaration });
    desk.list('app-x/frog::guru');
    await desk.olm(['sync']);
    desk.server.refuse('all');
    const away = await desk.olm(['sync']);
    expect(away.code).toBe(0);
    expect(away.stdout).toMatch(/^guru: 2 packages, nothing new\n {2}.*last answered today/);
    // what is there already will do for another selection
    desk.list('app-x/frog::guru', 'kde-x/plasma::kde');
    const never = await desk.olm(['sync']);
    expect(never.code).toBe(75);
    expect(never.stdout).toContain('kde: nothing is published');

    desk.list('app-x/frog::guru');
    const checked = join(desk.root.directory, 'var/lib/tumpline/olm/guru/checked.json');
    const known = JSON.parse(readFileSync(checked, 'utf8')) as { checked: number };
    writeFileSync(checked, JSON.stringify({ ...known, checked: known.checked - 15 * 86_400 }));
    const late = await desk.olm(['sync']);
    expect(late.code).toBe(75);
    expect(late.stderr).toContain('it last answered 15 days ago, and what it gave then stays');
    desk.write('etc/tumpline.conf', '[olm]\nage = 30\n');
    expect((await desk.olm(['sync'])).code).toBe(0);
    expect(desk.visible('app-x/frog')).toEqual(['app-x/frog-1:0::guru']);
  },
  60_000,
);

test.skipIf(quick)(
  'the whole overlay configured as well is refused',
  async () => {
    desk = await makeOlmDesk({ guru: frog }, { declaration });
    const conf = join(desk.root.directory, 'etc/portage/repos.conf');
    const own = readFileSync(conf, 'utf8');
    writeFileSync(
      conf,
      own.replace(
        /sync-type = olm\nsync-uri = olm:guru/,
        'sync-type = git\nsync-uri = https://example.org/guru',
      ),
    );
    desk.list('app-x/frog::guru');
    const answer = await desk.olm(['sync']);
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain(`guru: ${conf} configures the whole overlay`);
    expect(desk.repository('guru')).toBeUndefined();
  },
  60_000,
);

test.skipIf(quick)(
  'what is published and has gone is made again',
  async () => {
    desk = await makeOlmDesk({ guru: frog }, { declaration });
    desk.list('app-x/frog::guru');
    await desk.olm(['sync']);
    const { directory } = desk.root;
    for (const path of ['var/db/repos/guru', 'var/lib/tumpline/olm/guru/current', 'var/lib/tumpline/olm']) {
      rmSync(join(directory, path), { recursive: true });
      expect(await desk.olm(['sync'])).toMatchObject({ code: 0, stderr: '' });
      expect(desk.visible('app-x/frog')).toEqual(['app-x/frog-1:0::guru']);
    }
  },
  60_000,
);

test.skipIf(quick)(
  'an overlay that calls itself otherwise has the name by which it is listed',
  async () => {
    desk = await makeOlmDesk({ guru: frog }, { declaration });
    desk.commit('guru', frog, { 'profiles/repo_name': 'frogs\n' });
    desk.list('app-x/frog::guru');
    const answer = await desk.olm(['sync']);
    expect(answer.stdout).toContain('calls itself frogs; what is made of it is called guru, as listed');
    expect(desk.visible('app-x/frog')).toEqual(['app-x/frog-1:0::guru']);
  },
  60_000,
);
