/** Build directories of the packages that are being built: the marks in them tell the end of every phase at once. */
import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import { jobsOf } from '../merge-times.ts';
import { isPacked, lastMark, phaseOfMarks } from './phase-marks.ts';
import { applyBuilt, applyPhaseMark, type RunState } from './run-state.ts';

export interface BuildWatch {
  /** Watches what is being built now, and nothing else. */
  follow(run: RunState): void;
  /** Reads the phases from the marks. */
  read(run: RunState): void;
  stop(): void;
}

/** Milliseconds that the checks of what was installed may take; nothing tells of their end. */
const checks = 10_000;

export interface BuildSettings {
  readonly PORTAGE_TMPDIR: string;
  readonly FEATURES: string;
}

/** `options` are emerge's own; `marked` is called when a mark appears. */
export function watchBuilds(
  { PORTAGE_TMPDIR: temporary, FEATURES }: BuildSettings,
  options: () => ReadonlyMap<string, unknown>,
  marked: () => void,
): BuildWatch {
  const watchers = new Map<string, FSWatcher>();
  const folder = (cpv: string) => join(temporary, 'portage', cpv);
  const buildsOf = (run: RunState) => run.list.filter(({ id }) => run.packages.get(id)?.state === 'building');

  function forget(id: string): void {
    watchers.get(id)?.close();
    watchers.delete(id);
  }

  return {
    follow(run) {
      const builds = buildsOf(run);
      for (const id of [...watchers.keys()]) if (!builds.some(build => build.id === id)) forget(id);
      for (const { id, cpv } of builds) {
        if (watchers.has(id)) continue;
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
      const built: { id: string; written: number }[] = [];
      const mark = lastMark(isPacked(options(), FEATURES));
      for (const { id, cpv } of buildsOf(run)) {
        try {
          const entries = readdirSync(folder(cpv));
          const phase = phaseOfMarks(entries);
          if (phase) applyPhaseMark(run, id, phase);
          if (entries.includes(mark)) built.push({ id, written: statSync(join(folder(cpv), mark)).mtimeMs });
        } catch {
          // not made yet, or cleaned already
        }
      }
      if (built.length === 0) return;
      // with more of them than jobs, the first are done
      let building = buildsOf(run).length;
      const jobs = jobsOf(options());
      for (const { id, written } of built.toSorted((a, b) => a.written - b.written)) {
        if (building <= jobs && Date.now() - written < checks) continue;
        if (applyBuilt(run, id, written)) building -= 1;
      }
    },
    stop() {
      for (const id of [...watchers.keys()]) forget(id);
    },
  };
}
