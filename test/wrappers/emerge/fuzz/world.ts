/** A run that every spoilt source is drawn into: what a real one looked like, and what must hold of each frame. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GraphIndex, indexGraph } from '../../../../portage/graph.ts';
import type { Located } from '../../../../system/locate.ts';
import type { PackagesAnswer, PortageHelper, PortageSettings } from '../../../../system/portage.ts';
import { applyLogStep, type RunState, startRunState } from '../../../../wrappers/emerge/live/run-state.ts';
import type { NodeStatus, PictureInput } from '../../../../wrappers/emerge/picture/model.ts';
import { drawFrame } from '../../../../wrappers/emerge/picture/picture.ts';
import { type RunGraph, runGraph } from '../../../../wrappers/emerge/run-graph.ts';
import type { Random } from '../../../kit/random.ts';

/** Taken from a merge of x11-libs/cairo by Portage 3.0.83; its root is called so. */
export const sampleRoot = '/tmp/root';
const samples = join(import.meta.dirname, 'fixtures');

export function sample(name: string): string {
  return readFileSync(join(samples, name), 'utf8');
}

export const settings = JSON.parse(sample('settings.json')) as PortageSettings;
export const answer = JSON.parse(sample('answer.json')) as PackagesAnswer;
export const entries = answer.packages.flatMap(found =>
  found === null ? [] : [[found.type, found.root, found.cpv] as const],
);

export function scratch(): string {
  return mkdtempSync(join(tmpdir(), 'tumpline-fuzz-'));
}

export function locatedAt(eprefix: string): Located {
  return { emerge: 'emerge', python: ['python3'], eprefix, configRoot: eprefix, root: '/', eroot: eprefix };
}

/** A helper that has given its answers already. */
export function helperWith(given: PackagesAnswer): PortageHelper {
  return {
    settings: Promise.resolve(settings),
    packages: () => Promise.resolve(given),
    visible: () => Promise.resolve({ packages: [], problems: [] }),
    end() {},
    stop() {},
  };
}

export function graphOf(
  given: PackagesAnswer,
  installed: Parameters<typeof runGraph>[2] = new Map(),
): Promise<RunGraph> {
  const question = { entries, options: new Map(), targets: ['x11-libs/cairo'] };
  return runGraph(locatedAt(sampleRoot), helperWith(given), installed, question);
}

export const sampleGraph = await graphOf(answer);
export const sampleIndex = indexGraph({ nodes: sampleGraph.nodes, edges: sampleGraph.edges });

/** In the middle of the list. */
export function sampleRun(): RunState {
  const run = startRunState(sampleGraph.nodes.map(({ id, cpv, root, type }) => ({ id, cpv, root, type })));
  for (const [at, { id }] of run.list.entries()) {
    if (at < 4) applyLogStep(run, id, 'completed', Date.now());
    else if (at < 7) applyLogStep(run, id, 'building', Date.now() - at * 1000);
  }
  return run;
}

/** The states as the painter hands them to the picture. */
export function statesOf(run: RunState, now = Date.now()): Map<string, NodeStatus> {
  const states = new Map<string, NodeStatus>();
  for (const [id, { state, phase, since }] of run.packages) {
    const elapsed = since === undefined ? undefined : Math.max(0, Math.floor((now - since) / 1000));
    states.set(id, { state, ...(phase ? { phase } : {}), ...(elapsed === undefined ? {} : { elapsed }) });
  }
  return states;
}

type Wanted = Partial<PictureInput> & { readonly index: GraphIndex };

const sizes = [40, 59, 60, 79, 99, 120, 199].flatMap(columns => [6, 8, 10].map(rows => ({ columns, rows })));

/** Draws it in some size, with and without a frame before it, and looks at the frame. */
export function drawn(random: Random, wanted: Wanted): void {
  const states = wanted.states ?? new Map();
  const count = (...names: string[]) =>
    [...states.values()].filter(({ state }) => names.includes(state)).length;
  const input: PictureInput = {
    states,
    targets: new Set([wanted.index.graph.nodes.at(-1)?.id ?? '']),
    counts: {
      done: count('done'),
      total: wanted.index.graph.nodes.length,
      running: count('building', 'merging'),
      built: count('built'),
      failed: count('failed'),
      load: 1.5,
    },
    size: random.pick(sizes),
    style: { unicode: random.chance(0.8), color: random.chance(0.8) },
    ...wanted,
  };
  const first = drawFrame(input);
  sound(first.lines, input.size, input.style.unicode);
  if (random.chance(0.2))
    sound(drawFrame({ ...input, previous: first }).lines, input.size, input.style.unicode);
}

export function sound(
  lines: readonly string[],
  size: { readonly columns: number; readonly rows: number },
  unicode: boolean,
): void {
  if (lines.length !== size.rows) throw new Error(`${lines.length} lines for ${size.rows} rows`);
  for (const line of lines) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: SGR begins with one
    const text = line.replace(/\x1b\[[0-9;]*m/g, '');
    // a character of the picture takes one cell each
    const strange = unicode ? /[^\x20-\x7e\u2500-\u257f✔●◐○◎✘⊘·▸…]/ : /[^\x20-\x7e]/;
    const found = strange.exec(text);
    if (found) throw new Error(`U+${found[0].charCodeAt(0).toString(16)} in ${JSON.stringify(line)}`);
    if (text.length > size.columns) throw new Error(`${text.length} cells in ${size.columns}: ${text}`);
  }
}

/** Text for people: whole lines of characters that do nothing to a terminal. */
export function harmless(text: string): void {
  for (const line of text.split('\n')) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is the question
    const found = /[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]/.exec(line);
    if (found)
      throw new Error(`U+${found[0].charCodeAt(0).toString(16)} in ${JSON.stringify(line.slice(0, 300))}`);
  }
}
