/** Git servers on this machine: Node's http before git's own http-backend, with the faults that real ones have. */
import { spawn } from 'node:child_process';
import { createReadStream, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { bareEnvironment } from './git-repository.ts';

/**
 * What goes wrong: `none` nothing; `all` 503 for every request; `missing` 404; `hang` requests are taken and never
 * answered; `packs` the list of refs is given, packs are not; `cut` the connection breaks in the middle of a pack;
 * `stall` it stays open in the middle of a pack, and nothing more comes; `garbage` a page of HTML with status 200; `login`
 * a password is asked for.
 */
export type Refusal = 'none' | 'all' | 'missing' | 'hang' | 'packs' | 'cut' | 'stall' | 'garbage' | 'login';

export interface GitServer {
  /** without a slash at the end; a repository is URL/PATH below the root */
  readonly url: string;
  /** body bytes sent so far */
  bytes(): number;
  /** requests so far, as METHOD PATH */
  requests(): readonly string[];
  refuse(mode: Refusal): void;
  stop(): Promise<void>;
}

export interface GitServerOptions {
  /** whether it knows partial clones */
  readonly filter: boolean;
  /** answers in protocol version 0, in which single objects may not be asked for */
  readonly old?: boolean;
  /** serves files only; the repositories need `git update-server-info` */
  readonly dumb?: boolean;
}

function backendEnvironment(
  root: string,
  request: IncomingMessage,
  length: number,
  options: GitServerOptions,
): NodeJS.ProcessEnv {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const settings: Record<string, string> = {
    'safe.directory': '*',
    'uploadpack.allowFilter': String(options.filter),
    'uploadpack.allowAnySHA1InWant': 'false',
  };
  const keys = Object.keys(settings);
  const configuration = Object.fromEntries([
    ['GIT_CONFIG_COUNT', String(keys.length)],
    ...keys.flatMap((key, index) => [
      [`GIT_CONFIG_KEY_${index}`, key],
      [`GIT_CONFIG_VALUE_${index}`, settings[key] ?? ''],
    ]),
  ]);
  const protocol = request.headers['git-protocol'];
  return bareEnvironment({
    ...configuration,
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: '1',
    REQUEST_METHOD: request.method ?? 'GET',
    PATH_INFO: decodeURIComponent(url.pathname),
    QUERY_STRING: url.search.slice(1),
    CONTENT_LENGTH: String(length),
    CONTENT_TYPE: request.headers['content-type'] ?? '',
    REMOTE_ADDR: '127.0.0.1',
    ...(typeof protocol === 'string' && !options.old ? { GIT_PROTOCOL: protocol } : {}),
  });
}

/**
 * Starts a server for the bare repositories below `root`. It lives in this process: a client started by spawnSync would
 * wait for ever.
 */
export async function serveGit(root: string, options: GitServerOptions): Promise<GitServer> {
  let sent = 0;
  let mode: Refusal = 'none';
  const requests: string[] = [];

  function file(path: string, response: ServerResponse): void {
    const full = join(root, path);
    const there = statSync(full, { throwIfNoEntry: false });
    if (!there?.isFile() || path.includes('..')) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-length': there.size });
    sent += there.size;
    createReadStream(full).pipe(response);
  }

  function backend(request: IncomingMessage, response: ServerResponse, body: Buffer, isPack: boolean): void {
    const child = spawn('git', ['http-backend'], {
      env: backendEnvironment(root, request, body.length, options),
    });
    child.stderr.resume();
    child.stdin.on('error', () => undefined);
    response.on('close', () => child.kill());
    child.stdin.end(body);
    let head: Buffer | undefined = Buffer.alloc(0);
    function write(chunk: Buffer): void {
      const broken = isPack && (mode === 'cut' || mode === 'stall');
      const part = broken ? chunk.subarray(0, Math.max(1, chunk.length >> 1)) : chunk;
      sent += part.length;
      response.write(part);
      if (!broken) return;
      child.stdout.removeAllListeners('data');
      child.stdout.resume();
      child.removeAllListeners('close');
      if (mode === 'cut') setTimeout(() => response.destroy(), 50);
    }
    child.stdout.on('data', (chunk: Buffer) => {
      if (head === undefined) return write(chunk);
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      for (const line of head.subarray(0, end).toString().split('\r\n')) {
        const colon = line.indexOf(':');
        const name = line.slice(0, colon);
        const value = line.slice(colon + 1).trim();
        if (name.toLowerCase() === 'status') response.statusCode = Number.parseInt(value, 10);
        else response.setHeader(name, value);
      }
      const rest = head.subarray(end + 4);
      head = undefined;
      if (rest.length > 0) write(rest);
    });
    child.on('close', () => response.end());
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    const body = request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request;
    body.on('data', (chunk: Buffer) => chunks.push(chunk));
    body.on('error', () => response.destroy());
    body.on('end', () => answer(request, response, Buffer.concat(chunks)));
  });

  function answer(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    requests.push(`${request.method} ${path}`);
    const isPack = body.includes('want ');
    if (mode === 'hang') return;
    if (mode === 'all') response.writeHead(503).end('no service\n');
    else if (mode === 'missing') response.writeHead(404).end('not here\n');
    else if (mode === 'login') response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    else if (mode === 'garbage')
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Please sign in</html>\n');
    else if (mode === 'packs' && isPack) response.writeHead(500).end();
    else if (options.dumb) file(decodeURIComponent(path), response);
    else backend(request, response, body, isPack);
  }

  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    bytes: () => sent,
    requests: () => requests,
    refuse: next => {
      mode = next;
    },
    stop: () =>
      new Promise(resolve => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
