/** `tumpline enable olm` and `disable olm`: what comes, what goes, what is refused. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { treeAt } from '../../commands/kit.ts';
import { noteReduced, quick } from '../../kit/environment.ts';
import { treeOf } from '../../kit/tree.ts';
import { isCopyable } from '../../testbed/own-portage.ts';
import { makeSyncDesk, type SyncDesk } from './sync-kit.ts';

const full = test.skipIf(quick || !isCopyable());
if (quick) noteReduced('enable olm: only in a full run');
else if (!isCopyable()) noteReduced('enable olm: nothing is put into the Portage of this machine');

let desk: SyncDesk;
afterEach(() => desk.end());

/** What the command says, paths shortened. */
function tumpline(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = desk.tumpline(args);
  const short = (text: string) =>
    text.replaceAll(`${desk.root.directory}/`, '').replaceAll(`${desk.portage.packages}/`, '');
  return { status, stdout: short(stdout), stderr: short(stderr) };
}

/** The root, and the Python into which the module goes. */
function everything(): string[] {
  return [...treeAt(desk), ...treeOf(desk.portage.modules, ['__pycache__'])];
}

const etc = (path: string) => join(desk.root.directory, 'etc/portage', path);

describe('enable olm', { timeout: 180_000 }, () => {
  full('and disable it: no trace, and Portage knows the module in between', async () => {
    desk = await makeSyncDesk();
    const before = everything();
    expect(tumpline('enable', 'olm')).toEqual({
      status: 0,
      stdout: [
        'olm: added the file portage/sync/modules/olm/installation',
        'olm: added the file portage/sync/modules/olm/olm.py',
        'olm: added the file portage/sync/modules/olm/__init__.py',
        'olm: added the link etc/portage/postsync.d/60-tumpline-olm',
        'olm: added the file etc/portage/repos.conf/tumpline-olm.conf',
        'olm is on; to undo: tumpline disable olm',
        '',
      ].join('\n'),
      stderr: '',
    });
    // Portage's own Python leaves its bytecode beside the module
    const { code, text } = await desk.run('emaint', ['sync', '-A']);
    expect({ code, text }).toMatchObject({ code: 0, text: expect.not.stringContaining('!!!') });
    expect(tumpline('status')).toMatchObject({ status: 0, stdout: expect.not.stringContaining('problem') });
    expect(tumpline('enable', 'olm')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^(olm: already there: .*\n){5}olm is on/),
    });
    expect(tumpline('disable', 'olm')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^(olm: removed .*\n){5}olm is off\n$/),
      stderr: '',
    });
    expect(everything()).toEqual(before);
    expect(existsSync(join(desk.portage.modules, 'olm'))).toBe(false);
  });

  full('refuses a repos.conf that is a file, and names what makes it a directory', async () => {
    desk = await makeSyncDesk();
    const own = readFileSync(etc('repos.conf/own.conf'), 'utf8');
    rmSync(etc('repos.conf'), { recursive: true });
    writeFileSync(etc('repos.conf'), own);
    const before = everything();
    const { status, stderr } = desk.tumpline(['enable', 'olm']);
    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining('is a file') });
    expect(everything()).toEqual(before);
    const hint = /^try: (.*)$/m.exec(stderr)?.[1] ?? '';
    expect((await desk.root.run('sh', ['-c', hint])).exitCode).toBe(0);
    expect(tumpline('enable', 'olm').status).toBe(0);
    const seen = await desk.root.run(join(desk.portage.emerge, '../portageq'), [
      'get_repos',
      desk.root.directory,
    ]);
    expect(seen.stdout.trim()).toBe('testbed');
  });

  full("refuses what is somebody else's", async () => {
    desk = await makeSyncDesk();
    writeFileSync(etc('repos.conf/tumpline-olm.conf'), '[mine]\nlocation = /nowhere\n');
    const before = everything();
    expect(tumpline('enable', 'olm')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('tumpline-olm.conf: is a file that tumpline did not write'),
    });
    expect(everything()).toEqual(before);
    rmSync(etc('repos.conf/tumpline-olm.conf'));
    const given = { PORTAGE_REPOSITORIES: readFileSync(etc('repos.conf/own.conf'), 'utf8') };
    expect(desk.tumpline(['enable', 'olm'], given)).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('PORTAGE_REPOSITORIES is set'),
    });
    expect(tumpline('disable', 'olm').status).toBe(0);
    mkdirSync(join(desk.portage.modules, 'olm'));
    writeFileSync(join(desk.portage.modules, 'olm/olm.py'), '# another\n');
    expect(tumpline('enable', 'olm')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('modules/olm/olm.py: is a file that tumpline did not write'),
    });
    expect(existsSync(etc('repos.conf/tumpline-olm.conf'))).toBe(false);
  });

  full('in a Python that comes later: status says so, and the hook puts the module there', async () => {
    desk = await makeSyncDesk();
    const { modules, packages } = desk.portage;
    const other = modules.replace(/python3\.\d+/, 'python3.99');
    expect(tumpline('enable', 'olm').status).toBe(0);
    mkdirSync(other, { recursive: true });
    expect(tumpline('status')).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(
        /problem +olm: no sync module in \S*python3\.99\S*olm, .*: tumpline enable olm\n/,
      ),
    });
    expect(tumpline('enable', 'olm')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/olm: added the file \S*python3\.99\S*__init__\.py\n/),
    });
    expect(tumpline('status').status).toBe(0);
    // the old one goes, with its Portage, and what is left is the bytecode
    rmSync(other, { recursive: true });
    rmSync(join(modules, 'olm/__init__.py'));
    desk.write('etc/overlayman/packages', '');
    desk.addSide();
    const { code, text } = await desk.run('emaint', ['sync', '-A']);
    expect({ code, text }).toMatchObject({
      code: 0,
      text: expect.stringContaining(`olm: added the file ${packages}/portage/sync/modules/olm/__init__.py\n`),
    });
    expect(tumpline('status')).toMatchObject({
      status: 0,
      stdout: expect.not.stringContaining('python3.99'),
    });
  });

  full(
    'Portage builds nothing of ours without the module, and all with one whose tumpline is gone',
    async () => {
      desk = await makeSyncDesk({
        observability: false,
        overlays: { guru: {} },
        ebuilds: { 'app/a-1::guru': {} },
      });
      const conf = etc('repos.conf/own.conf');
      const text = readFileSync(conf, 'utf8');
      writeFileSync(
        conf,
        `${text}\n[guru]\nsync-type = olm\nsync-uri = olm:guru\n`.replace(/\[guru\]\n.*\n.*\n/, ''),
      );
      writeFileSync(
        etc('repos.conf/z.conf'),
        `[guru]\nlocation = ${desk.root.directory}/var/db/repos/guru\n`,
      );
      expect((await desk.run('emerge', ['app/a'])).text).toContain('InvalidModuleName');
      expect(tumpline('enable', 'olm').status).toBe(0);
      writeFileSync(join(desk.portage.modules, 'olm/installation'), '/nowhere\n');
      const synced = await desk.run('emaint', ['sync', '-r', 'guru']);
      expect(synced).toMatchObject({
        code: 1,
        text: expect.stringMatching(
          /^!!! olm: \/nowhere\/bin\/olm is not there any more: guru stays as it is/m,
        ),
      });
      const { code, text: said } = await desk.run('emerge', ['app/a']);
      expect({ code, said }).toMatchObject({ code: 0, said: expect.not.stringContaining('!!!') });
      expect(desk.root.merged()).toEqual(['app/a-1']);
      rmSync(etc('repos.conf/z.conf'));
      writeFileSync(
        conf,
        `${text}\n`.replace('auto-sync = no\n\n\n', 'sync-type = olm\nsync-uri = git:guru\n'),
      );
      expect((await desk.run('emerge', ['-p', 'app/a'])).text).toContain('sync-type olm wants olm:OVERLAY');
    },
  );
});
