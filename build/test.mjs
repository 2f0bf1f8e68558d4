// `npm test [-- AREA…] [--quick]`: prepares what a bare clone lacks, builds, checks, and runs every area.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cache, ensurePackages, ensurePortage, run, top } from './bootstrap.mjs';
import { ensureTools } from './tools.mjs';

/** area -> folder below test/ */
function areas() {
  const found = new Map();
  for (const entry of readdirSync(join(top, 'test'), { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name === 'wrappers' || entry.name === 'services') continue;
    found.set(entry.name, `test/${entry.name}`);
  }
  for (const room of ['wrappers', 'services']) {
    const path = join(top, 'test', room);
    if (existsSync(path)) for (const name of readdirSync(path)) found.set(name, `test/${room}/${name}`);
  }
  return new Map([...found].filter(([, path]) => hasTests(join(top, path))));
}

function hasTests(directory) {
  return readdirSync(directory, { withFileTypes: true, recursive: true }).some(e =>
    e.name.endsWith('.test.ts'),
  );
}

function runArea(name, path, environment) {
  const report = join(cache, 'reports', `${name}.json`);
  const args = ['run', `${path}/`, '--reporter=default', '--reporter=json', `--outputFile=${report}`];
  const started = Date.now();
  const status = run(join(top, 'node_modules', '.bin', 'vitest'), args, { env: environment });
  const seconds = (Date.now() - started) / 1000;
  if (!existsSync(report)) return { name, seconds, passed: 0, failed: 1, skipped: 0 };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, success } = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  // a file that cannot be loaded fails without a failed test
  const failed = numFailedTests === 0 && (!success || status !== 0) ? 1 : numFailedTests;
  return { name, seconds, passed: numPassedTests, failed, skipped: numPendingTests + numTodoTests };
}

async function main(args) {
  const quick = args.includes('--quick');
  const wanted = args.filter(argument => !argument.startsWith('-'));
  const known = areas();
  const unknown = wanted.filter(area => area !== 'check' && !known.has(area));
  if (unknown.length > 0) {
    process.stderr.write(
      `test: no area ${unknown.join(', ')}\nareas: check ${[...known.keys()].join(' ')}\n`,
    );
    return 2;
  }
  ensurePackages();
  const emerge = ensurePortage();
  const lacking = ensureTools();
  const { build } = await import('./build.mjs');
  await build();

  rmSync(join(cache, 'reports'), { recursive: true, force: true });
  mkdirSync(join(cache, 'reports'), { recursive: true });
  const notes = join(cache, 'reports', 'reduced.txt');
  const environment = { ...process.env, TUMPLINE_TEST_EMERGE: emerge, TUMPLINE_TEST_NOTES: notes };
  if (quick) environment.TUMPLINE_TEST_QUICK = '1';
  const rows = [];
  if (wanted.length === 0 || wanted.includes('check')) {
    const started = Date.now();
    const { check } = await import('./check.mjs');
    const counts = check();
    rows.push({ name: 'check', seconds: (Date.now() - started) / 1000, ...counts });
  }
  for (const [name, path] of known) {
    if (wanted.length === 0 || wanted.includes(name)) rows.push(runArea(name, path, environment));
  }

  process.stdout.write('\n');
  for (const { name, seconds, passed, failed, skipped } of rows) {
    process.stdout.write(
      `${name.padEnd(14)} ${seconds.toFixed(1).padStart(7)} s  ${passed} passed, ${failed} failed, ${skipped} skipped\n`,
    );
  }
  const sum = key => rows.reduce((total, row) => total + row[key], 0);
  process.stdout.write(`${'total'.padEnd(14)} ${sum('seconds').toFixed(1).padStart(7)} s\n`);
  if (lacking.length > 0) process.stdout.write(`reduced: no ${lacking.join(', ')} on this machine\n`);
  if (quick)
    process.stdout.write('reduced: --quick runs fewer random cases and leaves out the long terminal tests\n');
  if (existsSync(notes)) {
    for (const line of new Set(readFileSync(notes, 'utf8').split('\n').filter(Boolean)))
      process.stdout.write(`${line}\n`);
  }
  process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped\n`);
  return sum('failed') === 0 && sum('passed') > 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
