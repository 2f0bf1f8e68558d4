/** A directory to compile in, with the guard first in PATH and a state of its own. */
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtTree } from '../../commands/built.ts';

export interface Line {
  started: number;
  ended: number;
  result: string;
  host: string;
  source: string;
}

export interface Run {
  status: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface Workshop {
  directory: string;
  /** where the guard stands */
  masquerade: string;
  /** with the guard first in PATH */
  environment: Record<string, string>;
  /** the same without it */
  plain: Record<string, string>;
  write(files: Record<string, string>): void;
  /** the command in the directory, to its end */
  run(
    command: readonly string[],
    environment?: Record<string, string>,
    input?: string,
  ): SpawnSyncReturns<string>;
  /** the same while the test goes on */
  runAside(
    command: readonly string[],
    environment?: Record<string, string>,
  ): { pid: number; end: Promise<Run> };
  journal(): Line[];
  /** a file of the guard's, whole */
  state(name: string): string;
  /** files in TMPDIR */
  left(): string[];
  remove(): void;
}

export async function makeWorkshop(hosts: string): Promise<Workshop> {
  const tree = await builtTree();
  const directory = mkdtempSync(join(tmpdir(), 'guard-'));
  const [work, temporary, kept] = [join(directory, 'work'), join(directory, 'tmp'), join(directory, 'state')];
  for (const path of [work, temporary, kept]) mkdirSync(path);
  const masquerade = join(tree, 'libexec/tumpline/distcc');
  const path = process.env['PATH'] ?? '/usr/bin:/bin';
  const plain = {
    PATH: path,
    HOME: directory,
    TMPDIR: temporary,
    LC_ALL: 'C',
    DISTCC_DIR: kept,
    DISTCC_HOSTS: hosts,
  };
  const environment = { ...plain, PATH: `${masquerade}:${path}` };
  const memory = join(kept, 'tumpline');
  return {
    directory: work,
    masquerade,
    environment,
    plain,
    write: files => {
      for (const [name, text] of Object.entries(files)) writeFileSync(join(work, name), text);
    },
    run: ([command = 'gcc', ...words], changes = {}, input = '') =>
      spawnSync(command, words, {
        cwd: work,
        env: { ...environment, ...changes },
        input,
        encoding: 'utf8',
        timeout: 50_000,
      }),
    runAside: ([command = 'gcc', ...words], changes = {}) => {
      const child = spawn(command, words, {
        cwd: work,
        env: { ...environment, ...changes },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      });
      const texts = { stdout: '', stderr: '' };
      child.stdout.on('data', (data: Buffer) => {
        texts.stdout += data.toString();
      });
      child.stderr.on('data', (data: Buffer) => {
        texts.stderr += data.toString();
      });
      const end = new Promise<Run>(done => {
        child.on('close', (status, signal) => done({ status, signal, ...texts }));
      });
      return { pid: child.pid ?? 0, end };
    },
    journal: () =>
      (existsSync(memory) ? readdirSync(memory) : [])
        .filter(name => name.startsWith('journal.'))
        .sort()
        .flatMap(name => readFileSync(join(memory, name), 'utf8').split('\n').slice(0, -1))
        .map(line => {
          const [started, ended, result = '', host = '', , source = ''] = line.split('\t');
          return { started: Number(started), ended: Number(ended), result, host, source };
        }),
    state: name => readFileSync(join(memory, name), 'utf8'),
    left: () => readdirSync(temporary).filter(name => !name.startsWith('.')),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
