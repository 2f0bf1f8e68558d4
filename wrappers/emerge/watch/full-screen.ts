/** The terminal as a whole, as `less` takes it: the other screen, keys one by one; and it is given back whatever comes. */
import { inForeground } from '../../../system/process-table.ts';
import { decodeKeys, type Key } from './keys.ts';

export interface FullScreen {
  size(): { columns: number; rows: number };
  /** Shows these rows; only what differs from what stands there is written. */
  show(rows: readonly string[]): void;
  /** Everything is written anew. */
  refresh(): void;
  /** Stops the job, as Ctrl-Z does. */
  suspend(): void;
  /** The terminal as it was. */
  leave(): void;
}

export interface FullScreenListener {
  key(key: Key): void;
  /** Another size, or the terminal is ours again. */
  changed(): void;
  /** The keyboard is gone. */
  ended(): void;
}

/** Other screen, no cursor. Its counterpart comes in one piece, so that it cannot come half. */
const enter = '\x1b[?1049h\x1b[?25l\x1b[H\x1b[2J';
const back = '\x1b[?2026l\x1b[m\x1b[?25h\x1b[?1049l';
/** Milliseconds in which the rest of a key's sequence comes, if any. */
const escapeTime = 40;
/** Signals that end us, and those that stop us. */
const deadly = ['SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

export function openFullScreen(listener: FullScreenListener): FullScreen {
  const { stdin, stdout } = process;
  let ours = false;
  let shown: readonly string[] = [];
  let pending = '';
  let timer: NodeJS.Timeout | undefined;

  function take(): void {
    if (ours) return;
    stdin.setRawMode(true);
    stdin.resume();
    stdout.write(enter);
    ours = true;
    shown = [];
  }

  function give(): void {
    if (!ours) return;
    ours = false;
    stdout.write(back);
    try {
      stdin.pause();
      stdin.setRawMode(false);
    } catch {
      // the terminal is gone
    }
  }

  function typed(data: string): void {
    clearTimeout(timer);
    const { keys, rest } = decodeKeys(pending + data);
    pending = rest;
    if (rest !== '')
      timer = setTimeout(() => {
        pending = '';
        if (rest === '\x1b') listener.key('escape');
      }, escapeTime);
    for (const key of keys) listener.key(key);
  }

  function stop(): void {
    give();
    process.off('SIGTSTP', stop);
    // not the whole group: emerge may be in it
    process.kill(process.pid, 'SIGTSTP');
    process.on('SIGTSTP', stop);
    // where nobody could let us go on, the kernel does not stop us
    setTimeout(goOn, 50);
  }

  function goOn(): void {
    // in the background there is no terminal to take
    if (ours || !inForeground()) return;
    take();
    listener.changed();
  }

  stdin.setEncoding('utf8');
  stdin.on('data', typed);
  stdin.on('end', listener.ended);
  stdin.on('error', listener.ended);
  stdout.on('resize', () => {
    shown = [];
    listener.changed();
  });
  process.on('SIGTSTP', stop);
  process.on('SIGCONT', goOn);
  for (const signal of deadly) {
    process.once(signal, () => {
      give();
      process.kill(process.pid, signal);
    });
  }
  process.on('exit', give);
  // before Node prints what went wrong
  process.on('uncaughtExceptionMonitor', give);
  take();

  return {
    size: () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 }),
    show(rows) {
      if (!ours) return;
      let text = shown.length === 0 ? '\x1b[2J' : '';
      rows.forEach((row, at) => {
        if (row !== shown[at]) text += `\x1b[${at + 1};1H\x1b[m${row}\x1b[m\x1b[K`;
      });
      shown = [...rows];
      if (text !== '') stdout.write(`\x1b[?2026h${text}\x1b[?2026l`);
    },
    refresh() {
      shown = [];
    },
    suspend: stop,
    leave() {
      clearTimeout(timer);
      give();
    },
  };
}
