/** What the emerge wrapper costs: per call with nothing to do, and beside a merge. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emerge, top } from '../kit/environment.ts';
import { generatedRoot } from '../testbed/generated-root.ts';
import { resolveIn } from '../testbed/resolver.ts';
import { makeRoot, type Root } from '../testbed/root.ts';
import type { Figure } from './figure.ts';
import { overhead } from './front-cost.ts';
import { onTerminal, ownCpu } from './pty.ts';

const area = 'emerge';
const front = join(top, 'dist/bin/emerge');
/** Samples of a call. */
const pairs = 150;
/** The same with a program in emerge's place that does nothing. */
const barePairs = 150;
const rounds = 7;
const merges = 2;

/** A root in which the targets bring about `packages` packages, a tenth more or less, whose phases take no time. */
async function rootOf(packages: number): Promise<{ root: Root; targets: readonly string[]; listed: number }> {
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const made = await generatedRoot(`bench ${packages} ${attempt}`, {
      packages: Math.round(packages * 1.3),
    });
    made.root.remove();
    const root = await makeRoot(made.tree.declaration);
    const { success, mergelist } = await resolveIn(root, made.tree.targets);
    if (success && Math.abs(mergelist.length - packages) <= packages / 10) {
      return { root, targets: made.tree.targets, listed: mergelist.length };
    }
    root.remove();
  }
  throw new Error(`no generated tree of ${packages} packages resolves`);
}

function debugTimes(path: string): Map<string, number> {
  const times = new Map<string, number>();
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const found = /^(\S+) \d+ (\w+: \w+)/.exec(line);
    if (found?.[1] && found[2] && !times.has(found[2])) times.set(found[2], Date.parse(found[1]));
  }
  return times;
}

/** From mtimedb's own time to the frame that shows its packages, and to the one that shows their edges. */
async function latency(root: Root, targets: readonly string[]): Promise<[number, number]> {
  const folder = mkdtempSync(join(tmpdir(), 'tumpline-bench-'));
  const debug = join(folder, 'debug');
  const mtimedb = join(root.directory, 'var/cache/edb/mtimedb');
  rmSync(mtimedb, { force: true });
  try {
    const environment = { ...root.environment, TUMPLINE_EMERGE: emerge, TUMPLINE_DEBUG: debug };
    const run = onTerminal([front, '--jobs=2', ...targets], environment, { rows: 40, columns: 120 });
    let written = 0;
    const deadline = Date.now() + 20_000;
    for (let shown = false; !shown && Date.now() < deadline; ) {
      await new Promise(resolve => setTimeout(resolve, 5));
      try {
        if (written === 0) written = statSync(mtimedb).mtimeMs;
        shown = debugTimes(debug).has('screen: edges');
      } catch {
        // not yet
      }
    }
    if (Date.now() >= deadline) throw new Error(`no edges were shown:\n${readFileSync(debug, 'utf8')}`);
    run.process.stdin?.write('\x03');
    await run.ended;
    const times = debugTimes(debug);
    return [
      (times.get('screen: nodes') ?? Number.NaN) - written,
      (times.get('screen: edges') ?? Number.NaN) - written,
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** CPU seconds of all our processes beside one whole merge, less half a percent of its time. */
async function mergeCpu(root: Root, targets: readonly string[]): Promise<number> {
  rmSync(join(root.directory, 'var/db/pkg'), { recursive: true, force: true });
  const started = performance.now();
  const environment = { ...root.environment, TUMPLINE_EMERGE: emerge };
  const run = onTerminal([front, '--jobs=2', ...targets], environment, { rows: 40, columns: 120 });
  const seen = new Map<string, number>();
  let used = 0;
  const timer = setInterval(() => {
    used = Math.max(used, ownCpu(join(top, 'dist'), seen));
  }, 40);
  const status = await run.ended;
  clearInterval(timer);
  if (status !== 0) throw new Error(`the merge ended with exit status ${status}`);
  const seconds = (performance.now() - started) / 1000;
  process.stderr.write(`${area}: merged in ${seconds.toFixed(1)} s, ours ${used.toFixed(2)} s of CPU\n`);
  return used - 0.005 * seconds;
}

export async function* emergeFigures(): AsyncGenerator<Figure> {
  const { root, targets, listed } = await rootOf(100);
  try {
    yield overhead({ area, name: 'call_with_nothing_to_do', goal: 5 }, emerge, pairs, root.environment);
    // emerge's own times scatter more than we add, so once more without them
    yield overhead({ area, name: 'front_alone', goal: 5 }, '/bin/true', barePairs, root.environment);
    const times: [number, number][] = [];
    for (let round = 0; round < rounds; round += 1) times.push(await latency(root, targets));
    yield { area, name: 'list_to_nodes', unit: 'ms', goal: 80, samples: times.map(([nodes]) => nodes) };
    yield { area, name: 'list_to_edges', unit: 'ms', goal: 500, samples: times.map(([, edges]) => edges) };
    process.stderr.write(`${area}: merging ${listed} packages ${merges} times\n`);
    const samples: number[] = [];
    for (let merge = 0; merge < merges; merge += 1) samples.push(await mergeCpu(root, targets));
    yield { area, name: 'cpu_beside_a_merge_beyond_half_a_percent', unit: 's', goal: 0.6, samples };
  } finally {
    root.remove();
  }
}
