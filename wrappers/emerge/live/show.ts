/** What the painter does with a run: asks for the graph once the list is known, and draws what changed. */
import { loadavg, setPriority } from 'node:os';
import type { ResumeList } from '../../../portage/files/mtimedb.ts';
import { type GraphIndex, type GraphNode, indexGraph } from '../../../portage/graph.ts';
import {
  type InstalledIndex,
  type InstalledView,
  indexInstalled,
} from '../../../portage/installed-neighbours.ts';
import type { LogPlaces } from '../../../system/build-logs.ts';
import type { Settings } from '../../../system/configuration-keys.ts';
import type { Located } from '../../../system/locate.ts';
import { debug } from '../../../system/log.ts';
import type { Places } from '../../../system/places.ts';
import { type PortageHelper, startPortageHelper } from '../../../system/portage.ts';
import { startTime } from '../../../system/process-table.ts';
import { besidesListed } from '../besides.ts';
import { graphDocument } from '../graph-document.ts';
import { emergeLog } from '../merge-times.ts';
import type { Frame, NodeStatus, PictureInput } from '../picture/model.ts';
import { drawFrame } from '../picture/picture.ts';
import { type RunGraph, readInstalledRoots, runGraph } from '../run-graph.ts';
import { inAskedOrder } from '../run-list.ts';
import { keepRun } from '../run-record.ts';
import { targetIds } from '../targets.ts';
import { portageColors } from './colors.ts';
import { failedBefore, failuresOf } from './failures.ts';
import type { Session, SessionListener } from './followed.ts';
import { type Forecast, startForecast } from './forecast.ts';
import { framePace, viewerPace } from './pace.ts';
import { applyEnd, isRunning, type RunState } from './run-state.ts';
import type { Screen } from './screen.ts';
import { followRun } from './session.ts';
import { terminalStyle } from './style.ts';
import { startTimetable } from './timetable.ts';
import type { Viewer } from './viewer.ts';

export interface ShowOptions {
  readonly child: number;
  /** What stands behind emerge. */
  readonly words: readonly string[];
  readonly located: Located;
  readonly environment: NodeJS.ProcessEnv;
  readonly places: Places;
  readonly settings: Settings['graph'];
  /** emerge's --color. */
  readonly color: string | undefined;
  readonly screen: Screen;
  readonly viewer?: Viewer;
}

export interface Show {
  tick(): void;
  redraw(): void;
  /** What a viewer wishes to see has changed. */
  update(): void;
  /** The job is stopped: the terminal belongs to somebody else until it goes on. */
  pause(): void;
  resume(): void;
  /** emerge merges no more. */
  over(): boolean;
  /** emerge is gone, and a viewer sees what became of it: its exit status, as far as it is known. */
  conclude(): number | undefined;
  /** Writes down what was shown. */
  close(): void;
}

export function openShow(options: ShowOptions): Show {
  const { child, located, screen, settings, viewer } = options;
  const style = terminalStyle(settings, options.color, process.env);
  const palette = portageColors(options.places);
  const helper: PortageHelper = startPortageHelper(located.python, { environment: options.environment });
  const started = startTime(child) ?? Date.now();
  let logs: LogPlaces | undefined;
  let run: RunState | undefined;
  let graph: RunGraph | undefined;
  let index: GraphIndex | undefined;
  let neighbours: InstalledIndex | undefined;
  const asides = new Map<string, InstalledView>();
  let beside: { readonly ids: string; readonly view: InstalledView } | undefined;
  let targets: ReadonlySet<string> = new Set();
  let favorites: readonly string[] = [];
  let frame: Frame | undefined;
  let beginForecast: (() => Forecast) | undefined;
  let forecast: Forecast | undefined;
  let over = false;
  let overAt: number | undefined;
  const timetable = startTimetable(viewer ? viewerPace : framePace, draw);
  let drawnSecond = 0;
  let paused = false;
  let told = 0;

  const late = viewer !== undefined;
  const listener: SessionListener = {
    listed(now, list) {
      if (list.options.has('--quiet') && !late) {
        debug('show', 'not shown: --quiet');
        session.stop();
        return;
      }
      run = now;
      favorites = list.favorites;
      const nodes: GraphNode[] = now.list.map(({ id, cpv, root, type }) => ({ id, cpv, root, type }));
      setGraph(nodes, []);
      schedule();
      load(list).catch((error: unknown) =>
        debug('show', `no edges: ${error instanceof Error ? error.message : error}`),
      );
    },
    changed: schedule,
    ended() {
      over = true;
      overAt = Date.now();
      if (late) return;
      timetable.cancel();
      forecast?.stop();
      screen.hide();
    },
  };
  const session: Session = followRun(child, located, options.words, listener, late);
  helper.settings.then(
    found => {
      logs = found;
      session.learn(found);
      viewer?.learned?.(found);
    },
    (error: unknown) =>
      debug('show', error instanceof Error ? `${error.message} (${error.cause})` : String(error)),
  );

  function setGraph(nodes: readonly GraphNode[], edges: RunGraph['edges']): GraphIndex {
    index = indexGraph({ nodes, edges });
    targets = targetIds(nodes, graph?.targets ?? favorites);
    return index;
  }

  async function load(list: ResumeList): Promise<void> {
    const entries = list.mergelist.map(({ type, root, cpv }) => [type, root, cpv] as const);
    const roots = run?.list.map(entry => entry.root) ?? [];
    const installed = await readInstalledRoots(located, roots);
    graph = await runGraph(located, helper, installed, {
      entries,
      options: list.options,
      targets: inAskedOrder(list.favorites, options.words),
    });
    const indexed = setGraph(graph.nodes, graph.edges);
    const found = await helper.settings;
    const about = { index: indexed, options: list.options, ready: schedule, settings: found };
    beginForecast = () => startForecast({ ...about, log: emergeLog(found, located.eprefix) });
    debug('show', `${graph.nodes.length} packages, ${graph.edges.length} edges`);
    schedule();
    neighbours = indexInstalled(installed.get('/') ?? []);
    beside = undefined;
    schedule();
  }

  /** The same object while the same packages run. */
  function besides(running: readonly string[]): InstalledView | undefined {
    if (neighbours === undefined || graph === undefined) return undefined;
    const ids = running.join(' ');
    if (beside?.ids !== ids) beside = { ids, view: besidesListed(graph, neighbours, running, asides) };
    return beside.view;
  }

  function isStill(): boolean {
    return (over && !late) || paused;
  }

  function schedule(): void {
    if (!isStill()) timetable.changed();
  }

  function draw(): boolean {
    if (isStill() || run === undefined || index === undefined) return false;
    const size = screen.space();
    if (size === undefined) return false;
    const now = overAt ?? Date.now();
    drawnSecond = Math.floor(now / 1000);
    const states = new Map<string, NodeStatus>();
    const counts = {
      done: 0,
      total: run.list.length,
      running: 0,
      built: 0,
      failed: 0,
      load: loadavg()[0] ?? 0,
      ...(over ? {} : forecast?.at(run, now)),
    };
    const running: string[] = [];
    for (const [id, { state, phase, since }] of run.packages) {
      if (state === 'waiting') continue;
      const elapsed = since === undefined ? undefined : Math.max(0, Math.floor((now - since) / 1000));
      states.set(id, {
        state,
        ...(phase === undefined ? {} : { phase }),
        ...(elapsed === undefined ? {} : { elapsed }),
      });
      if (state === 'done') counts.done += 1;
      else if (state === 'failed') counts.failed += 1;
      else if (isRunning(state)) {
        counts[state === 'built' ? 'built' : 'running'] += 1;
        running.push(id);
      }
    }
    counts.failed = Math.max(counts.failed, run.failed);
    const middle = viewer?.middle?.();
    const installed = besides(middle ?? running);
    const input: PictureInput = {
      index,
      states,
      targets,
      ...(installed === undefined ? {} : { installed }),
      counts,
      size,
      nodes: viewer?.nodes?.(size) ?? settings.nodes,
      style,
      palette,
      ...(middle === undefined ? {} : { focus: middle }),
      ...(frame === undefined ? {} : { previous: frame }),
    };
    frame = drawFrame(input);
    viewer?.drawn?.(input, frame);
    screen.draw(frame.lines);
    if (screen.shown && told < (graph ? 2 : 1)) {
      told = graph ? 2 : 1;
      // the first picture is waited for; from then on emerge and its builds come first
      if (graph && !late) setPriority(5);
      forecast ??= beginForecast?.();
      debug('screen', `${graph ? 'edges' : 'nodes'} on it`);
    }
    return true;
  }

  function redraw(): void {
    frame = undefined;
    schedule();
  }

  return {
    tick() {
      if (paused) return;
      session.look();
      if (run !== undefined && Math.floor(Date.now() / 1000) !== drawnSecond && !isStill())
        timetable.ticked();
    },
    redraw,
    update: schedule,
    pause() {
      paused = true;
      timetable.cancel();
      screen.hide();
    },
    resume() {
      paused = false;
      redraw();
    },
    over: () => over,
    conclude() {
      const exit = session.exitStatus();
      if (run !== undefined) applyEnd(run, exit, failedBefore(logs, started));
      schedule();
      return exit;
    },
    close() {
      over = true;
      const exit = session.exitStatus();
      session.stop();
      forecast?.stop();
      helper.stop();
      timetable.cancel();
      if (run === undefined || late) return;
      applyEnd(run, exit, failedBefore(logs, started));
      const states = run.packages;
      const nodes = (index?.graph.nodes ?? []).map(node => ({
        ...node,
        state: states.get(node.id)?.state ?? 'waiting',
      }));
      const facts = {
        pid: child,
        started: Math.floor(started / 1000),
        ended: Math.floor(Date.now() / 1000),
        exit: exit ?? null,
        targets: [...targets],
        asked: inAskedOrder(favorites, options.words),
      };
      const edges =
        graph?.edges.map(({ from, to, kinds, againstOrder }) => ({ from, to, kinds, againstOrder })) ?? [];
      try {
        keepRun(options.places, graphDocument(facts, nodes, edges, failuresOf(run, logs, started)));
      } catch (error) {
        debug('show', `the run is not kept: ${error instanceof Error ? error.message : error}`);
      }
    },
  };
}
