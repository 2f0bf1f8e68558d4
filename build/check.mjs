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

/** Runs every check; counts of what held, what did not, and what could not be asked. */
export function check() {
  ensurePackages();
  const bin = name => join(top, 'node_modules', '.bin', name);
  const steps = [
    ['tsc', bin('tsc'), ['-p', '.']],
    ['biome', bin('biome'), ['check', '--error-on-warnings']],
    ['knip', bin('knip'), []],
    ['shellcheck', 'shellcheck', ['--', ...shellFiles()]],
  ];
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const [name, command, args] of steps) {
    let outcome;
    try {
      outcome = run(command, args) === 0 ? 'passed' : 'failed';
    } catch (error) {
      process.stderr.write(`${error.message}\n`);
      outcome = 'skipped';
    }
    counts[outcome] += 1;
    process.stdout.write(`${name} ${outcome}\n`);
  }
  return counts;
}

if (process.argv[1] === import.meta.filename) process.exitCode = check().failed === 0 ? 0 : 1;
