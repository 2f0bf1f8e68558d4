// `npm run check`: types, style, dead code, shell.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ensurePackages, run, top } from './bootstrap.mjs';

const skip = new Set(['node_modules', '.git', '.cache', 'dist', 'demo-root', 'fixtures']);

function shellFiles(directory = top) {
  return readdirSync(directory, { withFileTypes: true }).flatMap(entry => {
    if (skip.has(entry.name)) return [];
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return shellFiles(path);
    if (!entry.isFile()) return [];
    const shell =
      entry.name.endsWith('.sh') || /^#!.*\b(sh|bash)\n/.test(readFileSync(path, 'latin1').slice(0, 80));
    return shell ? [relative(top, path)] : [];
  });
}

export function check() {
  ensurePackages();
  const bin = name => join(top, 'node_modules', '.bin', name);
  const steps = [
    ['tsc', bin('tsc'), ['-p', '.']],
    ['biome', bin('biome'), ['check', '--error-on-warnings']],
    ['knip', bin('knip'), []],
    ['shellcheck', 'shellcheck', ['--', ...shellFiles()]],
  ];
  const failed = [];
  for (const [name, command, args] of steps) {
    let status;
    try {
      status = run(command, args);
    } catch (error) {
      process.stderr.write(`${name}: not available (${error.message})\n`);
      status = name === 'shellcheck' ? 'skipped' : 1;
    }
    if (status === 'skipped') process.stdout.write(`${name} skipped\n`);
    else {
      process.stdout.write(`${name} ${status === 0 ? 'ok' : 'FAILED'}\n`);
      if (status !== 0) failed.push(name);
    }
  }
  return failed;
}

if (process.argv[1] === import.meta.filename) process.exitCode = check().length === 0 ? 0 : 1;
