// Run after `npm install` where the registry lacks packages for other platforms: npm then leaves them out of
// package-lock.json, and `npm ci` refuses a lock with such gaps. They are entered by name and version, without a hash.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { top } from './bootstrap.mjs';

const path = join(top, 'package-lock.json');
const systems = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const processors = [
  'arm',
  'arm64',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'wasm32',
  'x64',
];

/** Names and entries of the optional packages that a lock names but does not hold. */
export function lockGaps({ packages }) {
  const gaps = new Map();
  for (const { optionalDependencies = {}, dev } of Object.values(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (packages[`node_modules/${name}`] || !/^\d/.test(version)) continue;
      const words = name.replace(/^.*\//, '').split('-');
      const os = systems.find(word => words.includes(word));
      const cpu = processors.find(word => words.includes(word));
      const libc = words.some(word => word.startsWith('musl'))
        ? 'musl'
        : words.some(word => word.startsWith('gnu'))
          ? 'glibc'
          : undefined;
      gaps.set(`node_modules/${name}`, {
        version,
        ...(cpu ? { cpu: [cpu] } : {}),
        ...(dev ? { dev } : {}),
        ...(libc ? { libc: [libc] } : {}),
        optional: true,
        ...(os ? { os: [os] } : {}),
      });
    }
  }
  return gaps;
}

if (process.argv[1] === import.meta.filename) {
  const lock = JSON.parse(readFileSync(path, 'utf8'));
  const gaps = lockGaps(lock);
  const entries = [...Object.entries(lock.packages), ...gaps].sort(([a], [b]) =>
    a < b ? -1 : a > b ? 1 : 0,
  );
  lock.packages = Object.fromEntries(entries);
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
  process.stdout.write(`${gaps.size} packages entered\n`);
}
