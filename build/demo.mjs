// `npm run demo`: on a bare clone, sets itself up and really merges a small desktop through the wrapper, in ./demo-root.
// With `--frames` a part of it, step by step in a terminal of its own, and the pictures that were drawn are printed.
// With `olm` single packages out of an overlay instead, which a git server of its own serves.
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ensurePackages, ensurePortage, top } from './bootstrap.mjs';
import { build } from './build.mjs';
import { demoTestbed } from './demo-testbed.mjs';

const directory = join(top, 'demo-root');
const dist = join(top, 'dist');
const say = text => process.stdout.write(`${text}\n`);

/** The root's environment, with what the caller's terminal and language say. */
function environment(root, emerge) {
  const env = { ...root.environment, TUMPLINE_EMERGE: emerge };
  if (process.env.LC_ALL || process.env.LANG || process.env.LC_CTYPE) delete env.LC_ALL;
  const kept = [
    'LANG',
    'LC_ALL',
    'LC_CTYPE',
    'TERM',
    'COLORTERM',
    'NO_COLOR',
    'NOCOLOR',
    'STY',
    'CI',
    'TUMPLINE_DEBUG',
  ];
  for (const name of kept) if (process.env[name] !== undefined) env[name] = process.env[name];
  return env;
}

function ended(child) {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
}

/** On a terminal the wrapper draws beside emerge's own output. */
async function live(args, env) {
  return ended(spawn(join(dist, 'bin/emerge'), args, { cwd: top, env, stdio: 'inherit' }));
}

/** The graph as text, printed whenever packages finish, until that emerge ends. */
function watchGraph(pid, env) {
  const args = ['graph', '--watch', '--format', 'text', '--pid', String(pid)];
  return spawn(join(dist, 'bin/tumpline'), args, { cwd: top, env, stdio: ['ignore', 'inherit', 'inherit'] });
}

async function logged(args, env, log) {
  const output = openSync(log, 'w');
  const emerge = spawn(join(dist, 'bin/emerge'), args, { cwd: top, env, stdio: ['ignore', output, output] });
  const result = ended(emerge);
  const watcher = emerge.pid === undefined ? undefined : watchGraph(emerge.pid, env);
  const watched = watcher && ended(watcher);
  const outcome = await result;
  closeSync(output);
  const late = setTimeout(() => watcher?.kill(), 5000);
  const seen = await watched;
  clearTimeout(late);
  if (seen && seen.code !== 0) say(`demo: tumpline graph --watch ended with ${seen.code ?? seen.signal}`);
  return { ...outcome, watched: seen?.code === 0 };
}

/** COLUMNS and LINES, as a shell gives them to who asks. */
function wantedSize() {
  const [columns, rows] = [Number(process.env.COLUMNS), Number(process.env.LINES)];
  return columns >= 60 && rows >= 18 ? { columns, rows } : { columns: 100, rows: 30 };
}

async function frames(emerge) {
  const { framesText, runFrames } = await demoTestbed();
  const size = wantedSize();
  say(
    `Ten packages are really merged in a terminal of ${size.columns} columns and ${size.rows} rows, step by step.`,
  );
  say('These pictures stood below the output of emerge; times and load are shown as zero.\n');
  const run = await runFrames(directory, dist, emerge, size);
  process.stdout.write(framesText(run));
  if (run.code === 0) return 0;
  say(`demo: the merge failed (${run.code ?? 'it took too long'})\n${run.output.slice(-2000)}`);
  return 1;
}

async function olm(emerge) {
  const { prepareOlmDemo, runOlmDemo } = await demoTestbed();
  const served = mkdtempSync(join(tmpdir(), 'tumpline-demo-'));
  const demo = await prepareOlmDemo(served, directory);
  say(
    `A private Gentoo root stands in ${relative(process.cwd(), directory)}; nothing outside this clone is touched.`,
  );
  say(`An overlay called guru, with ${demo.packages} packages, is served at ${demo.server.url}.`);
  try {
    const code = await runOlmDemo(demo, join(dist, 'bin'), emerge);
    say(
      code === 0
        ? `\nThe generated repository: ${relative(process.cwd(), directory)}/var/db/repos/guru/`
        : `\ndemo: the last command ended with ${code}`,
    );
    return code;
  } finally {
    await demo.end();
    rmSync(served, { recursive: true, force: true });
  }
}

async function main(words) {
  if (words.length > 1 || words.some(argument => !['--frames', 'olm'].includes(argument))) {
    process.stderr.write('usage: npm run demo [-- --frames|olm]\n');
    return 2;
  }
  ensurePackages();
  const emerge = ensurePortage();
  process.env.TUMPLINE_TEST_EMERGE = emerge;
  await build();
  rmSync(directory, { recursive: true, force: true });
  if (words[0] === 'olm') return olm(emerge);
  if (words.length > 0) return frames(emerge);
  const { prepareDemo } = await demoTestbed();
  const { root, target, packages, dependencies } = await prepareDemo(directory);
  const args = ['--jobs=2', target];
  const here = relative(process.cwd(), directory) || '.';
  say(`A private Gentoo root stands in ${here}; nothing outside this clone is touched.`);
  say(`emerge ${args.join(' ')}: ${packages} packages with ${dependencies} dependencies among them\n`);

  const env = environment(root, emerge);
  const onTerminal = process.stdout.isTTY && process.stderr.isTTY;
  const log = join(directory, 'emerge-output.log');
  // the terminal sends these to emerge as well; it says what becomes of the run
  for (const signal of ['SIGINT', 'SIGQUIT']) process.on(signal, () => {});
  const started = Date.now();
  const { code, signal, watched = true } = onTerminal ? await live(args, env) : await logged(args, env, log);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);

  const merged = root.merged().length;
  if (code !== 0 || merged !== packages) {
    if (!onTerminal) process.stdout.write(readFileSync(log, 'utf8').split('\n').slice(-30).join('\n'));
    say(
      `\ndemo: the merge failed (${signal ?? `exit status ${code}`}): ${merged} of ${packages} packages merged`,
    );
    return code || 1;
  }
  say('');
  say(`Merged ${merged} packages with ${dependencies} dependencies among them in ${seconds} s.`);
  if (!onTerminal) say(`emerge's own output: ${relative(process.cwd(), log)}`);
  say(`Portage's log:       ${relative(process.cwd(), join(directory, 'var/log/emerge.log'))}`);
  say('');
  say('To have it for your own emerge:');
  say('  npm run build');
  say('  cp -a dist /opt/tumpline                   # or any other place');
  say('  /opt/tumpline/bin/tumpline enable emerge   # taken back by: tumpline disable emerge');
  return watched ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
