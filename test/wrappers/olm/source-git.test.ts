import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type FetchOptions, fetchSource, openSource } from '../../../wrappers/olm/source.ts';
import type { OverlaySpec } from '../../../wrappers/olm/spec.ts';
import { type CommitOptions, commitTree, type Entry, git } from '../../kit/git-repository.ts';
import { type GitServerOptions, serveGit } from '../../kit/git-server.ts';

const scratch = mkdtempSync(join(tmpdir(), 'source-git-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function specOf(uri: string, more: Partial<OverlaySpec> = {}): OverlaySpec {
  return { name: 'toy', type: 'git', uri, unmask: false, sets: false, origin: 'overlays.conf', ...more };
}

/** An overlay whose files are not equal to one another, so that blobs can be told apart. */
function overlay(packages: number, version = '1'): Record<string, Entry> {
  const files: Record<string, Entry> = { 'profiles/repo_name': 'toy\n' };
  for (let index = 0; index < packages; index += 1) {
    files[`app-misc/p${index}/p${index}-${version}.ebuild`] = `EAPI=8\n# ${index} ${version}\n`;
    files[`app-misc/p${index}/Manifest`] = `DIST p${index} ${'0123456789abcdef'.repeat(20)}${index}\n`;
  }
  return files;
}

let stages = 0;

async function stage(
  files: Readonly<Record<string, Entry>>,
  server: GitServerOptions = { filter: true },
  options: CommitOptions = {},
) {
  stages += 1;
  const root = join(scratch, `${stages}`);
  const origin = join(root, 'served/toy.git');
  const commit = commitTree(origin, files, options);
  if (server.dumb) git(origin, ['update-server-info']);
  const served = await serveGit(join(root, 'served'), server);
  const cache = join(root, 'cache');
  const spec = specOf(`${served.url}/toy.git`);
  return {
    origin,
    commit,
    served,
    cache,
    spec,
    fetch: (more: Partial<OverlaySpec> = {}, how: FetchOptions = {}) =>
      fetchSource({ ...spec, ...more }, cache, how),
  };
}

function text(contents: ReadonlyMap<string, Uint8Array>): Record<string, string> {
  return Object.fromEntries([...contents].map(([path, bytes]) => [path, Buffer.from(bytes).toString()]));
}

const kinds: readonly (readonly [string, GitServerOptions, CommitOptions])[] = [
  ['with partial clones', { filter: true }, {}],
  ['without partial clones', { filter: false }, {}],
  ['in protocol version 0, which gives no single objects', { filter: true, old: true }, {}],
  ['in protocol version 0 without partial clones', { filter: false, old: true }, {}],

  ['with SHA-256', { filter: true }, { format: 'sha256' }],
];

describe('a source in git', () => {
  it.each(kinds)('gives the same from a server %s', async (_, server, options) => {
    const files = overlay(20);
    const { fetch, commit, cache, spec, origin, served } = await stage(files, server, options);
    const source = await fetch();
    expect(source.revision).toBe(commit);
    expect(source.time).toBe(1_700_000_000);
    expect([...source.files.keys()]).toEqual(Object.keys(files).sort());
    expect(text(await source.read(Object.keys(files)))).toEqual(files);
    const second = commitTree(origin, overlay(21, '2'), { date: 1_700_000_100 });
    if (server.dumb) git(origin, ['update-server-info']);
    const next = await fetch();
    expect(next.revision).toBe(second);
    expect(text(await next.read(['app-misc/p20/p20-2.ebuild', 'not/there']))).toEqual({
      'app-misc/p20/p20-2.ebuild': 'EAPI=8\n# 20 2\n',
    });
    await served.stop();
    const again = await openSource(spec, cache);
    expect(again?.revision).toBe(second);
    expect(text((await again?.read(['app-misc/p20/p20-2.ebuild'])) ?? new Map())).toEqual({
      'app-misc/p20/p20-2.ebuild': 'EAPI=8\n# 20 2\n',
    });
    expect(readdirSync(cache)).toEqual(['git']);
  });
});
