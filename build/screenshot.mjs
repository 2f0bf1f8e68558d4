// `node build/screenshot.mjs [FILE]`: takes the screenshot of README anew: a real merge in a real terminal, at its fourth
// step, shown by tmux. Wants tmux; merges twice, so that the time left is foretold.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensurePackages, ensurePortage, top } from './bootstrap.mjs';
import { build } from './build.mjs';
import { demoTestbed } from './demo-testbed.mjs';
import { terminalSvg } from './terminal-svg.mjs';

const step = 3;

/** The rows of a terminal to which `text` was written, with their colours. */
function shown(text, { columns, rows }, folder) {
  const file = join(folder, 'output');
  writeFileSync(file, text);
  const server = ['-L', `tumpline-screenshot-${process.pid}`, '-f', '/dev/null'];
  const tmux = args => execFileSync('tmux', [...server, ...args], { encoding: 'utf8' });
  const command = `stty raw -echo; cat ${file}; touch ${file}.done; exec sleep 60`;
  tmux([
    'new-session',
    '-d',
    '-x',
    String(columns),
    '-y',
    String(rows),
    command,
    ';',
    'set',
    '-g',
    'status',
    'off',
  ]);
  try {
    for (let left = 50; left > 0 && spawnSync('test', ['-e', `${file}.done`]).status !== 0; left -= 1)
      spawnSync('sleep', ['0.1']);
    spawnSync('sleep', ['0.5']);
    return tmux(['capture-pane', '-e', '-p']).replace(/\n$/, '').split('\n');
  } finally {
    tmux(['kill-server']);
  }
}

async function main([file = join(top, 'docs/pictures/terminal.svg'), wanted = '100x24']) {
  ensurePackages();
  const emerge = ensurePortage();
  process.env.TUMPLINE_TEST_EMERGE = emerge;
  await build();
  const { runFrames } = await demoTestbed();
  const [columns, rows] = wanted.split('x').map(Number);
  const folder = mkdtempSync(join(tmpdir(), 'tumpline-screenshot-'));
  try {
    const size = { columns, rows };
    const run = await runFrames(join(folder, 'root'), join(top, 'dist'), emerge, size, 2);
    if (run.code !== 0) throw new Error(`the merge failed:\n${run.output.slice(-2000)}`);
    const lines = shown(run.output.slice(0, run.ends[step]), size, folder);
    writeFileSync(
      file,
      terminalSvg(lines, columns, 'emerge in a terminal, with the live graph below its output'),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main(process.argv.slice(2));
