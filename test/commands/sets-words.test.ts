/** What `tumpline sets` and `disable sets` say where something hinders them, or looks like a slip. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noteReduced, quick } from '../kit/environment.ts';
import { type Desk, makeDesk } from './kit.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await makeDesk({
    observability: false,
    ebuilds: { 'app-t/a-1': { IUSE: '+local' }, 'app-t/b-1': {} },
    profile: { 'make.defaults': ['USE="profiled"'] },
    overlays: { shop: {} },
    world: ['app-t/a'],
    sets: { kit: ['app-t/a'] },
  });
  write('var/db/repos/testbed/profiles/use.desc', '# flags\n\nssl - Secure sockets\n');
  write('var/db/repos/testbed/profiles/desc/l10n.desc', 'de - German\n');
  write('var/db/repos/testbed/profiles/use.local.desc', 'app-t/b:near - Only there\n');
});
afterAll(() => desk.root.remove());

function write(path: string, content: string): string {
  const file = join(desk.root.directory, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

/** Two words in a mount namespace of its own, where the directory cannot be written. */
function readOnly(directory: string, ...args: readonly string[]) {
  const script = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"';
  const argv = ['-m', 'sh', '-c', script, directory, join(desk.tree, 'bin/tumpline'), ...args];
  return spawnSync('unshare', argv, { env: desk.environment, encoding: 'utf8', timeout: 60_000 });
}
const mounts = spawnSync('unshare', ['-m', 'mount', '--bind', '/tmp', '/tmp']).status === 0;
if (!mounts) noteReduced('sets: no file system could be made read-only');

describe.skipIf(quick)('what is said', () => {
  test('a condition on a flag that nothing knows is noted, with what may be meant', () => {
    const conditions = ['ssl', 'l10n_de', 'near', 'local', 'profiled', '!sls', 'unheard-of'];
    const path = write('etc/portage/sets/kit', conditions.map(flag => `${flag}? ( app-t/a )\n`).join(''));
    const { status, stdout } = desk.tumpline(['sets', 'check', '--json', 'kit']);
    const complaints = (JSON.parse(stdout) as { complaints: { code: string; line: number }[] }).complaints;
    expect(complaints.filter(({ code }) => code === 'unknown-flag')).toEqual([
      expect.objectContaining({
        ...{ set: 'kit', path, line: 6, severity: 'note', hint: 'tumpline sets edit kit' },
        what: "'sls' is a USE flag of no profile and no package; is 'ssl' meant?",
      }),
      expect.objectContaining({ line: 7, what: "'unheard-of' is a USE flag of no profile and no package" }),
    ]);
    // a set like that needs the part
    expect(status).toBe(1);
    write('etc/portage/sets/kit', 'app-t/a\n');
  });

  test('diff with a file that never was', () => {
    const { status, stderr } = desk.tumpline(['sets', 'diff', 'kit', '/nope']);
    expect([status, stderr]).toEqual([1, 'tumpline: /nope: no such file\ntry: ls /\n']);
  });

  test('regenworld counts one entry as one', () => {
    write('var/log/emerge.log', '');
    const { stdout } = desk.tumpline(['sets', 'regenworld']);
    expect(stdout).toMatch(/\/world: 1 entry, 0 more\n.*\/world_sets: 0 entries, 0 more\n/);
  });

  test('a section that cannot be read is told, and no set is taken to be in its way', () => {
    const conf = write(
      'var/db/repos/shop/sets.conf',
      '[shop]\nclass = portage.sets.files.StaticFileSet\nmultiset = true\ndirectory = %(nope)s/sets\n',
    );
    const { status, stdout } = desk.tumpline(['sets', 'check']);
    expect([status, stdout]).toEqual([
      0,
      "sets.conf: note: shop: directory: '%(nope)s/sets': a % is followed by neither % nor the (name)s of something known\n",
    ]);
    rmSync(conf);
  });
});

describe.skipIf(quick || !mounts)('on a file system that is read-only', () => {
  const state = () => join(desk.root.directory, 'var/lib/tumpline');

  test('check does not say that nothing is wrong, disable does not ask root to be root', () => {
    const enabled = desk.tumpline(['enable', 'sets']);
    expect([enabled.status, enabled.stderr]).toEqual([0, expect.not.stringMatching(/tumpline: (?!@)/)]);
    // the first look after enabling makes the stamp
    desk.tumpline(['sets', 'check']);
    const current = readOnly(state(), 'sets', 'check');
    expect([current.status, current.stdout]).toEqual([0, '1 set, nothing is wrong\n']);
    write('etc/portage/sets/kit', 'app-t/a\napp-t/b\n');
    const { status, stdout } = readOnly(state(), 'sets', 'check');
    expect([status, stdout]).toEqual([
      0,
      `@world: note: what Portage reads could not be made anew: ${state()}/sets: the file system is read-only\n` +
        `  try: findmnt -T ${state()}\n`,
    ]);
    const disabled = readOnly(state(), 'disable', 'sets');
    expect([disabled.status, disabled.stderr]).toEqual([
      1,
      `tumpline: ${state()}/sets: the file system is read-only\ntry: findmnt -T ${state()}\n`,
    ]);
    const sets = join(desk.root.directory, 'etc/portage/sets');
    const edited = readOnly(sets, 'sets', 'edit', 'kit');
    expect([edited.status, edited.stderr]).toEqual([
      1,
      `tumpline: ${sets}: the file system is read-only\ntry: findmnt -T ${dirname(sets)}\n`,
    ]);
  });
});
