/** Follows one running emerge from outside: list, status socket, log, build directories. It is never touched. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { LogEvent } from '../../../portage/files/emerge-log.ts';
import type { ResumeList } from '../../../portage/files/mtimedb.ts';
import type { StatusSnapshot } from '../../../portage/files/status-snapshot.ts';
import type { LogPlaces } from '../../../system/build-logs.ts';
import { coalesced, followEntry } from '../../../system/follow.ts';
import type { Located } from '../../../system/locate.ts';
import { debug } from '../../../system/log.ts';
import { isAlive, startTime } from '../../../system/process-table.ts';
import { listedEntries, nodeId, rootOf } from '../run-list.ts';
import { type BuildWatch, watchBuilds } from './build-watch.ts';
import { charged } from './charged.ts';
import { failedOnTheWay } from './failures.ts';
import type { Session, SessionListener } from './followed.ts';
import { readMergeList } from './merge-list.ts';
import { readingPace } from './pace.ts';
import { lastBegun, remember, wholeList } from './past.ts';
import { rivalsOf } from './rivals.ts';
import { openRunLog } from './run-log.ts';
import {
  applyLogStep,
  applyRemaining,
  applySnapshot,
  type RunState,
  startRunState,
  workOf,
} from './run-state.ts';
import { followStatusSocket, type StatusSocket } from './status-socket.ts';
import { startTie } from './tie.ts';

/** A socket may be there a moment before it listens; one that never says a sensible word is left alone. */
const mostFailures = 5;

/** `asked` are the words behind emerge. `late`: it may have begun long ago, and its log tells what it has done. */
export function followRun(
  child: number,
  located: Located,
  asked: readonly string[],
  listener: SessionListener,
  late = false,
): Session {
  const { eroot, eprefix } = located;
  const mtimedb = join(eroot, 'var/cache/edb/mtimedb');
  const socketPath = join(eprefix || '/', 'run/portage', `emerge-${child}.sock`);
  const began = startTime(child) ?? Date.now();
  const idOf = (cpv: string, root: string) => nodeId(cpv, rootOf(root, eprefix));

  let run: RunState | undefined;
  const attached = late ? Date.now() : began;
  /** What a late watcher has read of the log before the list was tied. */
  let past: LogEvent[] = [];
  const tie = startTie({
    mtimedb,
    child,
    began,
    asked,
    idOf,
    whole: left => (late ? wholeList(left, past) : left),
    complain: why => complain('run', why),
  });
  /** The socket has told the same as the list. */
  let confirmed = false;
  let socket: StatusSocket | undefined;
  let over = false;
  /** Other emerges write to the list and the log as well. */
  let shared = false;
  let failures = 0;
  let looks = 0;
  let complaint = '';
  let status: number | undefined;
  let builds: BuildWatch | undefined;
  let logs: LogPlaces | undefined;
  let options: ResumeList['options'] = new Map();

  function end(why: string): void {
    if (over) return;
    over = true;
    debug('run', `over: ${why}`);
    listener.ended();
  }

  /** Says a thing that is looked at again and again only when it is new. */
  function complain(part: string, what: string): void {
    if (what === complaint) return;
    complaint = what;
    debug(part, what);
  }

  /** Once tied, what others write beside us must not be taken for ours. */
  function isShared(): boolean {
    if (shared || run === undefined) return shared;
    const rivals = rivalsOf(child);
    if (rivals.length === 0) return false;
    shared = true;
    findSocket();
    if (socket === undefined)
      end(`other emerges have begun (${rivals.join(' ')}), and no socket tells them apart`);
    else debug('run', `other emerges have begun (${rivals.join(' ')}): the list counts no more`);
    return true;
  }

  function accept(list: ResumeList | undefined, why: string): void {
    if (list === undefined) return;
    run = startRunState(listedEntries(list, eprefix));
    options = list.options;
    debug('run', `list of ${list.mergelist.length}, tied by ${why}`);
    const before = past;
    past = [];
    for (const event of before) logEvent(event);
    listener.listed(run, list);
  }

  /** Where no socket speaks, the log itself ties the list of an emerge that began before us. */
  function tieLate(): void {
    if (!late || run !== undefined || socket !== undefined || over) return;
    const begun = lastBegun(past);
    if (begun !== undefined && tie.look()) accept(tie.byLog(begun), 'emerge.log');
  }

  function listChanged(): void {
    if (run === undefined) {
      if (tie.look()) {
        accept(tie.byNewness(), 'its being new');
        awaitSocket();
      } else findSocket();
      return;
    }
    if (shared) return;
    const list = readMergeList(mtimedb, began, asked);
    const remaining = new Set(list ? listedEntries(list, eprefix).map(entry => entry.id) : []);
    const { packages } = run;
    if ([...remaining].some(id => !packages.has(id))) {
      debug('mtimedb', 'the list of another emerge');
      return;
    }
    readLog();
    applyRemaining(run, remaining, failedOnTheWay(run, logs, began, options));
    listener.changed();
  }

  function snapshot(value: StatusSnapshot): void {
    if (over) return;
    if (run === undefined) {
      const list = tie.bySocket(value);
      confirmed = list !== undefined;
      accept(list, 'the status socket');
    } else if (!confirmed && !isShared()) {
      confirmed = value.total === run.list.length;
      if (!confirmed) end(`${run.list.length} packages are listed, the socket tells of ${value.total}`);
    }
    if (run === undefined || over) return;
    // the socket only counts failures: what is merged meanwhile must be known before one is looked for
    if (value.failed > run.failed) readLog();
    applySnapshot(run, value, idOf, Date.now(), !shared);
    listener.changed();
  }

  function findSocket(): void {
    if (socket !== undefined || over || failures > mostFailures) return;
    try {
      if (!statSync(socketPath).isSocket()) {
        complain('socket', `${socketPath}: not a socket`);
        return;
      }
    } catch {
      return;
    }
    socket = followStatusSocket(socketPath, child, {
      snapshot,
      ended(heard, why) {
        if (!over) readLog();
        socket = undefined;
        // only what has spoken as Portage does can tell by its end that the work is over
        if (!heard) {
          failures += 1;
          complain('socket', `${socketPath}: ${why ?? 'closed without a word'}`);
          tieLate();
          return;
        }
        try {
          statSync(socketPath);
          complain('socket', 'closed, but still there');
        } catch {
          end('the status socket is gone');
        }
      },
    });
  }

  function logEvent(event: LogEvent): void {
    if (event.time < Math.floor(began / 1000)) return;
    if (event.type === 'exiting' && event.time >= Math.floor(attached / 1000)) status = event.status;
    if (late && run === undefined) remember(past, event);
    else if (event.type === 'package-started' && run === undefined && socket === undefined)
      accept(tie.byLog(event), 'emerge.log');
    // every emerge that may merge says so when it begins
    if (event.type === 'emerge' && isShared() && over) return;
    if (run === undefined || (shared && 'total' in event && event.total !== run.list.length)) return;
    // before its closing words, as the socket's end
    if (event.type === 'finished' && socket === undefined && !shared && !late) end('emerge.log says so');
    const now = event.time * 1000;
    if (event.type === 'package-started') applyLogStep(run, idOf(event.cpv, event.root), 'started', now);
    else if (event.type === 'package-completed')
      applyLogStep(run, idOf(event.cpv, event.root), 'completed', now);
    else if (event.type === 'step') {
      // these lines name no root: only one listed package may be meant
      const meant = run.list.filter(entry => entry.cpv === event.cpv);
      const step = workOf(event.step);
      if (step && meant.length === 1 && meant[0]) applyLogStep(run, meant[0].id, step, now);
    }
  }

  /** It appears some milliseconds behind the list; nothing tells of a file in a directory that may not be there yet. */
  function awaitSocket(tries = 60): void {
    findSocket();
    socket?.ask();
    if (socket !== undefined || over || tries === 0) return;
    setTimeout(awaitSocket, 15, tries - 1);
  }

  function readLog(): void {
    const revision = run?.revision;
    log.read();
    tieLate();
    if (run !== undefined && run.revision !== revision) listener.changed();
  }

  function marked(): void {
    if (over || run === undefined) return;
    socket?.ask();
    const { revision } = run;
    builds?.read(run);
    if (run.revision !== revision) listener.changed();
  }

  function logChanged(): void {
    readLog();
    // what has not been tied yet is asked again
    if (run === undefined) socket?.ask();
    if (run === undefined || over) return;
    builds?.follow(run);
    marked();
  }

  // what is written in one go is read in one go; with the socket the list adds little, the log which builds to watch
  const readSoon = (work: () => void, beside: () => number) =>
    coalesced(work, () => (run === undefined ? 0 : socket ? beside() : 50));
  const listSoon = readSoon(listChanged, () => readingPace.longest);
  const reading = charged(readingPace, logChanged);
  const logSoon = readSoon(reading.work, reading.wait);
  const listWatch = followEntry(mtimedb, listSoon);
  // from here on, unless late: lines of an earlier emerge may be of the same second
  const log = openRunLog(join(eprefix || '/', 'var/log/emerge.log'), late ? began : undefined, {
    event: logEvent,
    changed: logSoon,
    complain: why => complain('emerge.log', why),
  });
  if (late) readLog();
  listChanged();
  return {
    look() {
      if (over) return;
      if (!isAlive(child)) {
        readLog();
        return end('emerge is gone');
      }
      findSocket();
      looks += 1;
      // what the kernel does not tell of
      if (run === undefined || looks % (socket ? 5 : 2) === 0) logChanged();
    },
    learn(settings) {
      logs = settings;
      builds = watchBuilds(
        settings,
        () => options,
        coalesced(marked, () => 50),
      );
      const folder = settings.EMERGE_LOG_DIR;
      if (!folder || !log.move(join(folder, 'emerge.log'))) return;
      past = [];
      readLog();
    },
    exitStatus: () => {
      readLog();
      // what --keep-going dropped last is written down only when emerge leaves
      if (run !== undefined && status !== undefined && status > 0 && status < 128) listChanged();
      return shared ? undefined : status;
    },
    stop() {
      over = true;
      listWatch.stop();
      log.stop();
      builds?.stop();
      socket?.close();
    },
  };
}
