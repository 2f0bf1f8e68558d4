/** `tumpline distcc doctor` with real servers: well, gone, silent, without a compiler, with another one. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addressOf } from '../../wrappers/distcc/probe.ts';
import { type Distccd, freePort, hasDistcc, startDistccd } from '../kit/distccd.ts';
import { quick } from '../kit/environment.ts';
import { builtTree } from './built.ts';
import { expectDocumented } from './documented.ts';

const thorough = test.skipIf(quick || !hasDistcc());

let tree: string;
let directory: string;
const servers: Distccd[] = [];
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'doctor-'));
  if (!quick) tree = await builtTree();
});
afterAll(async () => {
  for (const server of servers) await server.remove();
  rmSync(directory, { recursive: true, force: true });
});

async function newServer(options?: { compilers?: boolean }): Promise<Distccd> {
  const server = await startDistccd(options);
  servers.push(server);
  return server;
}

/** The test must go on meanwhile, since it is one of the servers. */
function doctor(
  hosts: string,
  words: readonly string[] = [],
): Promise<{ status: number | null; stdout: string }> {
  const child = spawn(join(tree, 'bin/tumpline'), ['distcc', 'doctor', ...words], {
    env: {
      PATH: `${join(tree, 'libexec/tumpline/distcc')}:${process.env['PATH']}`,
      HOME: directory,
      DISTCC_DIR: directory,
      DISTCC_HOSTS: hosts,
      TUMPLINE_CONFIG: join(directory, 'none.conf'),
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let stdout = '';
  child.stdout.on('data', (data: Buffer) => {
    stdout += data.toString();
  });
  return new Promise(done => child.on('close', status => done({ status, stdout })));
}

thorough('a host that is well, and documents', async () => {
  const server = await newServer();
  expect(await doctor(`localhost/2 ${server.host}/4`)).toEqual({
    status: 0,
    stdout: `${server.host}/4: answers, compiles as here\n`,
  });
  expectDocumented('distcc.md', JSON.parse((await doctor(server.host, ['--json'])).stdout));
});

thorough('gone, silent, without a compiler, with another one', async () => {
  const gone = `127.0.0.1:${await freePort()}`;
  const bare = await newServer({ compilers: false });
  const other = await newServer();
  // as another version would, it makes another object of the same source
  other.behave('as -DOTHER -O0');
  const sockets: Socket[] = [];
  const silent = createServer(socket => sockets.push(socket));
  const port = await freePort();
  await new Promise<void>(done => silent.listen(port, '127.0.0.1', done));
  try {
    const { status, stdout } = await doctor(`${gone} ${bare.host} ${other.host} 127.0.0.1:${port}`);
    expect(status).toBe(1);
    expect(stdout.split('\n').slice(0, 4)).toEqual([
      `${gone}: refuses`,
      `${bare.host}: answers, does not compile`,
      `${other.host}: answers, compiles otherwise`,
      `127.0.0.1:${port}: answers, does not compile`,
    ]);
    expect(stdout.match(/^problem: /gm)).toHaveLength(4);
  } finally {
    for (const socket of sockets) socket.destroy();
    silent.close();
  }
});

thorough('no host at all', async () => {
  expect(await doctor('--randomize localhost/2')).toMatchObject({ status: 1 });
});

test.each([
  ['10.0.0.2', { host: '10.0.0.2', port: 3632 }],
  ['host.example:99/4,lzo', { host: 'host.example', port: 99 }],
  ['[::1]:3633,lzo', { host: '::1', port: 3633 }],
  ['user@host', undefined],
  ['@host:/usr/bin/distccd', undefined],
  ['host:99999', undefined],
])('%s is at %j', (token, address) => {
  expect(addressOf(token)).toEqual(address);
});
