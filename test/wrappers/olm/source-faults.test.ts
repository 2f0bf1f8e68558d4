import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fetchSource, openSource } from '../../../wrappers/olm/source.ts';
import { noteReduced, quick } from '../../kit/environment.ts';
import type { Refusal } from '../../kit/git-server.ts';
import { overlay, type Stage, scratch, stage, texts } from './git-stage.ts';

const patience = { silence: 1, whole: 4 };
const files = overlay(30);
const all = Object.keys(files);

function packsOf(cache: string): string[] {
  const directory = join(cache, 'git/objects/pack');
  return readdirSync(directory)
    .filter(name => name.endsWith('.pack'))
    .map(name => join(directory, name));
}

async function filled(): Promise<Stage> {
  const made = await stage(files);
  await (await made.fetch()).read(all);
  return made;
}

describe('a server in trouble', () => {
  const modes: Refusal[] = ['all', 'missing', 'packs', 'cut', 'garbage', 'login', 'hang', 'stall'];

  it.each(quick ? modes.slice(3, 4) : modes)('is offline, and what was there stays: %s', async mode => {
    const { fetch, push, served, cache, spec, commit } = await filled();
    const second = push(overlay(31, '2'));
    served.refuse(mode);
    const begun = Date.now();
    await expect(fetch({}, { patience })).rejects.toMatchObject({
      code: 'offline',
      message: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/toy\.git: [ -~]{5,200}$/),
    });
    expect(Date.now() - begun).toBeLessThan(10_000);
    expect((await openSource(spec, cache))?.revision).toBe(commit);
    expect(texts(await (await openSource(spec, cache))?.read(all))).toEqual(files);
    served.refuse('none');
    expect((await fetch()).revision).toBe(second);
    await served.stop();
  });

  it.skipIf(quick)('that breaks off while contents come leaves what is there', async () => {
    const { fetch, served } = await stage(files);
    const source = await fetch();
    for (const mode of ['cut', 'packs', 'missing'] as const) {
      served.refuse(mode);
      await expect(source.read(all), mode).rejects.toMatchObject({ code: 'offline' });
    }
    served.refuse('none');
    expect(texts(await source.read(all))).toEqual(files);
    await served.stop();
  });

  it('that was never reached leaves nothing', async () => {
    const { fetch, served, cache, spec } = await stage(files);
    served.refuse('cut');
    await expect(fetch()).rejects.toMatchObject({ code: 'offline' });
    expect(await openSource(spec, cache)).toBeUndefined();
    expect(readdirSync(cache)).toEqual([]);
    await served.stop();
    await expect(fetch()).rejects.toMatchObject({
      code: 'offline',
      message: expect.stringMatching(/Failed to connect|Connection refused/),
    });
    const unknown = { ...spec, uri: 'https://no-such-host.invalid/x.git' };
    await expect(fetchSource(unknown, cache)).rejects.toMatchObject({ code: 'offline' });
  });

  it.skipIf(quick)('is left when the caller gives up', async () => {
    const { fetch, served } = await stage(files);
    served.refuse('hang');
    const signal = AbortSignal.timeout(300);
    const begun = Date.now();
    await expect(fetch({}, { signal })).rejects.toMatchObject({ code: 'interrupted' });
    const limit = { silence: 30, whole: 1 };
    await expect(fetch({}, { patience: limit })).rejects.toMatchObject({
      code: 'offline',
      message: expect.stringMatching(/: no answer within 1 s$/),
    });
    // git's own helpers as well
    expect(Date.now() - begun).toBeLessThan(4000);
    await served.stop();
  });
});

const damages: readonly (readonly [string, (git: string, packs: readonly string[]) => void])[] = [
  ['a truncated pack', (_, packs) => shorten(packs, 60)],
  ['an empty pack', (_, packs) => shorten(packs, 0)],
  ['bytes changed in the packs', (_, packs) => flip(...packs)],
  ['packs that are gone', (_, packs) => drop(packs)],
  ['the pack of contents gone', (_, packs) => rmSync(largest(packs))],
  ['the pack of contents changed', (_, packs) => flip(largest(packs))],
  ['no objects at all', git => rmSync(join(git, 'objects'), { recursive: true })],
  ['an empty ref', git => writeFileSync(join(git, 'refs/olm/head'), '')],
  ['a ref of rubbish', git => writeFileSync(join(git, 'refs/olm/head'), 'rubbish\n')],
  ['a ref to nothing', git => writeFileSync(join(git, 'refs/olm/head'), `${'1'.repeat(40)}\n`)],
  ['an empty HEAD', git => writeFileSync(join(git, 'HEAD'), '')],
  ['no HEAD', git => rmSync(join(git, 'HEAD'))],
  ['a broken config', git => writeFileSync(join(git, 'config'), '[core\n')],
  ['no config', git => rmSync(join(git, 'config'), { force: true })],
  ['a shallow file of rubbish', git => writeFileSync(join(git, 'shallow'), 'rubbish\n')],
  ['no shallow file', git => rmSync(join(git, 'shallow'), { force: true })],
  [
    'a file in its place',
    git => {
      rmSync(git, { recursive: true });
      writeFileSync(git, '');
    },
  ],
  ['locks of a killed git', git => locks(git)],
  ['a half of the exchange', git => renameSync(git, `${git}.old`)],
  ['a new one half made', git => mkdirSync(`${git}.new/objects`, { recursive: true })],
];

function shorten(paths: readonly string[], length: number): void {
  for (const path of paths) {
    chmodSync(path, 0o644);
    truncateSync(path, length);
  }
}

function drop(paths: readonly string[]): void {
  for (const path of paths) rmSync(path);
}

function flip(...paths: readonly string[]): void {
  for (const path of paths) {
    chmodSync(path, 0o644);
    const bytes = readFileSync(path);
    for (let at = 20; at < bytes.length; at += 40) bytes[at] = (bytes[at] ?? 0) ^ 0x55;
    writeFileSync(path, bytes);
  }
}

function largest(packs: readonly string[]): string {
  return [...packs].sort((one, other) => statSync(other).size - statSync(one).size)[0]!;
}

function locks(git: string): void {
  for (const name of [
    'shallow.lock',
    'config.lock',
    'packed-refs.lock',
    'HEAD.lock',
    'refs/olm/head.lock',
    'refs/olm/incoming.lock',
  ])
    writeFileSync(join(git, name), '');
  writeFileSync(join(git, 'objects/pack/tmp_pack_XXXXXX'), 'half');
}

describe('a cache in trouble', () => {
  it.each(quick ? damages.slice(0, 1) : damages)('is made anew by itself: %s', async (_, damage) => {
    const { fetch, push, cache, served, commit, spec } = await filled();
    damage(join(cache, 'git'), packsOf(cache));
    await openSource(spec, cache)
      .then(source => source?.read(all))
      .catch(() => undefined);
    const source = await fetch();
    expect(source.revision).toBe(commit);
    expect(texts(await source.read(all))).toEqual(files);
    damage(join(cache, 'git'), packsOf(cache));
    const next = overlay(30, '2');
    const second = push(next);
    const newer = await fetch();
    expect(newer.revision).toBe(second);
    expect(texts(await newer.read(Object.keys(next)))).toEqual(next);
    expect((await openSource(spec, cache))?.revision).toBe(second);
    expect(readdirSync(cache).sort()).toEqual(['from', 'git']);
    await served.stop();
  });

  it.skipIf(quick)('is no longer believed when its contents change under it', async () => {
    const { fetch, cache, served, push } = await filled();
    const source = await fetch();
    flip(...packsOf(cache));
    expect(texts(await source.read(all))).toEqual(files);
    const unread = await fetch();
    flip(...packsOf(cache));
    push(overlay(2));
    // the commit that was listed is not to be had any more
    await expect(unread.read(all)).rejects.toMatchObject({ code: 'corrupt' });
    expect((await fetch()).files.size).toBe(5);
    await served.stop();
  });

  const isRoot = process.getuid?.() === 0;

  function mounted(name: string, options: string): string | undefined {
    const directory = join(scratch, name);
    mkdirSync(directory);
    const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', directory]);
    if (isRoot && status === 0) return directory;
    noteReduced('a full and a read-only file system under the cache of olm: mount is not allowed here');
    return undefined;
  }

  it.skipIf(quick)('on a full disk is one sentence', async () => {
    const directory = mounted('small', 'size=2m');
    if (directory === undefined) return;
    const { served, spec, commit, push } = await stage(overlay(10));
    const cache = join(directory, 'toy');
    try {
      await (await fetchSource(spec, cache)).read(all.slice(0, 5));
      const filler = Buffer.alloc(64 * 1024, 1);
      try {
        for (;;) appendFileSync(join(directory, 'filler'), filler);
      } catch {
        // full
      }
      const large = Object.fromEntries(
        Array.from({ length: 2000 }, (_, index) => [`app-misc/q${index}/q-${index}.ebuild`, `${index}\n`]),
      );
      push(large);
      await expect(fetchSource(spec, cache)).rejects.toMatchObject({
        code: 'failed',
        message: expect.stringMatching(/: no space left on the device$/),
        hint: expect.stringMatching(/^df -h /),
      });
      expect((await openSource(spec, cache))?.revision).toBe(commit);
      rmSync(join(directory, 'filler'));
      expect((await fetchSource(spec, cache)).files.size).toBe(2000);
    } finally {
      await served.stop();
      spawnSync('umount', [directory]);
    }
  });

  it.skipIf(quick)('that is read-only can be read, and is one sentence when there is news', async () => {
    const directory = mounted('fixed', 'size=20m');
    if (directory === undefined) return;
    const { served, spec, commit, push } = await stage(files);
    const cache = join(directory, 'toy');
    try {
      await (await fetchSource(spec, cache)).read(all);
      spawnSync('mount', ['-o', 'remount,ro', directory]);
      const source = await fetchSource(spec, cache);
      expect(source.revision).toBe(commit);
      expect(texts(await source.read(all))).toEqual(files);
      push(overlay(31));
      await expect(fetchSource(spec, cache)).rejects.toMatchObject({
        code: 'failed',
        message: expect.stringMatching(/read-only|[Rr]ead-only/),
      });
      await expect(fetchSource(spec, join(directory, 'other'))).rejects.toMatchObject({
        message: expect.stringMatching(/other: the file system is read-only$/),
      });
      expect((await openSource(spec, cache))?.revision).toBe(commit);
    } finally {
      await served.stop();
      spawnSync('umount', [directory]);
    }
  });

  it.skipIf(quick)('of another user is handled as that user, whatever its configuration says', async () => {
    if (!isRoot) return noteReduced('a cache of another user: only root can make one');
    const { fetch, cache, served, push } = await filled();
    spawnSync('chown', ['-R', 'nobody', cache]);
    spawnSync('chmod', ['a+rx', scratch, join(cache, '..')]);
    const proof = join(scratch, 'proof');
    appendFileSync(
      join(cache, 'git/config'),
      `[core]\n\tsshCommand = touch ${proof}\n\tfsmonitor = touch ${proof}\n\thooksPath = ${cache}\n`,
    );
    push(overlay(31, '2'));
    expect((await fetch()).files.size).toBe(63);
    for (const pack of packsOf(cache)) expect(statSync(pack).uid).not.toBe(0);
    expect(existsSync(proof)).toBe(false);
    await served.stop();
  });
});
