import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { fetchSource, openSource } from '../../../wrappers/olm/source.ts';
import { quick } from '../../kit/environment.ts';
import { type CommitOptions, git } from '../../kit/git-repository.ts';
import type { GitServerOptions } from '../../kit/git-server.ts';
import { overlay, sizeOf, stage, texts } from './git-stage.ts';

const kinds: readonly (readonly [string, GitServerOptions, CommitOptions])[] = [
  ['with partial clones', { filter: true }, {}],
  ['without partial clones', { filter: false }, {}],
  ['in protocol version 0, which gives no single objects', { filter: true, old: true }, {}],
  ['in protocol version 0 without partial clones', { filter: false, old: true }, {}],

  ['of plain files', { filter: true, dumb: true }, {}],
  ['with SHA-256', { filter: true }, { format: 'sha256' }],
];

describe('a source in git', () => {
  it.each(quick ? kinds.slice(0, 2) : kinds)(
    'gives the same from a server %s',
    async (_, server, options) => {
      const files = overlay(20);
      const { fetch, push, commit, cache, spec, served } = await stage(files, server, options);
      const source = await fetch();
      expect(source.revision).toBe(commit);
      expect(source.time).toBe(1_700_000_000);
      expect([...source.files.keys()]).toEqual(Object.keys(files).sort());
      expect(texts(await source.read(Object.keys(files)))).toEqual(files);
      const second = push(overlay(21, '2'), { date: 1_700_000_100 });
      const next = await fetch();
      expect(next.revision).toBe(second);
      const wanted = { 'app-misc/p20/p20-2.ebuild': 'EAPI=8\n# 20 2\n' };
      expect(texts(await next.read(['app-misc/p20/p20-2.ebuild', 'not/there']))).toEqual(wanted);
      await served.stop();
      const again = await openSource(spec, cache);
      expect(again?.revision).toBe(second);
      expect(texts(await again?.read(['app-misc/p20/p20-2.ebuild']))).toEqual(wanted);
      expect(readdirSync(cache).sort()).toEqual(['from', 'git']);
    },
  );

  it('fetches contents in one batch, and only those that are asked for', async () => {
    const files = overlay(300);
    const { fetch, served, cache, spec } = await stage(files);
    const source = await fetch();
    const before = served.bytes();
    const requests = served.requests().length;
    const some = Object.keys(files).filter(path => /p1\d\//.test(path));
    expect(some).toHaveLength(20);
    expect(texts(await source.read(some))).toEqual(Object.fromEntries(some.map(path => [path, files[path]])));
    expect(served.requests().length - requests).toBeLessThan(5);
    const first = served.bytes() - before;
    await source.read(some);
    expect(served.bytes() - before).toBe(first);
    const opened = await openSource(spec, cache);
    expect((await opened?.read(some))?.size).toBe(20);
    await expect(opened?.read(Object.keys(files))).rejects.toMatchObject({ code: 'offline' });
    await served.stop();
  });

  it.skipIf(quick)('copes with 10,000 files', async () => {
    const files = overlay(5000);
    const { fetch, served } = await stage(files);
    const source = await fetch();
    expect(source.files.size).toBe(10_001);
    const requests = served.requests().length;
    const contents = await source.read(source.files.keys());
    expect(served.requests().length - requests).toBeLessThan(5);
    expect(texts(contents)).toEqual(files);
    await served.stop();
  });

  it.skipIf(quick)('comes by ssh, which may ask nobody anything', async () => {
    const { origin, cache, spec, commit, served } = await stage(overlay(3));
    await served.stop();
    const log = join(cache, '../ssh.log');
    const ssh = join(cache, '../ssh');
    const script = `#!/bin/sh\necho "$*" >> ${log}\n[ "$1" = -G ] && exit 0\nfor last; do :; done\neval "exec $last"\n`;
    writeFileSync(ssh, script, { mode: 0o755 });
    vi.stubEnv('GIT_SSH_COMMAND', ssh);
    vi.stubEnv('GIT_CONFIG_GLOBAL', '/nonexistent');
    const source = await fetchSource({ ...spec, uri: `ssh://git@example.org${origin}` }, cache);
    expect(source.revision).toBe(commit);
    expect(Object.keys(texts(await source.read(source.files.keys())))).toHaveLength(7);
    expect(readFileSync(log, 'utf8')).toMatch(/-oBatchMode=yes .*git@example\.org git-upload-pack/);
    vi.unstubAllEnvs();
  });

  it.skipIf(quick)('is not what was fetched from another address', async () => {
    const { fetch, served, cache, spec, push } = await stage(overlay(2));
    await fetch();
    expect((await openSource(spec, cache))?.files.size).toBe(5);
    expect(await openSource({ ...spec, branch: 'main' }, cache)).toBeUndefined();
    expect(await openSource({ ...spec, uri: 'https://example.org/x' }, cache)).toBeUndefined();
    push(overlay(1), { branch: 'other', parents: [], date: 1_600_000_000 });
    const other = await fetch({ branch: 'other' });
    expect(other.notes).toEqual([]);
    expect((await openSource({ ...spec, branch: 'other' }, cache))?.revision).toBe(other.revision);
    expect(await openSource(spec, cache)).toBeUndefined();
    await served.stop();
  });

  it('asks for the refs alone when nothing is new', async () => {
    const { fetch, served, commit } = await stage(overlay(3));
    await fetch();
    const before = served.requests().length;
    expect((await fetch()).revision).toBe(commit);
    expect(served.requests().slice(before)).toEqual([
      'GET /toy.git/info/refs',
      'POST /toy.git/git-upload-pack',
    ]);
    await served.stop();
  });

  it.skipIf(quick)(
    'takes the branch that is asked for, and names a near one where there is none',
    async () => {
      const { fetch, push, served } = await stage(overlay(2));
      const other = push(overlay(3), { branch: 'stable', parents: [] });
      push(overlay(4), { branch: 'main' });
      expect((await fetch({ branch: 'stable' })).revision).toBe(other);
      await expect(fetch({ branch: 'stabel' })).rejects.toMatchObject({
        code: 'missing',
        message: expect.stringContaining("no branch 'stabel'"),
        hint: 'set branch = stable in overlays.conf',
      });
      await served.stop();
    },
  );

  it.skipIf(quick)('says so when the server has nothing, or no default branch', async () => {
    const { fetch, origin, served } = await stage(overlay(1));
    git(origin, ['symbolic-ref', 'HEAD', 'refs/heads/gone']);
    await expect(fetch()).rejects.toMatchObject({
      code: 'missing',
      hint: 'set branch = main in overlays.conf',
    });
    git(origin, ['update-ref', '-d', 'refs/heads/main']);
    await expect(fetch()).rejects.toMatchObject({ message: expect.stringContaining('an empty repository') });
    await served.stop();
  });

  it.skipIf(quick)(
    'tells of a history that was rewound, and of a server that fetched everything',
    async () => {
      const { fetch, push, commit, served } = await stage(
        overlay(2),
        { filter: false },
        { date: 1_700_000_000 },
      );
      const first = await fetch();
      expect(first.notes).toEqual(['the server knows no partial clones: all files were fetched']);
      const newer = push(overlay(3), { date: 1_700_000_500 });
      expect((await fetch()).notes).toEqual([expect.stringContaining('no partial clones')]);
      const older = push(overlay(2), { parents: [], date: 1_699_999_000 });
      const back = await fetch();
      expect(back.revision).toBe(older);
      expect(back.notes[0]).toBe(
        `rewound: the newest commit, ${older.slice(0, 12)} of 2023-11-14 21:56, is older than ` +
          `${newer.slice(0, 12)} of 2023-11-14 22:21, which was seen before`,
      );
      const seen = { revision: commit, time: 1_700_000_000 };
      expect((await fetch({}, { lastSeen: seen })).notes).toEqual([expect.stringContaining('rewound')]);
      await served.stop();
    },
  );

  it.skipIf(quick)('does not let the cache grow', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [`app-misc/p/files/${index}`, noise(index, 0)]),
    );
    const { fetch, push, cache, served } = await stage(files);
    await (await fetch()).read(Object.keys(files));
    const first = sizeOf(cache);
    let largest = 0;
    for (let round = 1; round <= 5; round += 1) {
      const next = Object.fromEntries(Object.keys(files).map((path, index) => [path, noise(index, round)]));
      push(next, { date: 1_700_000_000 + round });
      const contents = await (await fetch()).read(Object.keys(next));
      expect(contents.size).toBe(12);
      for (const [path, bytes] of contents) expect(Buffer.compare(bytes, next[path]!), path).toBe(0);
      largest = Math.max(largest, sizeOf(cache));
    }
    expect(first).toBeGreaterThan(3_600_000);
    expect(largest).toBeLessThan(first * 2.2);
    await served.stop();
  });
});

/** 300 kB that cannot be packed. */
function noise(index: number, round: number): Uint8Array {
  return createHash('shake256', { outputLength: 300_000 }).update(`${index} ${round}`).digest();
}
