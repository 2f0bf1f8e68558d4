/** Build directories of the packages that are being built: the marks in them tell the end of every phase at once. */
import { type FSWatcher, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { phaseOfMarks } from './phase-marks.ts';
import { applyPhaseMark, type RunState } from './run-state.ts';

export interface BuildWatch {
  /** Watches what is being built now, and nothing else. */
  follow(run: RunState): void;
  /** Reads the phases from the marks. */
  read(run: RunState): void;
  stop(): void;
}

/** `temporary` is PORTAGE_TMPDIR; `marked` is called when a mark appears. */
export function watchBuilds(temporary: string, marked: () => void): BuildWatch {
  const watchers = new Map<string, FSWatcher>();
  const folder = (cpv: string) => join(temporary, 'portage', cpv);
  const isBuilding = (run: RunState, id: string) => run.packages.get(id)?.state === 'building';

  function forget(id: string): void {
    watchers.get(id)?.close();
    watchers.delete(id);
  }

  return {
    follow(run) {
      for (const id of [...watchers.keys()]) if (!isBuilding(run, id)) forget(id);
      for (const { id, cpv } of run.list) {
        if (!isBuilding(run, id) || watchers.has(id)) continue;
        try {
          const watcher = watch(folder(cpv), { persistent: false }, (_event, name) => {
            if (name?.startsWith('.')) marked();
          });
          watcher.on('error', () => forget(id));
          watchers.set(id, watcher);
        } catch {
          // not made yet
        }
      }
    },
    read(run) {
      for (const { id, cpv } of run.list) {
        if (!isBuilding(run, id)) continue;
        try {
          const phase = phaseOfMarks(readdirSync(folder(cpv)));
          if (phase) applyPhaseMark(run, id, phase);
        } catch {
          // not made yet, or cleaned already
        }
      }
    },
    stop() {
      for (const id of [...watchers.keys()]) forget(id);
    },
  };
}
