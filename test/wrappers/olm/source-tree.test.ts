import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { fetchSource, openSource } from '../../../wrappers/olm/source.ts';
import { noteReduced, quick } from '../../kit/environment.ts';
import { git } from '../../kit/git-repository.ts';
import { overlay, scratch, specOf, texts } from './git-stage.ts';

const files = overlay(5);
let trees = 0;

function makeTree(content: Readonly<Record<string, string>>): { tree: string; cache: string } {
  trees += 1;
  const tree = join(scratch, `tree-${trees}/overlay`);
  write(tree, content);
  return { tree, cache: join(scratch, `tree-${trees}/cache`) };
}

function write(tree: string, content: Readonly<Record<string, string>>, old = true): void {
  for (const [path, text] of Object.entries(content)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
    if (old) utimesSync(join(tree, path), 1_600_000_000, 1_600_000_000);
  }
}

function spoil(tree: string): void {
  symlinkSync('/etc/passwd', join(tree, 'app-misc/p0/p0-2.ebuild'));
  symlinkSync('/etc', join(tree, 'eclass'));
  spawnSync('mkfifo', [join(tree, 'app-misc/p0/p0-3.ebuild')]);
  mkdirSync(join(tree, '.git/hooks'), { recursive: true });
  writeFileSync(join(tree, '.git/hooks/post-checkout'), 'x');
  writeFileSync(Buffer.concat([Buffer.from(`${tree}/app-misc/`), Buffer.from([0xff])]), 'x');
}

describe('an overlay on this machine', () => {
  it('is read in place, its links and fifos are not', async () => {
    const { tree, cache } = makeTree(files);
    spoil(tree);
    symlinkSync('p0-1.ebuild', join(tree, 'app-misc/p0/p0-4.ebuild'));
    const spec = specOf(tree, { type: 'local' });
    const source = await fetchSource(spec, cache);
    const copied = 'app-misc/p0/p0-4.ebuild';
    expect([...source.files.keys()]).toEqual([...Object.keys(files), copied].sort());
    expect(texts(await source.read([copied]))).toEqual({ [copied]: files['app-misc/p0/p0-1.ebuild'] });
    for (const [path, oid] of source.files)
      expect(git(tree, ['hash-object', '--no-filters', join(tree, path)])).toBe(oid);
    expect(texts(await source.read([...Object.keys(files), 'app-misc/p0/p0-2.ebuild', '../x']))).toEqual(
      files,
    );
    expect(source.refused.map(({ path, why }) => `${path}: ${why}`).sort()).toEqual([
      'app-misc/p0/p0-2.ebuild: a symbolic link',
      'app-misc/p0/p0-3.ebuild: no ordinary file',
      'app-misc/ÿ: odd characters in the name',
      'eclass: a symbolic link',
    ]);
    const again = await openSource(spec, cache);
    expect(again?.revision).toBe(source.revision);
  });

  it('says what is wrong with a directory that is no repository', async () => {
    const { tree, cache } = makeTree({ 'README.md': 'hello\n' });
    const spec = specOf(tree, { type: 'local' });
    const hint = expect.stringContaining('sync-uri');
    await expect(fetchSource(spec, cache)).rejects.toMatchObject({
      ...{ code: 'missing', hint },
      message: `${tree}: no ebuild repository: neither profiles/ nor metadata/layout.conf is there`,
    });
    rmSync(join(tree, 'README.md'));
    git(tree, ['init', '-q']);
    const inGit = {
      code: 'missing',
      message: `${tree}: a git repository without a work tree`,
      hint: expect.stringContaining('type = git'),
    };
    await expect(fetchSource(spec, cache)).rejects.toMatchObject(inGit);
    rmSync(join(tree, '.git'), { recursive: true });
    git(tree, ['init', '-q', '--bare']);
    await expect(fetchSource(spec, cache)).rejects.toMatchObject(inGit);
    rmSync(tree, { recursive: true });
    mkdirSync(tree);
    await expect(fetchSource(spec, cache)).rejects.toMatchObject({
      message: expect.stringContaining('neither'),
    });
  });

  it('is hashed anew only where a file changed, by whatever it can be seen', async () => {
    const { tree, cache } = makeTree(files);
    const spec = specOf(tree, { type: 'local' });
    const first = await fetchSource(spec, cache);
    // too fresh to be believed at the next look
    expect(existsSync(join(cache, 'local.json'))).toBe(false);
    await sleep(2100);
    await fetchSource(spec, cache);
    const index = readFileSync(join(cache, 'local.json'), 'utf8');
    expect(Object.keys(JSON.parse(index))).toHaveLength(11);
    // same size, same time of change
    write(tree, { 'profiles/repo_name': 'yot\n' });
    const second = await fetchSource(spec, cache);
    expect(second.revision).not.toBe(first.revision);
    expect(texts(await second.read(['profiles/repo_name']))).toEqual({ 'profiles/repo_name': 'yot\n' });
    await expect(first.read(['profiles/repo_name'])).rejects.toMatchObject({
      message: expect.stringMatching(/profiles\/repo_name: changed while it was read$/),
    });
    writeFileSync(join(cache, 'local.json'), '{"profiles/repo_name": 3, "__proto__": []}');
    expect((await fetchSource(spec, cache)).revision).toBe(second.revision);
    rmSync(join(tree, 'profiles/repo_name'));
    expect((await fetchSource(spec, cache)).files.has('profiles/repo_name')).toBe(false);
    await expect(second.read(['profiles/repo_name'])).rejects.toMatchObject({ code: 'failed' });
  });

  it('has to be there, and to be told of whole', async () => {
    const cache = join(scratch, 'never');
    for (const [uri, code] of [
      ['relative', 'refused'],
      ['', 'refused'],
      [join(scratch, 'nowhere'), 'missing'],
      ['/etc/passwd', 'missing'],
    ] as const)
      await expect(fetchSource(specOf(uri, { type: 'local' }), cache), uri).rejects.toMatchObject({ code });
  });
});

const rsync = spawnSync('rsync', ['--version']).status === 0;
if (!rsync) noteReduced('overlays by rsync: there is no rsync');

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** An rsync daemon for one directory. */
async function serve(directory: string): Promise<{ uri: string; stop(): Promise<void> }> {
  const port = await freePort();
  const own = process.getuid?.() === 0 ? 'uid = 0\ngid = 0\n' : '';
  const configuration = join(dirname(directory), 'rsyncd.conf');
  writeFileSync(configuration, `use chroot = no\n${own}[toy]\npath = ${directory}\n`);
  const daemon = spawn(
    'rsync',
    ['--daemon', '--no-detach', `--config=${configuration}`, `--port=${port}`, '--address=127.0.0.1'],
    { stdio: 'ignore' },
  );
  for (let tries = 0; tries < 100; tries += 1) {
    const socket = connect(port, '127.0.0.1');
    const open = await new Promise(resolve => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (open) break;
    await sleep(50);
  }
  return { uri: `rsync://127.0.0.1:${port}/toy`, stop };

  async function stop(): Promise<void> {
    if (daemon.exitCode !== null || daemon.signalCode !== null) return;
    const ended = new Promise<void>(resolve => daemon.once('close', () => resolve()));
    daemon.kill();
    await ended;
  }
}

describe.skipIf(!rsync || quick)('an overlay by rsync', () => {
  it('is copied without links, and again without copying what is equal', async () => {
    const { tree, cache } = makeTree(files);
    spoil(tree);
    const { uri, stop } = await serve(tree);
    try {
      const spec = specOf(uri, { type: 'rsync' });
      expect(await openSource(spec, cache)).toBeUndefined();
      const source = await fetchSource(spec, cache);
      expect(texts(await source.read(source.files.keys()))).toEqual(files);
      expect(existsSync(join(cache, 'tree/.git'))).toBe(false);
      expect(source.refused.map(({ path }) => path)).toContain('app-misc/p0/p0-2.ebuild');
      expect([...source.executables]).toEqual([]);
      chmodSync(join(tree, 'app-misc/p2/p2-1.ebuild'), 0o700);
      const marked = await fetchSource(spec, cache);
      expect([...marked.executables]).toEqual(['app-misc/p2/p2-1.ebuild']);
      expect(marked.revision).not.toBe(source.revision);
      const inode = statSync(join(cache, 'tree/profiles/repo_name')).ino;
      expect(readFileSync(join(cache, 'tree.json'), 'utf8')).toContain('profiles/repo_name');

      write(tree, { 'app-misc/p0/p0-9.ebuild': 'EAPI=8\n' });
      rmSync(join(tree, 'app-misc/p1'), { recursive: true });
      const next = await fetchSource(spec, cache);
      expect(next.revision).not.toBe(source.revision);
      expect(next.files.has('app-misc/p0/p0-9.ebuild')).toBe(true);
      expect(next.files.has('app-misc/p1/Manifest')).toBe(false);
      expect(statSync(join(cache, 'tree/profiles/repo_name')).ino).toBe(inode);
      expect((await openSource(spec, cache))?.revision).toBe(next.revision);
      await stop();
      await expect(fetchSource(spec, cache)).rejects.toMatchObject({
        code: 'offline',
        message: expect.stringMatching(/^rsync:\/\/127\.0\.0\.1:\d+\/toy: [ -~]+$/),
      });
      expect((await openSource(spec, cache))?.revision).toBe(next.revision);
    } finally {
      await stop();
    }
  });

  it('is offline when the server is silent, or knows no such module', async () => {
    const { tree, cache } = makeTree(files);
    const { uri, stop } = await serve(tree);
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise(resolve => silent.once('listening', resolve));
    const address = silent.address() as { port: number };
    try {
      await expect(fetchSource(specOf(`${uri}x`, { type: 'rsync' }), cache)).rejects.toMatchObject({
        code: 'offline',
        message: expect.stringContaining("Unknown module 'toyx'"),
      });
      const hung = specOf(`rsync://127.0.0.1:${address.port}/toy`, { type: 'rsync' });
      await expect(fetchSource(hung, cache, { patience: { silence: 1, whole: 3 } })).rejects.toMatchObject({
        code: 'offline',
      });
      for (const odd of ['rsync://-e/x', '-e x', '--rsh=touch /tmp/x', 'host:path', '/etc', 'rsync://a/`id`'])
        await expect(fetchSource(specOf(odd, { type: 'rsync' }), cache), odd).rejects.toMatchObject({
          code: 'refused',
        });
    } finally {
      await stop();
      silent.close();
    }
  });
});
