import { expect, test } from 'vitest';
import type { StatusSnapshot, StatusTask } from '../../../../portage/files/status-snapshot.ts';
import { isPacked, lastMark, phaseOfMarks } from '../../../../wrappers/emerge/live/phase-marks.ts';
import {
  applyBuilt,
  applyEnd,
  applyLogStep,
  applyPhaseMark,
  applyRemaining,
  applySnapshot,
  type RunState,
  startRunState,
  workOf,
} from '../../../../wrappers/emerge/live/run-state.ts';
import { random } from '../../../kit/random.ts';

const ids = ['a/a-1', 'a/b-1', 'a/c-1'];
const begin = () => startRunState(ids.map(id => ({ id, cpv: id, root: '/', type: 'ebuild' as const })));
const idOf = (cpv: string) => cpv;
const states = (run: RunState) => ids.map(id => run.packages.get(id)?.state);

function task(cpv: string, more: Partial<StatusTask> = {}): StatusTask {
  return { cpv, root: '/', kind: 'build', mergeWait: false, binary: false, uninstall: false, ...more };
}
function snapshot(tasks: readonly StatusTask[], failed = 0): StatusSnapshot {
  return { pid: 1, running: tasks.length, completed: 0, total: 3, failed, tasks };
}

test('the socket: what builds, waits, merges, and since when', () => {
  const run = begin();
  const tasks = [
    task('a/a-1', { phase: 'compile', elapsed: 10 }),
    task('a/b-1', { kind: 'merge', mergeWait: true }),
    task('a/c-1', { kind: 'merge' }),
  ];
  applySnapshot(run, snapshot(tasks), idOf, 50_000);
  expect(states(run)).toEqual(['building', 'built', 'merging']);
  expect(run.packages.get('a/a-1')).toMatchObject({
    state: 'building',
    phase: 'compile',
    since: 40_000,
    exact: true,
  });
  const { revision } = run;
  applySnapshot(run, snapshot(tasks), idOf, 51_000);
  expect(run.revision).toBe(revision);
});

test('an uninstall is no build, and strangers are nobody', () => {
  const run = begin();
  applySnapshot(run, snapshot([task('a/a-1', { uninstall: true }), task('x/y-1')]), idOf, 0);
  expect(states(run)).toEqual(['waiting', 'waiting', 'waiting']);
  applyLogStep(run, 'x/y-1', 'started', 0);
  applyPhaseMark(run, 'x/y-1', 'compile');
  expect([...run.packages.keys()]).toEqual(ids);
});

test('a build that is gone while the failures grew has failed', () => {
  const run = begin();
  applySnapshot(run, snapshot([task('a/a-1'), task('a/b-1')]), idOf, 0);
  applySnapshot(run, snapshot([task('a/b-1')], 1), idOf, 0);
  expect(states(run)).toEqual(['failed', 'building', 'waiting']);
  // --keep-going starts to count anew
  applySnapshot(run, snapshot([task('a/b-1')], 0), idOf, 0);
  expect(run.failed).toBe(1);
});

test('the list: what left it is done when it ran, dropped when it never did', () => {
  const run = begin();
  applySnapshot(run, snapshot([task('a/a-1', { kind: 'merge' })]), idOf, 0);
  applyRemaining(run, new Set(['a/c-1']));
  expect(states(run)).toEqual(['done', 'dropped', 'waiting']);
  // an older word of the socket does not bring it back
  applySnapshot(run, snapshot([task('a/a-1', { kind: 'merge' })]), idOf, 0);
  expect(states(run)[0]).toBe('done');
});

test('beside other emerges only the socket tells what became of a package', () => {
  const run = begin();
  applySnapshot(run, snapshot([task('a/a-1', { kind: 'merge' }), task('a/b-1')]), idOf, 0, false);
  applySnapshot(run, snapshot([]), idOf, 0, false);
  expect(states(run)).toEqual(['done', 'built', 'waiting']);
  applySnapshot(run, snapshot([task('a/a-1')]), idOf, 0, false);
  expect(states(run)[0]).toBe('building');
});

test('the log and the marks, until the socket speaks', () => {
  const run = begin();
  applyLogStep(run, 'a/a-1', 'started', 1000);
  applyPhaseMark(run, 'a/a-1', 'compile');
  expect(run.packages.get('a/a-1')).toMatchObject({ state: 'building', since: 1000, phase: 'compile' });
  applyLogStep(run, 'a/a-1', 'merging', 5000);
  expect(run.packages.get('a/a-1')).toMatchObject({ state: 'merging', since: 1000, phase: 'merge' });
  applyLogStep(run, 'a/a-1', 'building', 6000);
  expect(states(run)[0]).toBe('merging');
  applyLogStep(run, 'a/a-1', 'completed', 7000);
  applyLogStep(run, 'a/a-1', 'building', 8000);
  expect(states(run)[0]).toBe('done');
  applySnapshot(run, snapshot([task('a/b-1', { phase: 'install' })]), idOf, 0);
  applyPhaseMark(run, 'a/b-1', 'unpack');
  applyLogStep(run, 'a/b-1', 'merging', 0);
  expect(run.packages.get('a/b-1')).toMatchObject({ state: 'building', phase: 'install' });
  expect(
    ['cleaning', 'compiling', 'merging', 'merging-binary', 'world'].map(step => workOf(step as 'world')),
  ).toEqual(['building', 'building', 'merging', 'merging', undefined]);
});

test('the end: what still ran has failed with emerge, or is done with it, or was only interrupted', () => {
  for (const [exit, died, state] of [
    [0, false, 'done'],
    [1, false, 'failed'],
    [130, false, 'waiting'],
    [130, true, 'failed'],
    [undefined, false, 'waiting'],
    [undefined, true, 'failed'],
  ] as const) {
    const run = begin();
    applyLogStep(run, 'a/b-1', 'started', 0);
    applyEnd(run, exit, () => died);
    expect(states(run)).toEqual(['waiting', state, 'waiting']);
  }
});

test('the list: what ran and left it has failed where that can be told, and its phase is known', () => {
  const run = begin();
  applyLogStep(run, 'a/a-1', 'started', 0);
  applyLogStep(run, 'a/b-1', 'started', 0);
  applyPhaseMark(run, 'a/a-1', 'compile');
  applyRemaining(run, new Set(), ({ id }) => id === 'a/a-1');
  expect(states(run)).toEqual(['failed', 'done', 'dropped']);
  expect(run.packages.get('a/a-1')?.phase).toBe('compile');
});

test('in whatever order word comes, the list stays, ends are ends, and each change is counted', () => {
  const next = random(7);
  for (let round = 0; round < 300; round += 1) {
    const run = begin();
    for (let step = 0; step < 30; step += 1) {
      const before = states(run);
      const { revision } = run;
      const id = next.pick([...ids, 'x/y-1']);
      const acts = [
        () =>
          applyLogStep(run, id, next.pick(['started', 'building', 'merging', 'completed'] as const), step),
        () => applyPhaseMark(run, id, next.pick(['compile', 'install'])),
        () => applyRemaining(run, new Set(next.some(ids, 0.9))),
        () => {
          const kind = next.pick(['build', 'merge'] as const);
          const tasks = next.some(ids, 0.4).map(cpv => task(cpv, { mergeWait: next.chance(0.2), kind }));
          applySnapshot(run, snapshot(tasks, next.below(2)), idOf, step);
        },
      ];
      next.pick(acts)();
      expect([...run.packages.keys()]).toEqual(ids);
      for (const [at, state] of before.entries()) if (state === 'done') expect(states(run)[at]).toBe('done');
      if (states(run).join() !== before.join()) expect(run.revision).toBeGreaterThan(revision);
    }
  }
});

test('the last mark counts', () => {
  const order = ['.setuped', '.unpacked', '.prepared', '.configured', '.compiled', '.tested', '.installed'];
  const phases = ['unpack', 'prepare', 'configure', 'compile', 'install', 'install', 'install'];
  for (const [at, phase] of phases.entries())
    expect(phaseOfMarks(['temp', 'work', ...order.slice(0, at + 1).reverse()])).toBe(phase);
  expect(phaseOfMarks([])).toBeUndefined();
  expect(phaseOfMarks(['.exit_status', 'compiled'])).toBeUndefined();
});

test("what is built waits for its merge, unless the mark is an earlier build's", () => {
  const run = begin();
  expect(applyBuilt(run, 'a/a-1', 1000)).toBe(false);
  applyLogStep(run, 'a/a-1', 'started', 2000);
  expect(applyBuilt(run, 'a/a-1', 1000)).toBe(false);
  expect(run.packages.get('a/a-1')).toMatchObject({ state: 'building' });
  expect(applyBuilt(run, 'a/a-1', 2500)).toBe(true);
  expect(run.packages.get('a/a-1')).toEqual({ state: 'built', since: 2000 });
  applyPhaseMark(run, 'a/a-1', 'install');
  expect(run.packages.get('a/a-1')).toEqual({ state: 'built', since: 2000 });
  applyLogStep(run, 'a/a-1', 'merging', 3000);
  expect(run.packages.get('a/a-1')).toMatchObject({ state: 'merging', phase: 'merge' });
});

test('a build that is packed is over when it is packed', () => {
  expect(lastMark(isPacked(new Map(), 'sandbox'))).toBe('.installed');
  expect(lastMark(isPacked(new Map(), 'sandbox buildpkg'))).toBe('.packaged');
  expect(lastMark(isPacked(new Map([['--buildpkg', true]]), ''))).toBe('.packaged');
  expect(lastMark(isPacked(new Map([['--buildpkg', 'n']]), 'buildpkg'))).toBe('.installed');
  expect(lastMark(isPacked(new Map([['--buildpkgonly', true]]), ''))).toBe('.packaged');
});

test('marks that an earlier build left count until the new one makes its own', () => {
  const run = begin();
  const phase = () => run.packages.get('a/a-1')?.phase;
  const told = (name: string) => applySnapshot(run, snapshot([task('a/a-1', { phase: name })]), idOf, 0);
  told('clean');
  applyPhaseMark(run, 'a/a-1', 'install');
  applyPhaseMark(run, 'a/a-1', 'unpack');
  expect(phase()).toBe('unpack');
  told('prepare');
  expect(phase()).toBe('prepare');
});

test('a mark is ahead of the socket, which alone knows of tests', () => {
  const run = begin();
  const told = (phase: string) => {
    applySnapshot(run, snapshot([task('a/a-1', { phase, elapsed: 1 })]), idOf, 1000);
    return run.packages.get('a/a-1')?.phase;
  };
  const marked = (phase: string) => {
    applyPhaseMark(run, 'a/a-1', phase);
    return run.packages.get('a/a-1')?.phase;
  };
  expect(told('setup')).toBe('setup');
  expect(marked('configure')).toBe('configure');
  expect(told('prepare')).toBe('configure');
  expect(told('configure')).toBe('configure');
  expect(marked('compile')).toBe('compile');
  expect(marked('install')).toBe('install');
  expect(told('compile')).toBe('install');
  expect(told('test')).toBe('test');
  expect(marked('install')).toBe('test');
  expect(told('install')).toBe('install');
  // what the socket tells first the mark does not take back
  expect(told('instprep')).toBe('instprep');
  expect(marked('instprep')).toBe('instprep');
  expect(run.packages.get('a/a-1')).toMatchObject({ exact: true, since: 0 });
});
