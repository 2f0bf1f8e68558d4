/** emaint and emerge --sync drive olm: servers on this machine, one that knows partial clones and one that does not. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lstatIfPresent } from '../../../system/files.ts';
import { noteReduced, quick } from '../../kit/environment.ts';
import { commitTree } from '../../kit/git-repository.ts';
import { type GitServer, serveGit } from '../../kit/git-server.ts';
import { isCopyable } from '../../testbed/own-portage.ts';
import { makeSyncDesk, type SyncDesk } from './sync-kit.ts';
import { toyOverlay } from './toy-overlay.ts';

const full = test.skipIf(quick || !isCopyable());
if (quick) noteReduced('olm: not driven by emaint');

let desk: SyncDesk;
let servers: GitServer[] = [];

const guru = (more: Record<string, string> = {}) =>
  commitTree(
    join(upstream(), 'guru'),
    toyOverlay('guru', {
      'app-misc/foo-1': 'app-misc/bar',
      'app-misc/bar-1': '',
      'app-misc/other-1': '',
      ...more,
    }),
  );
const kde = (more: Record<string, string> = {}) =>
  commitTree(join(upstream(), 'kde'), toyOverlay('kde', { 'app-misc/look-1': '', ...more }));

const upstream = () => join(dirname(desk.root.directory), 'upstream');
const at = (path: string) => join(desk.root.directory, path);
const repository = (name: string) => at(`var/db/repos/${name}`);
const generation = (name: string) => realpathSync(repository(name)).replace(/.*\//, '');

/** What Portage takes for an atom. */
async function best(atom: string): Promise<string> {
  const { stdout } = await desk.root.run(join(desk.portage.emerge, '../portageq'), [
    'best_visible',
    desk.root.directory,
    atom,
  ]);
  return stdout.trim();
}

function list(...lines: string[]): void {
  desk.write('etc/overlayman/packages', lines.map(line => `${line}\n`).join(''));
}

async function begin(): Promise<void> {
  desk = await makeSyncDesk();
  mkdirSync(upstream());
  guru();
  kde();
  servers = await Promise.all([
    serveGit(upstream(), { filter: true }),
    serveGit(upstream(), { filter: false }),
  ]);
  const [able, plain] = servers.map(({ url }) => url);
  desk.write(
    'etc/overlayman/overlays.conf',
    `[guru]\nsync-uri = ${able}/guru\n[kde]\nsync-uri = ${plain}/kde\n`,
  );
  list('app-misc/foo::guru', 'app-misc/look::kde');
  expect(desk.tumpline(['enable', 'olm'])).toMatchObject({ status: 0, stderr: '' });
}

async function end(): Promise<void> {
  for (const server of servers) await server.stop();
  desk.end();
}

describe("driven by Portage's sync", { timeout: 180_000 }, () => {
  beforeAll(async () => {
    if (!quick && isCopyable()) await begin();
  }, 120_000);
  afterAll(async () => {
    if (!quick && isCopyable()) await end();
  });

  full('the first sync of anything brings what is listed, by the hook', async () => {
    desk.addSide();
    const { code, text } = await desk.run('emaint', ['sync', '-a']);
    expect({ code, text }).toMatchObject({ code: 0, text: expect.stringContaining('guru: 2 packages') });
    const sections = (name: string, priority: number) =>
      `\n[${name}]\nlocation = ${repository(name)}\nsync-type = olm\nsync-uri = olm:${name}\nauto-sync = yes\npriority = ${priority}\nvolatile = no\n`;
    const written = readFileSync(at('etc/portage/repos.conf/tumpline-olm.conf'), 'utf8');
    expect(written.replace(/^#.*\n/, '')).toBe(sections('guru', -1) + sections('kde', -2));
    expect(await best('app-misc/foo::guru')).toBe('app-misc/foo-1');
    expect(await best('app-misc/bar::guru')).toBe('app-misc/bar-1');
    expect(await best('app-misc/other::guru')).toBe('');
    expect(await best('app-misc/look::kde')).toBe('app-misc/look-1');
  });

  full.each([
    ['emaint sync -a', 'emaint', ['sync', '-a']],
    ['emaint sync -r guru', 'emaint', ['sync', '-r', 'guru']],
    ['emerge --sync', 'emerge', ['--sync']],
    ['emerge --sync guru', 'emerge', ['--sync', 'guru']],
  ] as const)('%s brings what is new, and only then a new generation', async (_, program, args) => {
    const version = Number(generation('guru').replace(/\D/g, '')) + 1;
    guru({ [`app-misc/foo-${version}`]: '' });
    const before = generation('guru');
    const first = await desk.run(program, args);
    expect(first).toMatchObject({
      code: 0,
      text: expect.stringMatching(/^guru: .*1 changed \(app-misc\/foo\)$/m),
    });
    expect(await best('app-misc/foo')).toBe(`app-misc/foo-${version}`);
    const after = generation('guru');
    expect(after).not.toBe(before);
    const second = await desk.run(program, args);
    expect(second).toMatchObject({ code: 0, text: expect.not.stringMatching(/^guru:/m) });
    expect(generation('guru')).toBe(after);
    expect(second.text).toContain('=== Sync completed for guru');
  });

  full('asks each server once, whoever asks: the hook takes what the module has just fetched', async () => {
    const asked = async (work: () => Promise<unknown>) => {
      const before = servers.map(server => server.requests().length);
      await work();
      return servers.map((server, index) => server.requests().length - (before[index] ?? 0));
    };
    const alone = await asked(() => desk.olmAsync(['sync']));
    expect(Math.min(...alone)).toBeGreaterThan(0);
    expect(await asked(() => desk.run('emaint', ['sync', '-a']))).toEqual(alone);
    // a sync of another repository asks nobody: they have just answered
    expect(await asked(() => desk.run('emaint', ['sync', '-r', 'side']))).toEqual([0, 0]);
  });

  full(
    'hooks: those of each repository, then ours, then later ones; with hooks-only-on-change, when there is one',
    async () => {
      const log = at('tmp/hooks');
      const record = (name: string) => `#!/bin/sh\necho "${name} $*" >>${log}\n`;
      desk.write('etc/portage/repo.postsync.d/10', record('repository'), 0o755);
      desk.write('etc/portage/postsync.d/55', record('before'), 0o755);
      desk.write(
        'etc/portage/postsync.d/65',
        `#!/bin/sh\necho "after $(readlink ${repository('guru')})" >>${log}\n`,
        0o755,
      );
      desk.write(
        'etc/portage/repos.conf/zz.conf',
        '[DEFAULT]\nsync-hooks-only-on-change = yes\n[guru]\nsync-hooks-only-on-change = yes\n',
      );
      const hooks = async () => {
        writeFileSync(log, '');
        await desk.run('emaint', ['sync', '-r', 'guru']);
        return readFileSync(log, 'utf8').split('\n').slice(0, -1);
      };
      expect(await hooks()).toEqual([]);
      guru({ 'app-misc/foo-20': '' });
      const old = realpathSync(repository('guru'));
      const [first, ...others] = await hooks();
      // what Portage tells a hook of a repository is where it was when the sync began
      expect(first).toBe(`repository guru olm:guru ${old}`);
      expect(others).toEqual(['before ', `after ${at('var/lib/tumpline/olm/guru/current')}`]);
      expect(generation('guru')).not.toBe(old.replace(/.*\//, ''));
      for (const path of ['repo.postsync.d/10', 'postsync.d/55', 'postsync.d/65', 'repos.conf/zz.conf'])
        rmSync(at(`etc/portage/${path}`));
    },
  );

  full('a new line in the list is taken up by the next sync of anything', async () => {
    list('app-misc/foo::guru', 'app-misc/other::guru', 'app-misc/look::kde');
    const { code, text } = await desk.run('emaint', ['sync', '-r', 'side']);
    expect({ code, text }).toMatchObject({
      code: 0,
      text: expect.stringContaining('1 new (app-misc/other)'),
    });
    expect(await best('app-misc/other')).toBe('app-misc/other-1');
  });

  full('two at once, as with parallel-fetch', async () => {
    guru({ 'app-misc/foo-21': '' });
    kde({ 'app-misc/look-21': '' });
    const conf = at('etc/portage/make.conf');
    const text = readFileSync(conf, 'utf8');
    writeFileSync(conf, `${text}\nFEATURES="\${FEATURES} parallel-fetch"\n`);
    expect((await desk.run('emerge', ['--sync', '--jobs=4'])).code).toBe(0);
    writeFileSync(conf, text);
    expect([await best('app-misc/foo'), await best('app-misc/look')]).toEqual([
      'app-misc/foo-21',
      'app-misc/look-21',
    ]);
  });

  full(
    'exit status: a server that is away is told of, and fails when it has been so for too long',
    async () => {
      servers[1]?.refuse('all');
      const soon = await desk.run('emaint', ['sync', '-a']);
      expect(soon.text.match(/it last answered today/g)).toHaveLength(1);
      expect(soon).toMatchObject({ code: 0, text: expect.stringContaining('Sync completed for guru') });
      const checked = at('var/lib/tumpline/olm/kde/checked.json');
      const then = Math.floor(Date.now() / 1000) - 15 * 86_400;
      writeFileSync(checked, readFileSync(checked, 'utf8').replace(/"checked":\d+/, `"checked":${then}`));
      const late = await desk.run('emaint', ['sync', '-a']);
      expect(late).toMatchObject({
        code: 1,
        text: expect.stringContaining('sync for repo: kde, returned code = 75'),
      });
      expect(late.text).toContain('sync for repo: guru, returned code = 0');
      expect(await best('app-misc/look')).toBe('app-misc/look-21');
      servers[1]?.refuse('none');
      expect((await desk.run('emaint', ['sync', '-a'])).code).toBe(0);
    },
  );

  full('exit status: a wrong line is told of, its overlay fails, and what was there stays', async () => {
    list('app-misc/foo::guru', 'app-misc/nope::guru', 'app-misc/look::kde');
    const { code, text } = await desk.run('emaint', ['sync', '-a']);
    expect(text).toMatch(/^tumpline: \S*etc\/overlayman\/packages:2: .*nope/m);
    expect({ code, text }).toMatchObject({
      code: 1,
      text: expect.stringContaining('guru, returned code = 1'),
    });
    expect(text).toContain('sync for repo: kde, returned code = 0');
    expect(await best('app-misc/foo')).toBe('app-misc/foo-21');
    // the hook alone never makes a sync fail
    const side = await desk.run('emaint', ['sync', '-r', 'side']);
    expect(side).toMatchObject({ code: 0, text: expect.stringContaining('packages:2: ') });
    list('app-misc/foo::guru', 'app-misc/look::kde');
    expect((await desk.run('emaint', ['sync', '-a'])).code).toBe(0);
  });

  full('Ctrl-C ends olm too, and the next sync goes on', async () => {
    servers[0]?.refuse('hang');
    const asked = servers[0]?.requests().length ?? 0;
    const emaint = spawn(desk.portage.emaint, ['sync', '-r', 'guru'], {
      ...{ env: desk.root.environment, detached: true, stdio: 'ignore' },
    });
    const ended = once(emaint, 'exit');
    while ((servers[0]?.requests().length ?? 0) === asked) await sleep(50);
    process.kill(-(emaint.pid ?? 0), 'SIGINT');
    expect(await ended).toEqual([null, 'SIGINT']);
    servers[0]?.refuse('none');
    guru({ 'app-misc/foo-22': '' });
    expect(await desk.run('emaint', ['sync', '-r', 'guru'])).toMatchObject({ code: 0 });
    expect(await best('app-misc/foo')).toBe('app-misc/foo-22');
  });

  full('Portage knows the commit: emerge --info, and what a sync has been through', async () => {
    const state = JSON.parse(readFileSync(`${realpathSync(repository('guru'))}.json`, 'utf8'));
    const told = new RegExp(`head commit.*: ${state.revision}`, 'i');
    expect((await desk.run('emerge', ['--info'])).text).toMatch(told);
    const known = JSON.parse(readFileSync(at('var/lib/portage/repo_revisions'), 'utf8'));
    expect(known.guru[0]).toBe(state.revision);
  });

  full('a package is built out of it', async () => {
    const { code, text } = await desk.run('emerge', ['app-misc/foo']);
    expect({ code, text }).toMatchObject({ code: 0, text: expect.stringContaining('app-misc/foo-22::guru') });
    expect(desk.root.merged()).toContain('app-misc/foo-22');
  });

  full('the full overlay configured as well is refused, by its file', async () => {
    const own = desk.write(
      'etc/portage/repos.conf/full.conf',
      `[guru]\nlocation = ${at('var/db/repos/full')}\nsync-type = git\nsync-uri = /nowhere\n`,
    );
    expect(await desk.olmAsync(['sync'])).toMatchObject({ code: 1, text: expect.stringContaining(own) });
    expect(readFileSync(at('etc/portage/repos.conf/tumpline-olm.conf'), 'utf8')).not.toContain('[guru]');
    rmSync(own);
    expect((await desk.olmAsync(['sync'])).code).toBe(0);
    expect(readFileSync(at('etc/portage/repos.conf/tumpline-olm.conf'), 'utf8')).toContain('[guru]');
  });

  full('an overlay that is listed no more goes, and disable takes the rest', async () => {
    list('app-misc/look::kde');
    expect((await desk.run('emaint', ['sync', '-a'])).code).toBe(0);
    expect(existsSync(repository('guru'))).toBe(false);
    expect(readFileSync(at('etc/portage/repos.conf/tumpline-olm.conf'), 'utf8')).not.toContain('[guru]');
    expect(desk.tumpline(['disable', 'olm'])).toMatchObject({ status: 0, stderr: '' });
    for (const path of [
      'var/db/repos/kde',
      'var/lib/tumpline',
      'var/cache/tumpline/olm',
      'etc/portage/repos.conf/tumpline-olm.conf',
    ])
      expect([path, lstatIfPresent(at(path))]).toEqual([path, undefined]);
    const { code, text } = await desk.run('emaint', ['sync', '-a']);
    expect({ code, text }).toMatchObject({ code: 0, text: expect.not.stringContaining('olm') });
  });
});
