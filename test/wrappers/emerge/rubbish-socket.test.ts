/** Something else where the status socket would be: emerge goes on as without it, the painter is neither blocked nor led astray. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { noteReduced, quick } from '../../kit/environment.ts';
import type { RootDeclaration } from '../../testbed/declaration.ts';
import {
  comparable,
  pictureRows,
  processOf,
  remaining,
  type Stage,
  since,
  stage,
  wrapperTree,
} from './terminal/stage.ts';
import { type Terminal, until } from './terminal/tmux.ts';

const declaration: RootDeclaration = { ebuilds: { 'dev-libs/short-1': { sleep: { compile: 2 } } } };

let tree: string;
let at: Stage;
let terminal: Terminal;
let number = 1;
let plain: string[];
let server: Server | undefined;
const peers: Socket[] = [];

beforeAll(async () => {
  tree = await wrapperTree();
  at = await stage(tree, 'log and marks', declaration);
  terminal = await at.open({ columns: 80, rows: 24 });
  mkdirSync(join(at.root.directory, 'run/portage'), { recursive: true });
  plain = await run('TUMPLINE=0 emerge --color=n --oneshot dev-libs/short');
});
afterEach(async () => {
  for (const peer of peers.splice(0)) peer.destroy();
  server?.close();
  server = undefined;
  await until('the end of all processes', () => remaining(at.root, [terminal.shell]).length === 0, 15_000);
  rmSync(join(at.root.directory, 'tmp/debug'), { force: true });
  rmSync(join(at.root.directory, 'run/portage'), { recursive: true, force: true });
  mkdirSync(join(at.root.directory, 'run/portage'), { recursive: true });
});
afterAll(() => {
  terminal?.close();
  at?.root.remove();
  rmSync(tree, { recursive: true, force: true });
});

async function run(line: string): Promise<string[]> {
  const before = number;
  await terminal.type(line);
  number = (await terminal.prompt(before, 50_000)).number;
  return comparable(await since(terminal, before));
}

function snapshot(pid: number, total: number, cpv: string): string {
  const jobs = { running: 1, max: 1, completed: 0, total, failed: 0, merge_wait: 0, merges_pending: 0 };
  const task = {
    cpv,
    root: `${at.root.eprefix}/`,
    kind: 'build',
    phase: 'compile',
    operation: 'merge',
    elapsed: 1,
  };
  return `${JSON.stringify({ type: 'snapshot', emerge_pid: pid, jobs, tasks: [task] })}\n`;
}

type Peer = (peer: Socket, pid: number) => void;

function serve(path: string, pid: number, talk: Peer): void {
  server = createServer(peer => {
    peers.push(peer);
    peer.on('error', () => {});
    talk(peer, pid);
  }).listen(path);
}

const peersOf: readonly (readonly [string, RegExp, Peer])[] = [
  ['says nothing', /painter: leaves/, () => {}],
  ['hangs up at once', /socket: .*closed without a word/, peer => peer.destroy()],
  ['talks garbage', /socket: no snapshot/, peer => peer.write(`${'garbage \0 \x1b[2J\n'.repeat(50)}`)],
  ['sends a line without end', /socket: .*a line without end/, peer => peer.write('x'.repeat(6 << 20))],
  [
    'speaks of another process',
    /socket: a snapshot of process 1, not of/,
    peer => peer.write(snapshot(1, 1, 'dev-libs/short-1').repeat(30)),
  ],
  [
    'tells of packages that are not listed',
    /the socket 7: not ours|the socket tells of 7|tied by emerge.log/,
    (peer, pid) => peer.write(snapshot(pid, 7, 'app-misc/foreign-1')),
  ],
  [
    'sends things of wrong types',
    /socket: no snapshot/,
    peer =>
      peer.write(
        '{"type":"snapshot","emerge_pid":"x","jobs":[],"tasks":{}}\n[]\n7\nnull\n{"type":"weather"}\n',
      ),
  ],
];
if (quick) noteReduced('rubbish: three of nine false status sockets');

async function undisturbed(make: (path: string, pid: number) => void): Promise<string> {
  const running = run('emerge --color=n --oneshot dev-libs/short');
  const painter = await until('the painter', () => processOf(at.root, /^\d+ node .*painter\.cjs/));
  const command = remaining(at.root, []).find(line => line.startsWith(`${painter} `)) ?? '';
  const pid = Number(/--child (\d+)/.exec(command)?.[1]);
  make(join(at.root.directory, `run/portage/emerge-${pid}.sock`), pid);
  expect(await running).toEqual(plain);
  const state = await terminal.state();
  expect([state.upper, state.lower, state.cursorShown]).toEqual([0, 23, true]);
  expect(pictureRows(await terminal.history())).toEqual([]);
  const log = at.debug();
  expect(log.join('\n')).not.toMatch(/fault of our own/);
  expect(log.length, log.join('\n')).toBeLessThan(60);
  return log.join('\n');
}

test.each(quick ? peersOf.slice(2, 4) : peersOf)(
  'a peer that %s',
  async (_what, said, talk) => {
    expect(await undisturbed((path, pid) => serve(path, pid, talk))).toMatch(said);
  },
  90_000,
);

test.each(quick ? ['fifo'] : ['fifo', 'directory'])(
  'a %s',
  async kind => {
    const log = await undisturbed(path => {
      if (kind === 'fifo') spawnSync('sh', ['-c', 'mkfifo "$0"', path]);
      else mkdirSync(path);
    });
    expect(log).toMatch(/socket: .*not a socket/);
    expect(log.match(/not a socket/g)).toHaveLength(1);
  },
  90_000,
);
