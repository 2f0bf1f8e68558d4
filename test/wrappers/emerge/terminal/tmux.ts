/** A real terminal for tests: one tmux server each, with an interactive bash in it. */
import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';

export interface TerminalState {
  readonly upper: number;
  readonly lower: number;
  readonly cursorShown: boolean;
  readonly x: number;
  readonly y: number;
  readonly rows: number;
  readonly columns: number;
}

export interface Terminal {
  /** Types a line and Enter. */
  type(line: string): Promise<void>;
  /** A key as tmux names it, e.g. `C-c`. */
  key(name: string): Promise<void>;
  /** The visible rows, trailing blanks cut. */
  screen(): Promise<string[]>;
  /** The visible rows with their colours as escape sequences. */
  coloured(): Promise<string[]>;
  /** Everything that was printed, scrollback first, wrapped lines joined, empty end cut. */
  history(): Promise<string[]>;
  state(): Promise<TerminalState>;
  resize(columns: number, rows: number): Promise<void>;
  /** Waits until the prompt after command number `above` stands, and gives its number and exit status. */
  prompt(above: number, timeout?: number): Promise<Prompt>;
  readonly shell: number;
  /** What the shell has for a terminal. */
  readonly device: string;
  close(): void;
}

export interface Prompt {
  readonly number: number;
  readonly status: number;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Milliseconds; far more than anything here takes, for machines under load. */
const patience = 60_000;

export function pause(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds));
}

/** Asks until there is an answer. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  timeout = patience,
  told?: () => Promise<string>,
): Promise<T> {
  const end = Date.now() + timeout;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}${told ? `\n${await told()}` : ''}`);
    await pause(40);
  }
}

/** The prompt tells command number and exit status: `<3:0> `; a job in the background may write behind it. */
export const promptLine = /^<(\d+):(\d+)>/;

export function trimmed(rows: readonly string[]): string[] {
  const lines = rows.map(line => line.trimEnd());
  while (lines.length > 0 && lines.at(-1) === '') lines.pop();
  return lines;
}

/** Waits until the lines of a terminal hold a prompt after command number `above`. */
export function promptIn(
  lines: () => Promise<readonly string[]>,
  above: number,
  timeout?: number,
): Promise<Prompt> {
  return until(
    `the prompt after number ${above}`,
    async () => {
      const line = (await lines()).findLast(text => promptLine.test(text));
      const [, number, status] = promptLine.exec(line ?? '') ?? [];
      return Number(number) > above && { number: Number(number), status: Number(status) };
    },
    timeout,
    async () => (await lines()).slice(-60).join('\n'),
  );
}

export async function openTerminal(
  size: Size,
  environment: Readonly<Record<string, string>>,
  cwd: string,
): Promise<Terminal> {
  const server = `tumpline-test-${process.pid}-${randomBytes(4).toString('hex')}`;
  const base = ['-L', server, '-f', '/dev/null'];
  // tmux refuses to start beside one that it is itself in
  const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C.UTF-8', TERM: 'xterm' };
  const tmux = (args: readonly string[]) =>
    new Promise<string>((resolve, reject) =>
      execFile(
        'tmux',
        [...base, ...args],
        { encoding: 'utf8', timeout: 20_000, maxBuffer: 1 << 26, env },
        (error, out) => (error ? reject(error) : resolve(out)),
      ),
    );
  const words = Object.entries({ TERM: 'screen-256color', ...environment, PS1: '<\\#:$?> ' }).map(
    ([name, value]) => `${name}=${value}`,
  );
  const options = [
    ['set-option', '-g', 'status', 'off'],
    ['set-option', '-g', 'history-limit', '50000'],
    ['set-option', '-g', 'escape-time', '0'],
    ['set-option', '-g', 'remain-on-exit', 'on'],
  ].flatMap(words => [...words, ';']);
  const shell = ['env', '-i', ...words, 'bash', '--noprofile', '--norc', '-i'];
  await tmux([
    'start-server',
    ';',
    ...options,
    'new-session',
    '-d',
    '-s',
    'main',
    ...['-x', String(size.columns), '-y', String(size.rows), '-c', cwd],
    ...shell,
  ]);
  const display = async (format: string) =>
    (await tmux(['display-message', '-p', '-t', 'main', format])).trim();
  const capture = async (...args: string[]) =>
    trimmed((await tmux(['capture-pane', '-p', '-t', 'main', ...args])).split('\n'));
  const pid = Number(await display('#{pane_pid}'));
  const device = await display('#{pane_tty}');

  const terminal: Terminal = {
    shell: pid,
    device,
    async type(line) {
      await tmux(['send-keys', '-t', 'main', '-l', '--', line]);
      await tmux(['send-keys', '-t', 'main', 'Enter']);
    },
    async key(name) {
      await tmux(['send-keys', '-t', 'main', name]);
    },
    screen: () => capture(),
    coloured: () => capture('-e'),
    history: () => capture('-J', '-S', '-'),
    async state() {
      const format =
        '#{scroll_region_upper} #{scroll_region_lower} #{cursor_flag} #{cursor_x} #{cursor_y} #{pane_height} #{pane_width}';
      const [upper, lower, flag, x, y, rows, columns] = (await display(format)).split(' ').map(Number);
      return {
        upper: upper!,
        lower: lower!,
        cursorShown: flag === 1,
        x: x!,
        y: y!,
        rows: rows!,
        columns: columns!,
      };
    },
    async resize(columns, rows) {
      await tmux(['resize-window', '-t', 'main', '-x', String(columns), '-y', String(rows)]);
    },
    prompt: (above, timeout) => promptIn(() => capture('-S', '-'), above, timeout),
    close() {
      try {
        execFileSync('tmux', [...base, 'kill-server'], { stdio: 'ignore', timeout: 20_000, env });
      } catch {
        // gone already
      }
    },
  };
  await terminal.prompt(0);
  return terminal;
}
