/** What is known of a running emerge, folded from its list, its status socket, its log and its build directories. Pure. */

import type { LogEvent } from '../../../portage/files/emerge-log.ts';
import type { StatusSnapshot, StatusTask } from '../../../portage/files/status-snapshot.ts';
import type { NodeState, NodeType } from '../../../portage/graph.ts';

export interface ListedEntry {
  readonly id: string;
  readonly type: NodeType;
  readonly cpv: string;
  readonly root: string;
}

export interface PackageState {
  state: NodeState;
  phase?: string;
  /** Epoch milliseconds at which the build began. */
  since?: number;
  /** emerge.log says that its merge has begun; before that it waits in Portage's queue. */
  mergeBegun?: boolean;
  /** The phase comes from the status socket, which knows more than the marks. */
  exact?: boolean;
  /** The phase that the marks told last. */
  marked?: string;
}

export interface RunState {
  /** In merge order, as it was when the list was first seen. */
  readonly list: readonly ListedEntry[];
  readonly packages: Map<string, PackageState>;
  failed: number;
  /** emerge.log has told of it. */
  logged: boolean;
  /** Grows with every change that a viewer could see. */
  revision: number;
}

export function startRunState(list: readonly ListedEntry[]): RunState {
  return {
    list,
    packages: new Map(list.map(({ id }) => [id, { state: 'waiting' }])),
    failed: 0,
    logged: false,
    revision: 1,
  };
}

/** In which order a build goes through them. */
const buildPhases = [
  'setup',
  'unpack',
  'prepare',
  'configure',
  'compile',
  'test',
  'install',
  'instprep',
  'merge',
];
const mergePhases = new Set(['preinst', 'postinst', 'prerm', 'postrm', 'instprep']);
const ended: ReadonlySet<NodeState> = new Set(['done', 'failed', 'dropped']);
const running: ReadonlySet<NodeState> = new Set(['building', 'built', 'merging']);

export function isRunning(state: NodeState): boolean {
  return running.has(state);
}

function change(run: RunState, id: string, next: PackageState): void {
  const now = run.packages.get(id);
  if (now === undefined) return;
  if (now.state === next.state && now.phase === next.phase) return;
  run.packages.set(id, next);
  run.revision += 1;
}

/** A snapshot may be older than a mark; but after compile the marks do not know of tests. */
function isBehind(told: string | undefined, known: PackageState | undefined): boolean {
  if (told === undefined || known?.state !== 'building' || known.marked === undefined) return false;
  if (told === 'test' && known.marked === 'install') return false;
  const at = buildPhases.indexOf(told);
  return at >= 0 && at < buildPhases.indexOf(known.marked);
}

/** Portage merges one package after the other but calls all that are built merges, in the phase that they ended with. */
function taskState(
  task: StatusTask,
  known: PackageState | undefined,
  merges: number,
): { state: NodeState; phase: string | undefined } {
  if (task.kind === 'build')
    return { state: 'building', phase: isBehind(task.phase, known) ? known?.phase : task.phase };
  if (task.mergeWait || !(known?.mergeBegun || merges === 1)) return { state: 'built', phase: undefined };
  return { state: 'merging', phase: task.phase && mergePhases.has(task.phase) ? task.phase : 'merge' };
}

/**
 * The status socket's word: exact for what runs, and silent about everything else. `alone` is false where the list is
 * not ours alone, so that nothing but the socket can say what became of a package.
 */
export function applySnapshot(
  run: RunState,
  snapshot: StatusSnapshot,
  idOf: (cpv: string, root: string) => string,
  now: number,
  alone = true,
): void {
  const seen = new Set<string>();
  const merges = snapshot.tasks.filter(task => task.kind === 'merge' && !task.mergeWait).length;
  for (const task of snapshot.tasks) {
    if (task.uninstall) continue;
    const id = idOf(task.cpv, task.root);
    seen.add(id);
    const known = run.packages.get(id);
    const { state, phase } = taskState(task, known, merges);
    if (known?.state === 'done' && alone) continue;
    const since = task.elapsed === undefined ? (known?.since ?? now) : now - task.elapsed * 1000;
    if (known?.state === state && known.phase === phase) known.since ??= since;
    else {
      const mergeBegun = known?.mergeBegun ?? false;
      const marked = known?.marked === undefined ? {} : { marked: known.marked };
      change(run, id, { state, since, exact: true, mergeBegun, ...marked, ...(phase ? { phase } : {}) });
    }
  }
  if (snapshot.failed > run.failed) {
    // the socket counts failures but does not name them: a build that is gone without having been merged
    for (const [id, known] of run.packages) {
      if (known.state === 'building' && !seen.has(id)) change(run, id, failedIn(known));
    }
  }
  if (!alone) {
    for (const [id, known] of run.packages) {
      if (seen.has(id) || !isRunning(known.state)) continue;
      const { since } = known;
      const next = known.state === 'merging' ? 'done' : 'built';
      change(
        run,
        id,
        next === 'done' || since === undefined ? { state: next } : { state: next, since, exact: true },
      );
    }
  }
  if (snapshot.failed !== run.failed) {
    run.failed = Math.max(run.failed, snapshot.failed);
    run.revision += 1;
  }
}

/** The phase stays, as far as it is one of the build. */
function failedIn({ phase }: PackageState): PackageState {
  return { state: 'failed', ...(phase && !phase.startsWith('die') ? { phase } : {}) };
}

/**
 * mtimedb's list as it is now: what has left it is merged, or has failed or was dropped, and emerge went on without
 * it. `failed` is asked about what was running.
 */
export function applyRemaining(
  run: RunState,
  remaining: ReadonlySet<string>,
  failed: (entry: ListedEntry) => boolean = () => false,
): void {
  for (const entry of run.list) {
    const { id } = entry;
    const known = run.packages.get(id);
    if (known === undefined || remaining.has(id) || ended.has(known.state)) continue;
    if (known.state === 'waiting') change(run, id, { state: 'dropped' });
    else change(run, id, failed(entry) ? failedIn(known) : { state: 'done' });
  }
}

type LogStep = 'started' | 'building' | 'merging' | 'completed';

/** What the log's `=== (n of m) STEP` lines say that is seen in the picture. */
export function workOf(step: Extract<LogEvent, { type: 'step' }>['step']): LogStep | undefined {
  if (step === 'compiling' || step === 'cleaning') return 'building';
  return step.startsWith('merging') ? 'merging' : undefined;
}

/** emerge.log's word; it never names a failure. */
export function applyLogStep(run: RunState, id: string, step: LogStep, now: number): void {
  const known = run.packages.get(id);
  if (known === undefined) return;
  run.logged = true;
  if (step === 'completed') change(run, id, { state: 'done' });
  if (step === 'completed' || known.state === 'done') return;
  if (step === 'merging') known.mergeBegun = true;
  if (known.exact) {
    if (step === 'merging' && known.state === 'built')
      change(run, id, { ...known, state: 'merging', phase: 'merge' });
    return;
  }
  const since = known.since ?? now;
  const { phase } = known;
  if (step === 'merging') change(run, id, { state: 'merging', since, phase: 'merge', mergeBegun: true });
  else if (known.state !== 'merging')
    change(run, id, { state: 'building', since, ...(phase ? { phase } : {}) });
}

/** A mark in the build directory: at once, where the status socket is asked now and then. */
export function applyPhaseMark(run: RunState, id: string, phase: string): void {
  const known = run.packages.get(id);
  if (known?.state !== 'building' || known.marked === phase) return;
  const place = (one: string | undefined) => buildPhases.indexOf(one ?? '');
  // marks of an earlier build, which emerge has cleaned away since
  const anew = place(phase) < place(known.marked);
  known.marked = phase;
  if (known.exact && !anew && place(phase) <= place(known.phase)) return;
  change(run, id, { ...known, phase });
}

/**
 * The build is over and its last mark was written at that time (epoch milliseconds): it waits to be merged. Whether that
 * is so: an earlier build's marks may still be there. Only where no status socket speaks.
 */
export function applyBuilt(run: RunState, id: string, written: number): boolean {
  const known = run.packages.get(id);
  if (known?.state !== 'building' || known.exact || known.since === undefined) return false;
  if (written < known.since) return false;
  change(run, id, { state: 'built', since: known.since });
  return true;
}

/**
 * After the end. emerge waits for all that it began, unless it is interrupted or killed (a status above 128, or none):
 * what was still running has then failed only where `died` says so, and else waits again.
 */
export function applyEnd(
  run: RunState,
  exit: number | undefined,
  died: (entry: ListedEntry) => boolean = () => false,
): void {
  const interrupted = exit === undefined || exit > 128;
  for (const entry of run.list) {
    const known = run.packages.get(entry.id);
    if (known === undefined) continue;
    // the socket counts what an interruption ends among the failures
    if (interrupted && known.state === 'failed' && !died(entry)) change(run, entry.id, { state: 'waiting' });
    if (!isRunning(known.state)) continue;
    if (exit === 0) change(run, entry.id, { state: 'done' });
    else if (interrupted && !died(entry)) change(run, entry.id, { state: 'waiting' });
    else change(run, entry.id, failedIn(known));
  }
}
