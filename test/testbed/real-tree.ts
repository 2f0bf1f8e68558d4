/** The real metadata of `realData()` as a repository of stubs, prepared once below .cache. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { realData, top } from '../kit/environment.ts';
import type { EbuildDeclaration } from './declaration.ts';
import { md5CacheRepository, missingStubs, readMd5Cache } from './md5-cache-repository.ts';

/** Change it when the stubs change. */
const version = 1;

function unpacked(archive: string): string {
  const key = createHash('sha256').update(readFileSync(archive)).digest('hex').slice(0, 12);
  const path = join(top, '.cache/data', key);
  if (existsSync(path)) return path;
  mkdirSync(join(top, '.cache/data'), { recursive: true });
  const fresh = mkdtempSync(join(top, '.cache/data/new-'));
  const tar = spawnSync('tar', ['-xzf', archive, '-C', fresh], { encoding: 'utf8' });
  if (tar.status !== 0) throw new Error(`tar ${archive}: ${tar.stderr}`);
  try {
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (!existsSync(path)) throw error;
  }
  return path;
}

export interface RealTree {
  readonly location: string;
  readonly name: string;
  readonly profile: string;
  /** cpv -> stub, with those for packages that the data only names. */
  readonly ebuilds: Readonly<Record<string, EbuildDeclaration>>;
}

let tree: RealTree | undefined;

/** undefined where the data are not at hand. */
export function realTree(): RealTree | undefined {
  const data = realData();
  if (!data) return undefined;
  if (tree) return tree;
  const folder = unpacked(join(data, 'main.tar.gz'));
  const real = readMd5Cache(join(folder, 'metadata/md5-cache'));
  const ebuilds = { ...missingStubs(real), ...real };
  const key = folder.slice(folder.lastIndexOf('/') + 1);
  const location = join(top, '.cache/repositories', `main-${key}-${version}`);
  md5CacheRepository(location, ebuilds, { name: 'gentoo', masters: '', profiles: join(folder, 'profiles') });
  tree = { location, name: 'gentoo', profile: 'default/linux/amd64/23.0', ebuilds };
  return tree;
}

/** GURU as an overlay of stubs over `realTree()`; much of what it names is not in the data. */
export function realOverlay(): Pick<RealTree, 'location' | 'name' | 'ebuilds'> | undefined {
  const data = realData();
  if (!data) return undefined;
  const folder = unpacked(join(data, 'guru.tar.gz'));
  const ebuilds = readMd5Cache(join(folder, 'metadata/md5-cache'));
  const location = join(
    top,
    '.cache/repositories',
    `guru-${folder.slice(folder.lastIndexOf('/') + 1)}-${version}`,
  );
  md5CacheRepository(location, ebuilds, { name: 'guru', masters: 'gentoo' });
  return { location, name: 'guru', ebuilds };
}
