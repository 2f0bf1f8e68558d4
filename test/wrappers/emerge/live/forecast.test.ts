/** Time left, in the row of a real merge: what the log says of earlier ones is seen while it runs. */
import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forecastPackages } from '../../../../portage/forecast.ts';
import { indexGraph, orientEdges } from '../../../../portage/graph.ts';
import { planRun } from '../../../../portage/run-plan.ts';
import { timeLeft } from '../../../../portage/time-left.ts';
import { readHistory, scheduleOf } from '../../../../wrappers/emerge/merge-times.ts';
import { noteReduced, quick, emerge as realEmerge } from '../../../kit/environment.ts';
import { makeRoot, type Root } from '../../../testbed/root.ts';
import { folder, onPty } from '../front-kit.ts';
import { wrapperTree } from '../terminal/stage.ts';

const sleeps = (seconds: number) => ({ phases: `src_compile() {\n\tsleep ${seconds}\n}` });
const needs: Readonly<Record<string, readonly string[]>> = {
  'app-misc/base-1': [],
  'app-misc/beside-1': [],
  'app-misc/long-1': ['app-misc/base-1'],
  'app-misc/top-1': ['app-misc/long-1', 'app-misc/beside-1'],
};
let tree: string;
let root: Root;
let place: string;
let log: string;
beforeAll(async () => {
  const depend = (cpv: string) => ({ DEPEND: needs[cpv]!.map(one => `=${one}`).join(' ') });
  [tree, root] = await Promise.all([
    wrapperTree(),
    makeRoot({
      ebuilds: {
        'app-misc/base-1': { ...sleeps(1), ...depend('app-misc/base-1') },
        'app-misc/beside-1': { ...sleeps(2), ...depend('app-misc/beside-1') },
        'app-misc/long-1': { ...sleeps(9), ...depend('app-misc/long-1') },
        'app-misc/top-1': { ...sleeps(1), ...depend('app-misc/top-1') },
      },
    }),
  ]);
  place = folder();
  log = join(root.directory, 'var/log/emerge.log');
});
afterAll(() => {
  root?.remove();
  for (const path of [tree, place]) rmSync(path, { recursive: true, force: true });
});

function foretold(jobs: number): number {
  const reader = readHistory(log);
  let step = reader.next();
  while (!step.done) step = reader.next();
  const history = step.value;
  const nodes = Object.keys(needs).map(cpv => ({ id: cpv, cpv, root: '/', type: 'ebuild' as const }));
  const edges = Object.entries(needs).flatMap(([from, all]) =>
    all.map(to => ({ from, to, kinds: ['depend'] as const })),
  );
  const index = indexGraph({ nodes, edges: orientEdges(nodes, edges) });
  const options = scheduleOf(new Map([['--jobs', jobs]]), { FEATURES: 'merge-wait' }, history);
  return timeLeft(planRun(index, forecastPackages(history, nodes)!, options), new Map()).seconds;
}

/** From the first start to the last completion. */
function recorded(text: string): number {
  const times = [...text.matchAll(/^(\d+): {2}(?:>>>|:::) (?:completed )?emerge /gm)].map(found =>
    Number(found[1]),
  );
  return Math.max(...times) - Math.min(...times);
}

if (quick) noteReduced('time left: no real merge foretells the next');
test.skipIf(quick)(
  'one real merge foretells the next, with other jobs, and the row says so',
  async () => {
    const first = await root.emerge(['--jobs=1', 'app-misc/top']);
    expect(first.exitCode).toBe(0);
    const before = readFileSync(log, 'utf8');
    const alone = recorded(before);
    expect(Math.abs(foretold(1) - alone) / alone).toBeLessThan(0.2);
    const expected = foretold(3);
    expect(expected).toBeLessThan(foretold(1));

    // a line that is cut, and one that is rubbish
    appendFileSync(log, '17\n\0\x1b[2J\n');
    const outcome = await onPty(
      [join(tree, 'bin/emerge'), '--jobs=3', '--oneshot', '--emptytree', 'app-misc/top'],
      {
        env: { ...root.environment, TERM: 'xterm', TUMPLINE_EMERGE: realEmerge, LC_ALL: 'C.UTF-8' },
        cwd: root.directory,
        steps: [],
        timeout: 90,
      },
    );
    expect(outcome.code, outcome.output).toBe(0);
    const real = recorded(readFileSync(log, 'utf8').slice(before.length));
    // other tests take the machine's time, more or less of it
    expect(expected / real).toBeGreaterThan(0.3);
    expect(expected / real).toBeLessThan(3);
    const shown = [...outcome.output.matchAll(/left ~?(\d+)m(\d\d)/g)].map(
      ([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds),
    );
    expect(shown.length, outcome.output).toBeGreaterThan(3);
    expect(shown[0]).toBeLessThanOrEqual(real * 3);
    expect(Math.min(...shown)).toBeLessThan(shown[0]! / 2);
    expect(outcome.output).toContain('waits for long');
  },
  180_000,
);
