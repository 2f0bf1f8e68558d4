/** Real distccd processes on ports of this machine, with a compiler that does on them what a test wants. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Distccd {
  /** as it stands in DISTCC_HOSTS, without a limit */
  host: string;
  /** its TMPDIR */
  temporary: string;
  /**
   * What the compilers there do from now on: `ok`, `reject` (status 1 and words), `crash` (a signal), `slow SECONDS`,
   * `every N` (each N-th one rejects), `as WORDS` (the compiler with these words behind its own).
   */
  behave(how: string): void;
  /** how many compilers ran there, with preprocessing there or not */
  compiled(): number;
  /** all its processes at once, as when the machine goes away */
  kill(): Promise<void>;
  /** again on the same port */
  start(): Promise<void>;
  /** gone, with its files */
  remove(): Promise<void>;
}

function inPath(program: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map(directory => join(directory, program))
    .find(path => existsSync(path));
}

/** Whether distcc and distccd are on this machine. */
export function hasDistcc(): boolean {
  return inPath('distcc') !== undefined && inPath('distccd') !== undefined;
}

export function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer();
    server.on('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function listens(port: number): Promise<boolean> {
  return new Promise(done => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.on('error', () => done(false));
  });
}

/** The living processes of a session: compilers of distccd have process groups of their own. */
function inSession(session: number): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(pid => {
      try {
        const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
          .replace(/^.*\) /s, '')
          .split(' ');
        return fields[0] !== 'Z' && Number(fields[3]) === session;
      } catch {
        return false;
      }
    });
}

const script = (directory: string, real: string) => `#!/bin/sh
read -r mode value <'${directory}/mode'
printf . >>'${directory}/count'
case $mode in
  reject) echo 'server: internal trouble' >&2; exit 1 ;;
  crash) kill -SEGV $$ ;;
  slow) sleep "$value" ;;
  every)
    count=$(wc -c <'${directory}/count')
    if [ $((count % value)) = 0 ]; then echo 'server: now and then' >&2; exit 1; fi
    ;;
  as) exec ${real} "$@" $value ;;
esac
exec ${real} "$@"
`;

/** Starts one. `compilers: false` leaves it with none at all. */
export async function startDistccd(options: { compilers?: boolean } = {}): Promise<Distccd> {
  const directory = mkdtempSync(join(tmpdir(), 'distccd-'));
  const [bin, temporary] = [join(directory, 'bin'), join(directory, 'tmp')];
  for (const path of [directory, bin, temporary]) {
    mkdirSync(path, { recursive: true });
    chmodSync(path, 0o777);
  }
  const machine = spawnSync('gcc', ['-dumpmachine'], { encoding: 'utf8' }).stdout.trim();
  for (const name of options.compilers === false ? [] : ['gcc', `${machine}-gcc`])
    writeFileSync(join(bin, name), script(directory, inPath('gcc') ?? 'gcc'), { mode: 0o755 });
  const behave = (how: string) => writeFileSync(join(directory, 'mode'), `${how}\n`);
  behave('ok');
  writeFileSync(join(directory, 'count'), '');
  chmodSync(join(directory, 'count'), 0o666);
  const port = await freePort();
  let daemon: ChildProcess | undefined;

  async function start(): Promise<void> {
    const user = process.getuid?.() === 0 ? ['--user', 'nobody'] : [];
    const where = ['--allow', '127.0.0.1', '--listen', '127.0.0.1', '--port', String(port)];
    const how = ['--jobs', '8', '--enable-tcp-insecure', '--log-file', join(temporary, 'log')];
    daemon = spawn(inPath('distccd') ?? 'distccd', ['--daemon', '--no-detach', ...user, ...where, ...how], {
      env: {
        PATH: options.compilers === false ? bin : `${bin}${delimiter}${process.env['PATH']}`,
        TMPDIR: temporary,
      },
      stdio: 'ignore',
      detached: true,
    });
    for (let tries = 0; tries < 500; tries += 1) {
      if (await listens(port)) return;
      await sleep(20);
    }
    throw new Error(`distccd does not listen on port ${port}`);
  }

  async function kill(): Promise<void> {
    const gone = daemon;
    if (gone?.pid === undefined || gone.exitCode !== null || gone.signalCode !== null) return;
    const ended = new Promise<void>(done => gone.once('exit', () => done()));
    // again and again, since they still fork
    for (let left = inSession(gone.pid); left.length > 0; left = inSession(gone.pid)) {
      for (const pid of left) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // it has ended
        }
      }
      await sleep(5);
    }
    await ended;
  }

  await start();
  return {
    host: `127.0.0.1:${port}`,
    temporary,
    behave,
    compiled: () => readFileSync(join(directory, 'count'), 'utf8').length,
    kill,
    start,
    remove: async () => {
      await kill();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
