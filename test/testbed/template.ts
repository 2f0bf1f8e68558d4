/** The prepared root that all others are copied from: made once per Portage, below .cache. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folders = [
  'usr/bin',
  'usr/sbin',
  'usr/lib',
  'usr/lib64',
  'usr/share',
  'usr/lib/portage',
  'etc/portage',
  'etc/env.d',
  'tmp',
  'run',
  'var/tmp',
  'var/log/portage',
  'var/cache/distfiles',
  'var/cache/binpkgs',
  'var/cache/edb',
  'var/lib/portage',
  'var/db/pkg',
  'var/db/repos',
];

/** Where this Python's Portage keeps make.globals and its sets. */
function globalConfig(python: string): string {
  const script = 'import portage.const as c; print(c.EPREFIX + c.GLOBAL_CONFIG_PATH)';
  const asked = spawnSync(python, ['-c', script], { encoding: 'utf8', timeout: 60_000 });
  if (asked.status !== 0) throw new Error(`${python} cannot import portage: ${asked.stderr}`);
  return asked.stdout.trim();
}

function inPath(program: string): string {
  const path = (process.env['PATH'] ?? '').split(':').map(folder => join(folder, program));
  const found = path.find(candidate => existsSync(candidate));
  if (!found) throw new Error(`no ${program} in PATH`);
  return found;
}

export function copyTree(from: string, to: string): void {
  const copied = spawnSync('cp', ['-a', '--reflink=auto', from, to], { encoding: 'utf8' });
  if (copied.status !== 0) throw new Error(`cp ${from} ${to}: ${copied.stderr}`);
}

/** Path of the template; `cache` is the folder that may keep it. */
export function preparedRoot(python: string, cache: string): string {
  const key = createHash('sha256').update(`3\n${python}\n${folders.join()}`).digest('hex').slice(0, 12);
  const path = join(cache, 'roots', `template-${key}`);
  if (existsSync(path)) return path;
  mkdirSync(join(cache, 'roots'), { recursive: true });
  const fresh = mkdtempSync(join(cache, 'roots', 'new-'));
  for (const folder of folders) mkdirSync(join(fresh, folder), { recursive: true });
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, join(fresh, name));
  symlinkSync('usr/share', join(fresh, 'share'));
  mkdirSync(join(fresh, 'usr/share/portage'));
  // Portage unpacks with gtar, which only Gentoo is sure to have
  symlinkSync(inPath('tar'), join(fresh, 'usr/bin/gtar'));
  const config = join(fresh, 'usr/share/portage/config');
  copyTree(globalConfig(python), config);
  // the shipped defaults name the machine's Gentoo tree and a binhost on the network
  for (const name of ['repos.conf', 'binrepos.conf']) writeFileSync(join(config, name), '');
  try {
    renameSync(fresh, path);
  } catch (error) {
    // somebody else was faster
    rmSync(fresh, { recursive: true, force: true });
    if (!existsSync(path)) throw error;
  }
  return path;
}
