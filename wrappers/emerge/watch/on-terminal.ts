/** Watches a running emerge on a terminal: the graph to walk through, build logs, and nothing that touches emerge. */
import type { LogPlaces } from '../../../system/build-logs.ts';
import { isAlive, startTime } from '../../../system/process-table.ts';
import { portageColors } from '../live/colors.ts';
import { emergeWords } from '../live/rivals.ts';
import type { Screen } from '../live/screen.ts';
import { openShow } from '../live/show.ts';
import { terminalStyle } from '../live/style.ts';
import { isRunning, stateOf } from '../picture/focus.ts';
import type { PictureInput } from '../picture/model.ts';
import { type FullScreen, openFullScreen } from './full-screen.ts';
import type { Key } from './keys.ts';
import { type LogFile, openLogFile } from './log-file.ts';
import { visibleRows } from './log-rows.ts';
import type { Seen } from './movement.ts';
import { frameRows, pageRows, pictureHeight } from './page.ts';
import { atFirst, press, type ViewState } from './state.ts';
import type { WatchOptions } from './watched.ts';

const tick = 250;
/** Milliseconds that emerge may take from its last merge to its end. */
const patience = 3000;
const empty = { first: 0, lines: [] };

/** Settled with the exit status when somebody leaves. */
export function watchOnTerminal(options: WatchOptions): Promise<number> {
  const { pid, settings } = options;
  const words = emergeWords(pid) ?? [];
  const began = startTime(pid) ?? Date.now();
  const attached = Date.now();
  const style = terminalStyle(settings, undefined, process.env);
  const ink = { ...style, palette: portageColors(options.places) };
  let state: ViewState = atFirst;
  let seen: Seen | undefined;
  let input: PictureInput | undefined;
  let picture: readonly string[] = [];
  let ended: { at: number; exit: number | undefined } | undefined;
  let lostAt: number | undefined;
  let places: LogPlaces | undefined;
  let log: { id: string; file: LogFile } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let leaving = false;
  let leave: (status: number) => void = () => {};

  const screen: FullScreen = openFullScreen({ key: typed, changed, ended: () => finish(0) });
  const canvas: Screen = {
    shown: true,
    space() {
      const { columns, rows } = screen.size();
      return { columns: Math.max(1, columns - 1), rows: pictureHeight(rows) };
    },
    draw(lines) {
      picture = lines;
      paint();
    },
    hide() {},
  };

  function notice(): string | undefined {
    if (state.page === 'log') {
      if (log === undefined) return 'Portage has not told yet where its logs are';
      if (log.file.log.lines.length > 0) return undefined;
      if (input !== undefined && stateOf(input, log.id) === 'waiting') return 'its build has not begun yet';
      return log.file.trouble ?? 'the log is still empty';
    }
    if (lostAt !== undefined && ended === undefined && Date.now() - lostAt > patience)
      return 'other emerges write to the same list and log: what this one does cannot be told any more';
    if (input !== undefined) return undefined;
    if (ended !== undefined) return 'emerge ended before it merged anything that could be shown';
    return Date.now() - attached < patience
      ? 'looking for its list of packages'
      : 'emerge has not listed yet what it will merge, or it cannot be told which list is its own';
  }

  function paint(): void {
    const size = screen.size();
    const facts = { pid, words, began, now: Date.now(), ended, notice: notice() };
    const body =
      state.page === 'log'
        ? visibleRows(log?.file.log ?? empty, logSize(), state.log?.top).map(row => ` ${row}`)
        : picture;
    screen.show(pageRows(state, facts, input, body, log?.file.path, size, ink));
  }

  function logSize() {
    const { columns, rows } = screen.size();
    return { columns: Math.max(1, columns - 2), rows: Math.max(1, rows - frameRows), style };
  }

  const show = openShow({
    child: pid,
    words,
    located: options.located,
    environment: options.environment,
    places: options.places,
    settings,
    color: undefined,
    screen: canvas,
    viewer: {
      middle: () => (state.focus === undefined ? undefined : [state.focus.id]),
      nodes: ({ rows }) => Math.max(settings.nodes, Math.min(40, rows)),
      drawn(drawn, frame) {
        input = drawn;
        seen = { index: drawn.index, frame };
      },
      learned(found) {
        places = found;
        openLog();
      },
    },
  });

  /** Opens the log that the state names, and follows it. */
  function openLog(): void {
    const id = state.page === 'log' ? state.log?.id : undefined;
    if (id === undefined) log = undefined;
    else if (places !== undefined) {
      const cpv = input?.index.graph.nodes[input.index.position.get(id) ?? -1]?.cpv;
      if (log?.id !== id && cpv !== undefined) log = { id, file: openLogFile(places, cpv, began) };
      log?.file.read();
    }
  }

  function finish(status: number): void {
    leaving = true;
    clearInterval(timer);
    show.close();
    screen.leave();
    leave(status);
  }

  function changed(): void {
    show.redraw();
    paint();
  }

  function typed(key: Key): void {
    const running =
      input?.index.graph.nodes.flatMap(({ id }) => (isRunning(input as PictureInput, id) ? [id] : [])) ?? [];
    const before = state;
    const pressed = press(state, key, {
      seen,
      running,
      lines: log?.file.log ?? empty,
      frame: logSize(),
    });
    state = pressed.state;
    const { deed } = pressed;
    if (deed === 'quit' || deed === 'interrupt') finish(deed === 'quit' ? 0 : 130);
    if (deed === 'suspend') screen.suspend();
    if (deed === 'redraw') screen.refresh();
    if (leaving) return;
    if (state.focus !== before.focus) show.update();
    openLog();
    paint();
  }

  function look(): void {
    if (ended === undefined) show.tick();
    if (ended === undefined && !isAlive(pid)) {
      ended = { at: Date.now(), exit: show.conclude() };
    } else if (show.over()) lostAt ??= Date.now();
    openLog();
    paint();
  }

  return new Promise(resolve => {
    leave = resolve;
    timer = setInterval(look, tick);
    paint();
  });
}
