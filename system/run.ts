/** The process edge: other programs are started here and nowhere else, by name and argument list, never through a shell. */
import { Fault } from './fault.ts';
import { debug } from './log.ts';
import { printable } from './printable.ts';

export interface RunOptions {
  /** the child's whole environment; the caller's own unless given */
  env?: Record<string, string | undefined>;
  cwd?: string;
  /** its standard input; empty unless given */
  input?: string | Uint8Array;
  /** milliseconds until it is ended; none unless given */
  timeout?: number;
  /** bytes of each output that are kept, 64 MiB unless given; more is a Fault */
  maxBuffer?: number;
  /** ends the child when aborted */
  cancel?: AbortSignal;
  /** whom it runs as, where the caller may choose: root alone */
  owner?: { uid: number; gid: number };
  /** what ends it then, and at a timeout or too much output; TERM and five seconds later KILL unless given */
  killSignal?: 'SIGKILL';
  /** it starts programs of its own, which have to end with it: it gets a process group, and no terminal to ask on */
  group?: boolean;
}

export interface RunResult {
  stdout: string;
  stderr: string;
  /** undefined when a signal ended it */
  exitCode: number | undefined;
  signal: string | undefined;
}

/** As `RunResult`, with the standard output as it came. */
export interface RunBytesResult extends Omit<RunResult, 'stdout'> {
  stdout: Uint8Array;
}

function shown(command: string, args: readonly string[]): string {
  const words = [command, ...args].map(word =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : `'${printable(word)}'`,
  );
  const line = words.join(' ');
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}

/** The last line with something on it, for a message. */
function lastLine(text: string): string {
  const lines = text.split('\n').filter(line => line.trim() !== '');
  return printable((lines.at(-1) ?? '').trim()).slice(0, 300);
}

/** Runs a program to its end, whatever its exit status. Faults: `missing` (no such program), `failed` (timeout, too much output, not startable). */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const result = await start(command, args, options, 'utf8');
  return { ...result, stdout: String(result.stdout ?? '') };
}

/** As `run`; what comes out need not be text. */
export async function runBytes(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunBytesResult> {
  const result = await start(command, args, options, 'buffer');
  return { ...result, stdout: result.stdout instanceof Uint8Array ? result.stdout : new Uint8Array() };
}

function words(output: unknown): string {
  return output instanceof Uint8Array ? Buffer.from(output).toString() : String(output ?? '');
}

const deadly = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** First processes of the groups that run now. */
const groups = new Set<number>();

function endGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // all are gone
  }
}

/** They have no terminal whose Ctrl-C would reach them. */
function passOn(signal: NodeJS.Signals): void {
  for (const pid of groups) endGroup(pid, 'SIGTERM');
  if (process.listenerCount(signal) > 1) return;
  process.removeListener(signal, passOn);
  process.kill(process.pid, signal);
}

/** Ends a whole process group where `options` end its first process, and when a signal ends us. Returns what lets go. */
function guardGroup(pid: number, options: RunOptions): () => void {
  let kill: NodeJS.Timeout | undefined;
  function stop(): void {
    endGroup(pid, 'SIGTERM');
    kill ??= setTimeout(endGroup, 2000, pid, 'SIGKILL');
  }
  const timer = options.timeout === undefined ? undefined : setTimeout(stop, options.timeout);
  options.cancel?.addEventListener('abort', stop);
  if (groups.size === 0) for (const signal of deadly) process.on(signal, passOn);
  groups.add(pid);
  return () => {
    clearTimeout(timer);
    clearTimeout(kill);
    options.cancel?.removeEventListener('abort', stop);
    groups.delete(pid);
    if (groups.size === 0) for (const signal of deadly) process.removeListener(signal, passOn);
  };
}

async function start(
  command: string,
  args: readonly string[],
  options: RunOptions,
  encoding: 'utf8' | 'buffer',
): Promise<Omit<RunResult, 'stdout'> & { stdout: unknown }> {
  const { execa } = await import('execa');
  debug('run', () => shown(command, args));
  const child = execa(command, [...args], {
    reject: false,
    stripFinalNewline: false,
    encoding,
    detached: options.group ?? false,
    extendEnv: options.env === undefined,
    maxBuffer: options.maxBuffer ?? 64 * 1024 * 1024,
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.owner ?? {}),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
    ...(options.cancel === undefined ? {} : { cancelSignal: options.cancel }),
    ...(options.killSignal === undefined ? {} : { killSignal: options.killSignal }),
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
  });
  const leave = options.group && child.pid !== undefined ? guardGroup(child.pid, options) : undefined;
  const result = await child.finally(leave);
  const name = printable(command);
  if (result.failed) {
    const cause = result.cause ?? result;
    const errno = result.code;
    if (result.timedOut) {
      throw new Fault('failed', `${name}: no answer within ${(options.timeout ?? 0) / 1000} s`, {
        hint: shown(command, args),
        cause,
      });
    }
    if (result.isCanceled) throw new Fault('interrupted', `${name}: interrupted`, { cause });
    if (result.isMaxBuffer) throw new Fault('failed', `${name}: printed more than is read`, { cause });
    if (result.exitCode === undefined && result.signal === undefined) {
      const missing = errno === 'ENOENT';
      throw new Fault(
        missing ? 'missing' : 'failed',
        `${name}: ${missing ? 'no such program' : (errno ?? 'cannot be started')}`,
        {
          hint: missing ? `install it, or check PATH: command -v ${name}` : `ls -l ${name}`,
          cause,
        },
      );
    }
  }
  return {
    stdout: result.stdout,
    stderr: words(result.stderr),
    exitCode: result.exitCode,
    signal: result.signal,
  };
}

/** As `run`, but an exit status other than 0 is a Fault that carries the program's last words. */
export async function runChecked(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const result = await run(command, args, options);
  if (result.exitCode === 0) return result;
  // the terminal sends its interrupt to the child as well, which may end before we hear of ours
  if (result.signal === 'SIGINT') throw new Fault('interrupted', `${printable(command)}: interrupted`);
  const how = result.signal === undefined ? `exit status ${result.exitCode}` : `ended by ${result.signal}`;
  const said = lastLine(result.stderr) || lastLine(result.stdout);
  throw new Fault('failed', `${printable(command)}: ${how}${said === '' ? '' : `: ${said}`}`, {
    hint: shown(command, args),
  });
}
