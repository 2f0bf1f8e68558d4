/** A part of the demonstration, merged step by step in a terminal of a known size: the same frames each time. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { top } from '../kit/environment.ts';
import type { EbuildDeclaration, RootDeclaration } from './declaration.ts';
import { demoTree } from './demo-tree.ts';
import { resolveIn } from './resolver.ts';
import { makeRoot, type Root } from './root.ts';

export interface FrameRun {
  readonly root: Root;
  /** What the painter wrote, in the order in which it did: rows with their colours. */
  readonly frames: readonly (readonly string[])[];
  /** Places in `frames` of those that were drawn with none before them. */
  readonly fresh: readonly number[];
  /** Places in `frames` of those that stood still; what they show does not depend on the machine. */
  readonly steps: readonly number[];
  /** How many characters of the output had come before each step. */
  readonly ends: readonly number[];
  /** All that came to the terminal. */
  readonly output: string;
  readonly code: number | null;
  /** The cpvs of the merge list. */
  readonly order: readonly string[];
  /** By Portage's resolver: cpv and what it needs. */
  readonly needs: readonly (readonly [from: string, to: string])[];
}

const target = 'x11-libs/pango';
const usualSize = { columns: 100, rows: 30 };
const jobs = 3;

/** Installed before: what builds the others. */
const tools = new Set([
  'sys-libs/zlib-1.3.1',
  'dev-libs/libffi-3.5.2',
  'dev-libs/expat-2.7.1',
  'sys-libs/ncurses-6.5',
  'sys-apps/terminfo-6.5',
  'sys-libs/readline-8.3',
  'dev-util/pkgconf-2.5.1',
  'virtual/pkgconfig-3',
  'dev-lang/python-3.13.7',
  'dev-build/ninja-1.13.1',
  'app-alternatives/ninja-1',
  'dev-build/meson-1.9.0',
]);

const gates = 'tmp/gates';
const waits = `src_compile() {
	local gate="\${EPREFIX}/${gates}/\${CATEGORY}_\${PF}"
	: > "\${gate}.waiting"
	until [[ -e \${gate}.open ]]; do sleep 0.05; done
}`;

function steppedTree(): RootDeclaration {
  const ebuilds = Object.entries(demoTree.ebuilds ?? {}).map(([cpv, { sleep, ...ebuild }]) => {
    const stepped: EbuildDeclaration = tools.has(cpv) ? ebuild : { ...ebuild, phases: waits };
    return [cpv, stepped] as const;
  });
  return {
    ebuilds: Object.fromEntries(ebuilds),
    installed: Object.fromEntries([...tools].map(cpv => [cpv, { built: true }])),
  };
}

/**
 * `directory` must not exist; `tree` is an installed tree, `emerge` the real one. Pictures that stand before a step are
 * drawn afresh, so that they are the same each time, unless `times` says how often all is merged: then the last time
 * counts, which knows how long it took before.
 */
export async function runFrames(
  directory: string,
  tree: string,
  emerge: string,
  size: { readonly columns: number; readonly rows: number } = usualSize,
  times?: number,
): Promise<FrameRun> {
  const root = await makeRoot(steppedTree(), { directory });
  const { success, output, mergelist, edges } = await resolveIn(root, [target]);
  if (!success) throw new Error(`Portage does not resolve ${target}:\n${output}`);
  const order = mergelist.flatMap(node => ('cpv' in node ? [node.cpv] : []));
  const needs = edges.flatMap(({ from, to }) => {
    const pair = 'cpv' in from && 'cpv' in to ? ([from.cpv, to.cpv] as const) : undefined;
    return pair === undefined ? [] : [pair];
  });
  const spec = {
    argv: [join(tree, 'bin/emerge'), `--jobs=${jobs}`, '--color=y', '--oneshot', target],
    env: { ...root.environment, TERM: 'xterm-256color', TUMPLINE_EMERGE: emerge },
    cwd: directory,
    ...size,
    gates: join(directory, gates),
    builds: join(directory, 'var/tmp/portage'),
    order: order.map(cpv => cpv.replace('/', '_')),
    afresh: times === undefined,
    timeout: 300,
  };
  const script = join(top, 'test/testbed/paced_run.py');
  for (let left = times ?? 1; ; left -= 1) {
    for (const cpv of order) rmSync(join(directory, 'var/db/pkg', cpv), { recursive: true, force: true });
    rmSync(spec.gates, { recursive: true, force: true });
    mkdirSync(spec.gates, { recursive: true });
    const { stdout } = await execa('python3', [script], { input: JSON.stringify(spec), maxBuffer: 1 << 28 });
    const run = JSON.parse(stdout) as Omit<FrameRun, 'root' | 'order' | 'needs'>;
    if (left <= 1 || run.code !== 0) return { root, order, needs, ...run };
  }
}

/** A frame as text: without colours, with the times and the load that differ from run to run as zero. */
export function steadyText(frame: readonly string[]): string {
  const plain = frame.map(line =>
    // biome-ignore lint/suspicious/noControlCharactersInRegex: SGR begins with one
    line.replace(/\x1b\[[0-9;]*m/g, '').trimEnd(),
  );
  return plain
    .join('\n')
    .replace(/\d+[mh]\d\d/g, found => '0m00'.padStart(found.length))
    .replace(/load \d+\.\d/g, 'load 0.0');
}

/** What stood before each step, below one another; the same for every run in a terminal of that size. */
export function framesText({ frames, steps }: Pick<FrameRun, 'frames' | 'steps'>): string {
  const texts = steps.map(place => steadyText(frames[place] ?? []));
  const width = Math.max(0, ...texts.flatMap(text => text.split('\n').map(line => line.length)));
  return texts.map(text => `${text}\n${'-'.repeat(width)}\n`).join('');
}
