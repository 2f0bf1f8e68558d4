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

describe('enable olm', () => {
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
    mkdirSync(join(desk.portage.modules, 'olm'));
    writeFileSync(join(desk.portage.modules, 'olm/olm.py'), '# another\n');
    expect(tumpline('enable', 'olm')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('modules/olm/olm.py: is a file that tumpline did not write'),
    });
    expect(existsSync(etc('repos.conf/tumpline-olm.conf'))).toBe(false);
  });

  full('after a change of Python: status says so, the hook as well, and enable puts it right', async () => {
    desk = await makeSyncDesk();
    expect(tumpline('enable', 'olm').status).toBe(0);
    // what a new slot looks like: Portage is there, our module is not
    const record = join(desk.root.directory, 'var/lib/tumpline/enable/state.json');
    const old = join(desk.root.directory, 'old');
    await desk.root.run('cp', ['-a', join(desk.portage.modules, 'olm'), old]);
    mkdirSync(join(old, '__pycache__'));
    const text = readFileSync(record, 'utf8').replaceAll(join(desk.portage.modules, 'olm'), old);
    writeFileSync(record, text);
    rmSync(join(desk.portage.modules, 'olm'), { recursive: true });
    expect(tumpline('status')).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(
        /problem +olm: the sync module is in \S*old, but Portage looks in .*: tumpline enable olm\n/,
      ),
    });
    desk.write('etc/overlayman/packages', '');
    desk.addSide();
    const { code, text: said } = await desk.run('emaint', ['sync', '-A']);
    expect({ code, said }).toMatchObject({
      code: 0,
      said: expect.stringContaining('try: tumpline enable olm'),
    });
    expect(tumpline('enable', 'olm')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/added the file portage\/sync[\s\S]*removed the file old\/olm\.py/),
    });
    expect(existsSync(old)).toBe(false);
    expect(tumpline('status').status).toBe(0);
  });
});
