/** What somebody who is not root gets, and a set file that he may not read. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Desk, makeDesk } from '../commands/kit.ts';
import { emerge, noteReduced, python, quick } from '../kit/environment.ts';
import { treeOf } from '../kit/tree.ts';

const user = 65534;
let desk: Desk;
let programs: string;

/** The same Portage for the machine's own Python: that of a venv may stand where only root looks. */
function emergeForAll(): string {
  const place = mkdtempSync('/tmp/for-all-');
  const site = spawnSync(python, ['-c', 'import portage; print(portage.__path__[0])'], { encoding: 'utf8' });
  const venv = dirname(dirname(emerge));
  const main = join(venv, 'lib/portage/bin/emerge');
  const script = `import sys
sys.prefix = sys.exec_prefix = '${venv}'
sys.path.insert(0, '${dirname(site.stdout.trim())}')
__file__ = '${main}'
exec(compile(open(__file__).read(), __file__, 'exec'))\n`;
  writeFileSync(join(place, 'emerge'), `#!/usr/bin/python3\n${script}`, { mode: 0o755 });
  chmodSync(place, 0o755);
  return place;
}

function opened(...paths: readonly string[]): void {
  spawnSync('chmod', ['-R', 'a+rX', ...paths]);
}

function as(who: number, program: 'emerge' | 'wrapper' | 'tumpline', args: readonly string[]) {
  const real = join(programs, 'emerge');
  const command = {
    emerge: real,
    wrapper: join(desk.tree, 'bin/emerge'),
    tumpline: join(desk.tree, 'bin/tumpline'),
  };
  const { status, stdout, stderr } = spawnSync(command[program], args, {
    env: { ...desk.environment, TUMPLINE_EMERGE: real, HOME: '/nonexistent', PYTHONDONTWRITEBYTECODE: '1' },
    encoding: 'utf8',
    cwd: '/',
    timeout: 60_000,
    uid: who,
    gid: who,
  });
  return { status, stdout, stderr };
}

beforeAll(async () => {
  programs = emergeForAll();
  desk = await makeDesk({
    observability: false,
    ebuilds: { 'app-t/a-1': {}, 'app-t/b-1': {} },
    sets: { kit: ['app-t/a'] },
    worldSets: ['@kit'],
  });
  opened(dirname(desk.root.directory));
  if (desk.tree.startsWith(tmpdir())) opened(dirname(desk.tree));
});
afterAll(() => {
  desk.root.remove();
  rmSync(programs, { recursive: true, force: true });
});

const kit = () => join(desk.root.directory, 'etc/portage/sets/kit');
const state = () => treeOf(desk.root.directory, ['run', 'var/cache', 'tmp', 'var/db', 'var/log', 'share']);

describe.skipIf(quick || process.getuid?.() !== 0)('somebody who is not root', () => {
  test('reads sets as with plain emerge', ({ skip }) => {
    if (as(user, 'wrapper', ['--version']).status !== 0 || as(user, 'tumpline', ['--version']).status !== 0) {
      noteReduced('sets: nobody else can run this Portage');
      skip();
    }
    const before = state();
    const plain = as(user, 'emerge', ['-p', '@kit']);
    expect([plain.status, plain.stdout]).toEqual([0, expect.stringContaining('app-t/a-1')]);
    const comparable = ({ stdout, ...rest }: typeof plain) => ({
      ...rest,
      stdout: stdout.replace(/took \S+ s/, ''),
    });
    expect(comparable(as(user, 'wrapper', ['-p', '@kit']))).toEqual(comparable(plain));
    const merging = { status: 1, stderr: 'emerge: superuser access is required\n' };
    expect(as(user, 'emerge', ['@kit'])).toMatchObject(merging);
    expect(as(user, 'wrapper', ['@kit'])).toMatchObject(merging);
    expect(as(user, 'tumpline', ['sets', 'check'])).toEqual({
      ...{ status: 0, stderr: '' },
      stdout: '1 set, nothing is wrong\n',
    });
    expect(state()).toEqual(before);
  });

  test('a set file that he may not read: told, and only what names it is stopped', ({ skip }) => {
    if (as(user, 'wrapper', ['--version']).status !== 0) skip();
    chmodSync(kit(), 0o600);
    const place = `tumpline: ${kit()}: permission denied`;
    expect(as(user, 'wrapper', ['-p', '@kit'])).toEqual({
      ...{ status: 1, stdout: '' },
      stderr: `${place}\ntry: ls -l ${kit()}\n`,
    });
    const other = as(user, 'wrapper', ['-p', 'app-t/b']);
    expect(other.status).toBe(0);
    expect(other.stderr.split('\n')[0]).toBe(`${place}; before depclean and @world: ls -l ${kit()}`);
    expect(as(user, 'wrapper', ['-pc'])).toMatchObject({ status: 1, stdout: '' });
    expect(as(user, 'tumpline', ['sets', 'check'])).toMatchObject({
      ...{ status: 1, stderr: '' },
      stdout: `${kit()}: permission denied\n  try: ls -l ${kit()}\n`,
    });
    chmodSync(kit(), 0o644);
  });

  test('generated sets that he cannot bring up to date', ({ skip }) => {
    if (as(user, 'wrapper', ['--version']).status !== 0) skip();
    expect(desk.tumpline(['enable', 'sets']).status).toBe(0);
    opened(desk.root.directory);
    expect(desk.tumpline(['sets', 'check']).status).toBe(0);
    expect(as(user, 'wrapper', ['-p', '@kit'])).toMatchObject({ status: 0, stderr: '' });
    writeFileSync(kit(), 'app-t/a\napp-t/b\n');
    const before = state();
    const generated = join(desk.root.directory, 'var/lib/tumpline/sets');
    const outdated = `tumpline: ${generated}/generated: cannot be brought up to date, so Portage reads the sets as they were\n`;
    const pretended = as(user, 'wrapper', ['-p', '@kit']);
    expect([pretended.status, pretended.stderr]).toEqual([0, outdated]);
    expect(pretended.stdout).not.toContain('app-t/b');
    expect(as(user, 'wrapper', ['-c'])).toEqual({
      ...{ status: 1, stdout: '' },
      stderr: `${outdated}try: run it again as root, or TUMPLINE_SETS=warn emerge …\n`,
    });
    const denied = `tumpline: ${generated}: permission denied\ntry: run it again as root\n`;
    expect(as(user, 'tumpline', ['sets', 'check'])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(`could not be made anew: ${generated}: permission denied`),
    });
    expect(as(user, 'tumpline', ['disable', 'sets'])).toMatchObject({ status: 1, stdout: '' });
    expect(as(user, 'tumpline', ['sets', 'edit', 'kit'])).toEqual({
      ...{ status: 1, stdout: '' },
      stderr: denied.replace(generated, dirname(kit())),
    });
    expect(state()).toEqual(before);
  });
});
