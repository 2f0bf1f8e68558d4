/** What is known of a running emerge, folded from its list, its status socket, its log and its build directories. Pure. */

import type { StatusSnapshot } from '../../../portage/files/status-snapshot.ts';
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
  /** The phase comes from the status socket, which knows more than the marks. */
  exact?: boolean;
}

export interface RunState {
  /** In merge order, as it was when the list was first seen. */
  readonly list: readonly ListedEntry[];
  readonly packages: Map<string, PackageState>;
  failed: number;
  /** Grows with every change that a viewer could see. */
  revision: number;
}

export function startRunState(list: readonly ListedEntry[]): RunState {
  return {
    list,
    packages: new Map(list.map(({ id }) => [id, { state: 'waiting' }])),
    failed: 0,
    revision: 1,
  };
}

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

/** The status socket's word: exact for what runs, and silent about everything else. */
export function applySnapshot(
  run: RunState,
  snapshot: StatusSnapshot,
  idOf: (cpv: string, root: string) => string,
  now: number,
): void {
  const seen = new Set<string>();
  for (const task of snapshot.tasks) {
    if (task.uninstall) continue;
    const id = idOf(task.cpv, task.root);
    seen.add(id);
    const state = task.mergeWait ? 'built' : task.kind === 'merge' ? 'merging' : 'building';
    const known = run.packages.get(id);
    if (known?.state === 'done') continue;
    const since = task.elapsed === undefined ? (known?.since ?? now) : now - task.elapsed * 1000;
    if (known?.state === state && known.phase === task.phase) known.since ??= since;
    else change(run, id, { state, since, exact: true, ...(task.phase ? { phase: task.phase } : {}) });
  }
  if (snapshot.failed > run.failed) {
    // the socket counts failures but does not name them: a build that is gone without having been merged
    for (const [id, known] of run.packages) {
      if (known.state === 'building' && !seen.has(id)) change(run, id, { state: 'failed' });
    }
  }
  if (snapshot.failed !== run.failed) {
    run.failed = Math.max(run.failed, snapshot.failed);
    run.revision += 1;
  }
}

/** mtimedb's list as it is now: what has left it is merged, or was dropped when emerge went on without it. */
export function applyRemaining(run: RunState, remaining: ReadonlySet<string>): void {
  for (const [id, known] of run.packages) {
    if (remaining.has(id) || known.state === 'done' || known.state === 'failed' || known.state === 'dropped')
      continue;
    change(run, id, { state: known.state === 'waiting' ? 'dropped' : 'done' });
  }
}

export type LogStep = 'started' | 'building' | 'merging' | 'completed';

/** emerge.log's word; it never names a failure. */
export function applyLogStep(run: RunState, id: string, step: LogStep, now: number): void {
  const known = run.packages.get(id);
  if (known === undefined) return;
  if (step === 'completed') change(run, id, { state: 'done' });
  if (step === 'completed' || known.state === 'done' || known.exact) return;
  const since = known.since ?? now;
  const { phase } = known;
  if (step === 'merging') change(run, id, { state: 'merging', since, phase: 'merge' });
  else if (known.state !== 'merging')
    change(run, id, { state: 'building', since, ...(phase ? { phase } : {}) });
}

/** A mark in the build directory; only where no status socket speaks. */
export function applyPhaseMark(run: RunState, id: string, phase: string): void {
  const known = run.packages.get(id);
  if (known?.state !== 'building' || known.exact) return;
  change(run, id, { ...known, phase });
}

/** After the end: what was still running has failed, when emerge did. */
export function applyEnd(run: RunState, succeeded: boolean): void {
  for (const [id, known] of run.packages) {
    if (isRunning(known.state)) change(run, id, { state: succeeded ? 'done' : 'failed' });
  }
}
