/** A git server, an overlay on it and a place in the cache. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type FetchOptions, fetchSource, type OverlaySource } from '../../../wrappers/olm/source.ts';
import type { OverlaySpec } from '../../../wrappers/olm/spec.ts';
import { type CommitOptions, commitTree, type Entry, git } from '../../kit/git-repository.ts';
import { type GitServer, type GitServerOptions, serveGit } from '../../kit/git-server.ts';

export const scratch = mkdtempSync(join(tmpdir(), 'olm-source-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

export function specOf(uri: string, more: Partial<OverlaySpec> = {}): OverlaySpec {
  return { name: 'toy', type: 'git', uri, unmask: false, sets: false, origin: 'overlays.conf', ...more };
}

/** An overlay whose files are not equal to one another, so that blobs can be told apart. */
export function overlay(packages: number, version = '1'): Record<string, string> {
  const files: Record<string, string> = { 'profiles/repo_name': 'toy\n' };
  for (let index = 0; index < packages; index += 1) {
    files[`app-misc/p${index}/p${index}-${version}.ebuild`] = `EAPI=8\n# ${index} ${version}\n`;
    files[`app-misc/p${index}/Manifest`] = `DIST p${index} ${'0123456789abcdef'.repeat(20)}${index}\n`;
  }
  return files;
}

export interface Stage {
  readonly origin: string;
  readonly commit: string;
  readonly served: GitServer;
  readonly cache: string;
  readonly spec: OverlaySpec;
  fetch(more?: Partial<OverlaySpec>, how?: FetchOptions): Promise<OverlaySource>;
  /** the server's branch gets a further commit */
  push(files: Readonly<Record<string, Entry>>, options?: CommitOptions): string;
}

let stages = 0;

export async function stage(
  files: Readonly<Record<string, Entry>>,
  server: GitServerOptions = { filter: true },
  options: CommitOptions = {},
): Promise<Stage> {
  stages += 1;
  const root = join(scratch, `${stages}`);
  const origin = join(root, 'served/toy.git');
  const push: Stage['push'] = (next, how) => {
    const made = commitTree(origin, next, how);
    if (server.dumb) git(origin, ['update-server-info']);
    return made;
  };
  const commit = push(files, options);
  const served = await serveGit(join(root, 'served'), server);
  const cache = join(root, 'cache');
  const spec = specOf(`${served.url}/toy.git`);
  return {
    origin,
    commit,
    served,
    cache,
    spec,
    push,
    fetch: (more = {}, how = {}) => fetchSource({ ...spec, ...more }, cache, how),
  };
}

export function texts(contents: ReadonlyMap<string, Uint8Array> | undefined): Record<string, string> {
  return Object.fromEntries(
    [...(contents ?? [])].map(([path, bytes]) => [path, Buffer.from(bytes).toString()]),
  );
}

/** Bytes that a directory takes. */
export function sizeOf(directory: string): number {
  return Number(execFileSync('du', ['-sb', directory], { encoding: 'utf8' }).split('\t')[0]);
}
