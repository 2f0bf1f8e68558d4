/** sync-user of repos.conf: everything of olm is done and owned by that user, but the links and repos.conf. */
import { spawnSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noteReduced, quick, top } from '../../kit/environment.ts';
import { commitTree } from '../../kit/git-repository.ts';
import { type GitServer, serveGit } from '../../kit/git-server.ts';
import { isCopyable } from '../../testbed/own-portage.ts';
import { makeSyncDesk, type SyncDesk } from './sync-kit.ts';
import { toyOverlay } from './toy-overlay.ts';

const nobody = 65534;
const able =
  process.getuid?.() === 0 &&
  /^nobody:[^:]*:65534:/m.test(readFileSync('/etc/passwd', 'utf8')) &&
  // Node, and what it runs, may be in a home that only its owner may enter
  spawnSync(process.execPath, ['-e', 'fs.readFileSync(process.argv[1])', join(top, 'package.json')], {
    ...{ uid: nobody, gid: nobody, cwd: '/' },
  }).status === 0;
const full = test.skipIf(quick || !isCopyable() || !able);
if (!quick && !able) noteReduced('olm: sync-user needs root, and a user nobody who may read here');

let desk: SyncDesk;
let server: GitServer;
const at = (path: string) => join(desk.root.directory, path);
const upstream = () => join(dirname(desk.root.directory), 'upstream/guru');

/** Owners of all files below, links as they are. */
function owners(directory: string): number[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return [...new Set(entries.map(entry => lstatSync(join(entry.parentPath, entry.name)).uid))];
}

/** A new commit brings a version of app-misc/foo. */
function bring(version: number): void {
  const commit = { 'app-misc/foo-1': '', [`app-misc/foo-${version}`]: '' };
  commitTree(upstream(), toyOverlay('guru', commit));
}

describe('sync-user = nobody', { timeout: 180_000 }, () => {
  beforeAll(async () => {
    if (quick || !isCopyable() || !able) return;
    desk = await makeSyncDesk();
    const ours = [desk.root.directory, dirname(desk.root.directory)];
    // a tree that was built for this test alone
    if (dirname(desk.tree) !== top) ours.push(dirname(desk.tree));
    for (const path of ours) chmodSync(path, 0o755);
    mkdirSync(dirname(upstream()));
    bring(2);
    commitTree(join(dirname(upstream()), 'kde'), toyOverlay('kde', { 'app-misc/look-1': '' }));
    server = await serveGit(dirname(upstream()), { filter: true });
    const overlays = ['guru', 'kde'].map(name => `[${name}]\nsync-uri = ${server.url}/${name}\n`);
    desk.write('etc/overlayman/overlays.conf', overlays.join(''));
    desk.write('etc/overlayman/packages', 'app-misc/foo::guru\n');
    desk.write('etc/portage/repos.conf/user.conf', '[DEFAULT]\nsync-user = nobody\n');
  }, 120_000);
  afterAll(async () => {
    await server?.stop();
    desk?.end();
  });

  full('what root has made is handed over, and from then on it is theirs', async () => {
    expect(desk.tumpline(['enable', 'olm'])).toMatchObject({ status: 0, stderr: '' });
    // Portage has no repository of ours yet, so that nobody is named for one
    expect(await desk.olmAsync(['sync'])).toMatchObject({ code: 0 });
    expect(owners(at('var/lib/tumpline/olm'))).toEqual([nobody]);
    await desk.root.run('chown', [
      '-R',
      'root:root',
      at('var/lib/tumpline/olm'),
      at('var/cache/tumpline/olm'),
    ]);
    bring(3);
    const { code, text } = await desk.run('emaint', ['sync', '-r', 'guru']);
    expect({ code, text }).toMatchObject({
      code: 0,
      text: expect.stringContaining('1 changed (app-misc/foo)'),
    });
    expect(owners(at('var/lib/tumpline/olm'))).toEqual([nobody]);
    expect(owners(at('var/cache/tumpline/olm'))).toEqual([nobody]);
    expect(realpathSync(at('var/db/repos/guru'))).toMatch(/olm\/guru\/generation-2$/);
    expect(lstatSync(at('etc/portage/repos.conf/tumpline-olm.conf')).uid).toBe(0);
  });

  full('root hands its own call over to them, too', async () => {
    bring(4);
    const { code, text } = await desk.olmAsync(['sync']);
    expect({ code, text }).toMatchObject({
      code: 0,
      text: expect.stringContaining('1 changed (app-misc/foo)'),
    });
    expect(owners(at('var/lib/tumpline/olm'))).toEqual([nobody]);
    expect(owners(at('var/cache/tumpline/olm'))).toEqual([nobody]);
  });

  full('the link and the section of a new overlay are made by the hook, and go by it', async () => {
    desk.write('etc/overlayman/packages', 'app-misc/foo::guru\napp-misc/look::kde\n');
    // root looks, and leaves nothing of root's
    expect(await desk.olmAsync(['diff'])).toMatchObject({ code: 1, text: expect.stringContaining('look') });
    expect(await desk.olmAsync(['sync', '--pretend'])).toMatchObject({ code: 0 });
    expect(owners(at('var/cache/tumpline/olm'))).toEqual([nobody]);
    expect(await desk.run('emaint', ['sync', '-r', 'guru'])).toMatchObject({ code: 0 });
    expect(lstatSync(at('var/db/repos/kde')).uid).toBe(0);
    expect(readFileSync(at('etc/portage/repos.conf/tumpline-olm.conf'), 'utf8')).toContain('[kde]');
    expect(owners(at('var/lib/tumpline/olm'))).toEqual([nobody]);
    desk.write('etc/overlayman/packages', 'app-misc/foo::guru\n');
    const { code, text } = await desk.run('emaint', ['sync', '-r', 'guru']);
    expect({ code, text }).toMatchObject({ code: 0, text: expect.not.stringContaining('permission') });
    expect(readdirSync(at('var/db/repos')).sort()).toEqual(['guru', 'testbed']);
    expect(readFileSync(at('etc/portage/repos.conf/tumpline-olm.conf'), 'utf8')).not.toContain('[kde]');
  });

  full('what is in the way of one link keeps no other back', async () => {
    desk.write('etc/overlayman/packages', 'app-misc/foo::guru\napp-misc/look::kde\n');
    rmSync(at('var/db/repos/guru'));
    desk.write('var/db/repos/guru/own', '');
    const { code, text } = await desk.olmAsync(['sync']);
    expect({ code, text }).toMatchObject({
      code: 1,
      text: expect.stringMatching(/repos\/guru: is there already/),
    });
    expect(lstatSync(at('var/db/repos/kde')).isSymbolicLink()).toBe(true);
    expect(readFileSync(at('etc/portage/repos.conf/tumpline-olm.conf'), 'utf8')).toContain('[kde]');
    expect(readdirSync(at('var/db/repos/guru'))).toEqual(['own']);
  });
});
