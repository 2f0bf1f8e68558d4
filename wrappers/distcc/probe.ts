/** Whether a host can be reached, and whether it compiles as this machine does. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../system/run.ts';

export type Reach = 'answers' | 'refused' | 'silent' | 'unknown';
export type Compiler = 'same' | 'different' | 'fails';

export interface Probe {
  /** as in DISTCC_HOSTS */
  host: string;
  /** `silent`: not within a second; `unknown`: not by TCP, or no such name */
  reach: Reach;
  /** null: not asked */
  compiler: Compiler | null;
}

/** `10.0.0.2:3633/8,lzo` or `[::1]`; undefined for ssh and for names that are no host. */
export function addressOf(token: string): { host: string; port: number } | undefined {
  const [, bracketed, name, port = '3632'] =
    /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?(?=[/,]|$)/.exec(token) ?? [];
  const host = bracketed ?? name;
  return host === undefined || Number(port) > 65_535 ? undefined : { host, port: Number(port) };
}

export function reachOf(token: string, milliseconds = 1000): Promise<Reach> {
  const address = addressOf(token);
  if (address === undefined) return Promise.resolve('unknown');
  return new Promise(done => {
    const socket = connect(address);
    const end = (reach: Reach) => {
      socket.destroy();
      done(reach);
    };
    socket.setTimeout(milliseconds, () => end('silent'));
    socket.on('connect', () => end('answers'));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      end(error.code === 'ECONNREFUSED' ? 'refused' : error.code === 'ENOTFOUND' ? 'unknown' : 'silent'),
    );
  });
}

const program = 'int probe(int x) { return x * 3 + 1; }\nconst char *compiler = __VERSION__;\n';

/** Compiles the same here and there, and compares the objects: another version of the compiler makes another one. */
export async function compilerOf(token: string, compiler = 'gcc'): Promise<Compiler> {
  const directory = mkdtempSync(join(tmpdir(), 'tumpline-probe-'));
  try {
    writeFileSync(join(directory, 'probe.c'), program);
    // the safeguard is distcc's own: behind it the guard is the compiler
    const here = { ...process.env, _DISTCC_SAFEGUARD: '1' };
    const there = {
      ...process.env,
      DISTCC_HOSTS: token,
      DISTCC_DIR: directory,
      DISTCC_FALLBACK: '0',
      DISTCC_SKIP_LOCAL_RETRY: '1',
      DISTCC_IO_TIMEOUT: '10',
      DISTCC_LOG: '/dev/null',
    };
    const compile = ['-O2', '-c', 'probe.c', '-o'];
    const options = { cwd: directory, timeout: 30_000 };
    const local = await run(compiler, [...compile, 'here.o'], { ...options, env: here });
    const remote = await run('distcc', [compiler, ...compile, 'there.o'], { ...options, env: there });
    if (local.exitCode !== 0 || remote.exitCode !== 0) return 'fails';
    const [one, other] = ['here.o', 'there.o'].map(name => readFileSync(join(directory, name)));
    return one!.equals(other!) ? 'same' : 'different';
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A host that is not reached is not asked to compile; one that is reached by ssh is asked at once. */
export async function probe(token: string): Promise<Probe> {
  const reach = await reachOf(token);
  const isAsked = reach === 'answers' || token.includes('@');
  return { host: token, reach, compiler: isAsked ? await compilerOf(token) : null };
}
