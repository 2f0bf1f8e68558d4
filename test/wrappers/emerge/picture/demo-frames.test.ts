/** `npm run demo -- --frames`: a real merge step by step, and every picture that the painter drew of it. */
import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emerge, noteReduced, quick, top } from '../../../kit/environment.ts';
import { type FrameRun, framesText, runFrames, steadyText } from '../../../testbed/demo-frames.ts';
import { scratchFolder } from '../../../testbed/scratch.ts';
import { wrapperTree } from '../terminal/stage.ts';
import { type SeenFrame, seeFrame } from './frame-text.ts';

const recorded = join(import.meta.dirname, 'fixtures/demo-frames.txt');

test('three of these pictures stand in README', async () => {
  const readme = await readFile(join(top, 'README.md'), 'utf8');
  const [, part = ''] = /<!-- frames -->\n([\s\S]*?)<!-- \/frames -->/.exec(readme) ?? [];
  const shown = [...part.matchAll(/```\n([\s\S]*?)\n```/g)].map(found => found[1] ?? '');
  expect(shown).toHaveLength(3);
  const steady = (text: string) =>
    text.replace(/\d+[mh]\d\d/g, found => '0m00'.padStart(found.length)).replace(/load \d+\.\d/g, 'load 0.0');
  const all = await readFile(recorded, 'utf8');
  for (const frame of shown) expect(all).toContain(`${steady(frame)}\n`);
});

if (quick) noteReduced('pictures of the demonstration: read from a record, not merged anew');

describe.skipIf(quick)('a merge of ten packages', () => {
  let tree: string;
  let scratch: string;
  let run: FrameRun;
  /** Each that differs from the one before it in more than times and load. */
  let seen: (SeenFrame & { readonly fresh: boolean })[];
  beforeAll(async () => {
    tree = await wrapperTree();
    scratch = scratchFolder();
    run = await runFrames(join(scratch, 'root'), tree, emerge);
    const texts = run.frames.map(steadyText);
    seen = texts.flatMap((text, at) => {
      const fresh = run.fresh.includes(at);
      return fresh || text !== texts[at - 1] ? [{ ...seeFrame(text), fresh }] : [];
    });
  }, 320_000);
  afterAll(() => {
    rmSync(scratch, { recursive: true, force: true });
    rmSync(tree, { recursive: true, force: true });
  });

  /** Name as it is shown -> cpv. */
  function cpvOf(name: string): string {
    const cpvs = [...new Set(run.needs.flat())];
    const found = cpvs.filter(cpv => {
      const pf = cpv.slice(cpv.indexOf('/') + 1);
      return pf === name || pf.replace(/-\d[^-]*$/, '') === name;
    });
    // a virtual and what provides it
    const [cpv] = found.length > 1 ? found.filter(one => run.needs.some(([, to]) => to === one)) : found;
    if (cpv === undefined) throw new Error(`${name} is in no list`);
    return cpv;
  }

  test('it gets through, and what stood before each step is what is recorded', async () => {
    expect(run.code, run.output.slice(-3000)).toBe(0);
    expect(run.steps).toHaveLength(10);
    await expect(framesText(run)).toMatchFileSnapshot(recorded);
  });

  test('always as high, and nothing beyond the last but one column', () => {
    for (const { rows } of seen) {
      expect(rows).toHaveLength(9);
      expect(Math.max(...rows.map(row => row.length))).toBeLessThan(100);
    }
  });

  test('every line is a dependency, and every dependency between two that are shown is a way along lines', () => {
    const needs = new Set(run.needs.map(([from, to]) => `${to} -> ${from}`));
    const place = (cpv: string) => run.order.indexOf(cpv);
    let lines = 0;
    for (const { connections, packages, rows } of seen.slice(1)) {
      const pairs = [...connections].map(pair => pair.split(' -> ').map(cpvOf).join(' -> '));
      for (const pair of pairs) expect(needs.has(pair), `${pair}\n${rows.join('\n')}`).toBe(true);
      lines += pairs.length;
      const reached = reach(pairs);
      const shown = packages.filter(({ shown }) => shown !== 'installed').map(({ name }) => cpvOf(name));
      for (const left of shown) {
        const later = shown.filter(other => place(other) > place(left));
        for (const right of later.filter(other => needs.has(`${left} -> ${other}`)))
          expect(reached.has(`${left} -> ${right}`), `${left} -> ${right}\n${rows.join('\n')}`).toBe(true);
      }
    }
    expect(lines).toBeGreaterThan(100);
  });

  test('what is done stays done, what runs was waiting', () => {
    const order = ['waiting', 'running', 'done'];
    const known = new Map<string, number>();
    let done = 0;
    for (const { packages, counts, rows } of seen) {
      expect(counts.total).toBe(10);
      expect(counts.done).toBeGreaterThanOrEqual(done);
      done = counts.done;
      for (const { name, shown } of packages) {
        if (shown === 'installed') continue;
        const now = Math.max(0, order.indexOf(shown));
        // what is built waits beside the running ones as one that waits
        if (now !== 0)
          expect(now, `${name}\n${rows.join('\n')}`).toBeGreaterThanOrEqual(known.get(cpvOf(name)) ?? 0);
        else expect(known.get(cpvOf(name)), `${name}\n${rows.join('\n')}`).not.toBe(2);
        known.set(cpvOf(name), Math.max(now, known.get(cpvOf(name)) ?? 0));
      }
    }
    expect(done).toBeGreaterThanOrEqual(9);
  });

  test('around the same running packages nothing moves', () => {
    const running = ({ packages }: SeenFrame) =>
      packages.flatMap(({ name, shown }) => (shown === 'running' ? [cpvOf(name)] : [])).join(' ');
    let compared = 0;
    // edges come after the first; where the terminal was resized there is none before
    for (const [at, now] of seen.entries()) {
      const before = seen[at - 1];
      if (before === undefined || at < 2 || now.fresh || running(before) !== running(now)) continue;
      const rows = new Map(before.packages.map(({ name, row }) => [cpvOf(name), row]));
      for (const { name, row } of now.packages) {
        const was = rows.get(cpvOf(name));
        if (was !== undefined) expect(row, `${name}\n${now.rows.join('\n')}`).toBe(was);
      }
      compared += 1;
    }
    expect(compared).toBeGreaterThan(5);
  });
});

/** All pairs of which one leads to the other. */
function reach(pairs: readonly string[]): Set<string> {
  const all = new Set(pairs);
  for (;;) {
    const more = [...all].flatMap(pair => {
      const [left, middle] = pair.split(' -> ');
      return pairs
        .filter(next => next.startsWith(`${middle} -> `))
        .map(next => `${left} -> ${next.split(' -> ')[1]}`);
    });
    const before = all.size;
    for (const pair of more) all.add(pair);
    if (all.size === before) return all;
  }
}
