/** The wrapper's front as it is installed, and programs that stand in for a caller. */
import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { bundling } from '../../../build/bundling.mjs';
import { python, emerge as realEmerge, top } from '../../kit/environment.ts';
import type { RootDeclaration } from '../../testbed/declaration.ts';
import { makeRoot, type Root } from '../../testbed/root.ts';

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface CallOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Standard input; without it, /dev/null. */
  readonly input?: string;
  /** A line of sh that starts the call, which is its "$@". */
  readonly shell?: string;
  readonly timeout?: number;
  /** Called once with the pid. */
  readonly started?: (pid: number) => void;
}

export function folder(): string {
  return mkdtempSync(join(tmpdir(), 'front-'));
}

export function writeProgram(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

/** An installed tree without the painter: with nothing to draw, it is only the front and its sets. `live` replaces live.sh. */
export function frontTree(live?: string): string {
  const tree = folder();
  for (const [to, from, mode] of [
    ['bin/emerge', 'wrappers/emerge/emerge.sh', 0o755],
    ['libexec/tumpline/live.sh', 'wrappers/emerge/live.sh', 0o755],
    ['lib/tumpline/portage-helper.py', 'system/portage-helper.py', 0o644],
  ] as const) {
    mkdirSync(dirname(join(tree, to)), { recursive: true });
    copyFileSync(join(top, from), join(tree, to));
    chmodSync(join(tree, to), mode);
  }
  buildSync({
    ...bundling,
    entryPoints: [join(top, 'sets/front.ts')],
    outfile: join(tree, 'lib/tumpline/sets.cjs'),
    absWorkingDir: top,
  });
  if (live !== undefined) writeProgram(join(tree, 'libexec/tumpline/live.sh'), live);
  return tree;
}

/** Runs a program to its end, which comes by KILL when it is late. */
export function call(command: string, args: readonly string[], options: CallOptions): Promise<Outcome> {
  const [file, words] = options.shell
    ? ['/bin/sh', ['-c', options.shell, 'sh', command, ...args]]
    : [command, args];
  const env = Object.fromEntries(Object.entries(options.env).filter(([, value]) => value !== undefined));
  return new Promise((resolve, reject) => {
    const child = spawn(file, words, {
      env,
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    const late = setTimeout(() => child.kill('SIGKILL'), options.timeout ?? 50_000);
    const pieces = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    child.stdout!.on('data', (piece: Buffer) => pieces.stdout.push(piece));
    child.stderr!.on('data', (piece: Buffer) => pieces.stderr.push(piece));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(late);
      const text = (list: readonly Buffer[]) => Buffer.concat(list).toString('latin1');
      resolve({ stdout: text(pieces.stdout), stderr: text(pieces.stderr), code, signal });
    });
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input);
    if (child.pid !== undefined) options.started?.(child.pid);
  });
}

export interface Twins {
  readonly tree: string;
  readonly plain: Root;
  readonly wrapped: Root;
  /** The same call of the real emerge and of the front at the same time, each in its root, made comparable. */
  both(args: readonly string[], options?: TwinOptions): Promise<{ plain: Outcome; wrapped: Outcome }>;
  remove(): void;
}

export interface TwinOptions extends Omit<CallOptions, 'env'> {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Which of them the call belongs to; default is the call as given. `ROOT` in words stands for the root. */
  readonly named?: boolean;
}

/** Two equal roots. */
export async function twins(declaration: RootDeclaration): Promise<Twins> {
  const tree = frontTree();
  const [plain, wrapped] = await Promise.all([makeRoot(declaration), makeRoot(declaration)]);
  const path = `${join(tree, 'bin')}:${dirname(realEmerge)}`;
  async function one(root: Root, command: string, args: readonly string[], options: TwinOptions) {
    const place = (text: string) => text.replaceAll('ROOT', root.directory);
    const { env = {}, cwd, named, ...rest } = options;
    const environment = {
      ...root.environment,
      // else argparse lists the options in another order each time
      PYTHONHASHSEED: '0',
      PATH: `${path}:${root.environment['PATH']}`,
      ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value && place(value)])),
      ...(named ? { TUMPLINE_EMERGE: realEmerge } : {}),
    };
    const outcome = await call(command, args.map(place), {
      ...rest,
      env: environment,
      cwd: place(cwd ?? 'ROOT'),
    });
    return {
      ...outcome,
      stdout: comparable(outcome.stdout, root),
      stderr: comparable(outcome.stderr, root),
    };
  }
  return {
    tree,
    plain,
    wrapped,
    async both(args, options = {}) {
      const results = await Promise.all([
        one(plain, realEmerge, args, options),
        one(wrapped, join(tree, 'bin/emerge'), args, options),
      ]);
      return { plain: results[0], wrapped: results[1] };
    },
    remove() {
      plain.remove();
      wrapped.remove();
      rmSync(tree, { recursive: true, force: true });
    },
  };
}

/** Takes away what no two runs have in common: the root's name, times, pids, load. */
export function comparable(text: string, root: Root): string {
  return (
    text
      .replaceAll(root.directory, 'ROOT')
      .replace(/\b\d{8}-\d{6}\b/g, 'DATE')
      // the number may be coloured
      .replace(/took (\S*?)\d+\.\d+(\S*) s\b/g, 'took $1TIME$2')
      .replace(/Load avg: [\d., ]+/g, 'Load avg: LOAD')
      .replace(/(KiB (?:Mem|Swap): .*,) *\d+ free/g, '$1 FREE')
  );
}

/** What may run the front: name, command. */
export const shells: readonly (readonly [string, ...string[]])[] = [
  ['bash -p', 'bash', '-p'],
  ['bash', 'bash'],
  ['bash --posix', 'bash', '--posix'],
  ['dash', 'dash'],
  ['busybox ash', 'busybox', 'ash'],
];

export interface Step {
  /** A regular expression that must stand in the output since the last step; seconds to wait then. */
  readonly after?: string;
  readonly pause?: number;
  readonly text?: string;
  /** Goes to the program alone. */
  readonly signal?: NodeJS.Signals;
}

export interface TerminalOutcome {
  readonly output: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly late: boolean;
  /** Steps that were never come to. */
  readonly undone: number;
}

/** Runs a program in a terminal of its own. */
export async function onPty(
  argv: readonly string[],
  options: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly cwd?: string;
    readonly rows?: number;
    readonly columns?: number;
    readonly steps?: readonly Step[];
    readonly timeout?: number;
  },
): Promise<TerminalOutcome> {
  const helper = join(dirname(fileURLToPath(import.meta.url)), 'terminal.py');
  const told = await call(python, ['-S', helper], {
    env: process.env,
    input: JSON.stringify({ argv, ...options }),
    timeout: 120_000,
  });
  if (told.code !== 0) throw new Error(`terminal.py: ${told.stderr}`);
  return JSON.parse(told.stdout) as TerminalOutcome;
}
