// What a bare clone lacks: node_modules, and a real Portage where the machine has none.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const top = dirname(dirname(fileURLToPath(import.meta.url)));
export const cache = join(top, '.cache');
const portageVersion = '3.0.83';
/** Tried in every full test run. */
export const oldestPortage = '3.0.66';

export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: top, stdio: 'inherit', ...options });
  if (result.error) throw new Error(`${command}: ${result.error.message}`);
  return result.status ?? 1;
}

/** Installs the node packages when package-lock.json is newer than what is installed. */
export function ensurePackages() {
  const stamp = join(top, 'node_modules', '.package-lock.json');
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= statSync(join(top, 'package-lock.json')).mtimeMs)
    return;
  process.stderr.write('installing node packages …\n');
  const status = run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error('npm ci failed');
}

/** The emerge of this machine, when it has one that is not a front of ours. */
export function emergeInPath() {
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(directory, 'emerge');
    if (directory === '' || !existsSync(path)) continue;
    if (!readFileSync(path, 'latin1').slice(0, 200).includes('tumpline emerge front')) return path;
  }
  return undefined;
}

/**
 * Path of a real emerge: of the version that TUMPLINE_TEST_PORTAGE names, else TUMPLINE_EMERGE, the machine's own, or
 * one of the version that is ours.
 */
export function ensurePortage() {
  const named = process.env.TUMPLINE_TEST_PORTAGE;
  if (named) return portageOfVersion(named);
  return process.env.TUMPLINE_EMERGE ?? emergeInPath() ?? portageOfVersion(portageVersion);
}

/** Path of that version's emerge, in a venv made once below .cache. */
export function portageOfVersion(version) {
  if (!/^\d+(\.\d+)+$/.test(version)) throw new Error(`${version} is no version of Portage`);
  const venv = join(cache, `portage-${version}`);
  const emerge = join(venv, 'bin', 'emerge');
  const stamp = join(venv, 'complete');
  if (existsSync(stamp)) return emerge;
  process.stderr.write(`installing Portage ${version} into a venv …\n`);
  rmSync(venv, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  if (run('python3', ['-m', 'venv', venv]) !== 0)
    throw new Error('python3 -m venv failed (is python3-venv installed?)');
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `portage==${version}`];
  if (run(join(venv, 'bin', 'python3'), pip, { stdio: ['ignore', 'ignore', 'inherit'] }) !== 0) {
    throw new Error(`pip install portage==${version} failed`);
  }
  writeFileSync(stamp, '');
  return emerge;
}
