import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { fetchText } from '../../system/http.ts';
import { proxyFor } from '../../system/http-proxy.ts';
import { serveText, type TextServer } from '../kit/text-server.ts';

let server: TextServer | undefined;
afterEach(() => server?.stop());

test('a text, and nothing where it has not changed', async () => {
  server = await serveText('one', { etag: '"1"' });
  expect(await fetchText(server.url)).toEqual({ text: 'one', etag: '"1"' });
  expect(await fetchText(server.url, { etag: '"1"' })).toBeUndefined();
  expect(await fetchText(server.url, { etag: '"0"' })).toMatchObject({ text: 'one' });
  expect(server.answers).toEqual([200, 304, 200]);
});

test('redirections are followed, but not for ever and not to other schemes', async () => {
  server = await serveText('end', {
    etag: '"1"',
    other: ({ url }, response) => {
      if (url === '/list.xml') return false;
      const to = { '/a': '/list.xml', '/file': 'file:///etc/hostname', '/loop': '/loop' }[url ?? ''];
      return response.writeHead(to === undefined ? 404 : 302, to === undefined ? {} : { location: to }).end();
    },
  });
  const at = (path: string) => server?.url.replace('/list.xml', path) ?? '';
  expect(await fetchText(at('/a'))).toMatchObject({ text: 'end' });
  await expect(fetchText(at('/file'))).rejects.toMatchObject({ code: 'invalid' });
  await expect(fetchText(at('/loop'))).rejects.toMatchObject({ code: 'failed' });
  await expect(fetchText(at('/gone'))).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringMatching(/the server says 404$/),
  });
});

test('servers in trouble', async () => {
  server = await serveText('x'.repeat(10_000), {
    etag: '"1"',
    other: ({ url }, response) => {
      if (url === '/busy') return response.writeHead(503).end();
      if (url === '/cut') {
        response.writeHead(200, { 'content-length': '100' });
        response.write('half');
        return setTimeout(() => response.destroy(), 20);
      }
      return url === '/never';
    },
  });
  const at = (path: string) => server?.url.replace('/list.xml', path) ?? '';
  await expect(fetchText(server.url, { limit: 9_999 })).rejects.toMatchObject({ code: 'invalid' });
  expect(await fetchText(server.url, { limit: 10_000 })).toMatchObject({ etag: '"1"' });
  await expect(fetchText(at('/busy'))).rejects.toMatchObject({ code: 'offline' });
  await expect(fetchText(at('/cut'))).rejects.toMatchObject({ code: 'offline' });
  await expect(fetchText(at('/never'), { timeout: 100 })).rejects.toMatchObject({
    code: 'offline',
    message: expect.stringMatching(/no answer in time$/),
  });
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 50);
  await expect(fetchText(at('/never'), { signal: stop.signal })).rejects.toMatchObject({
    code: 'interrupted',
  });
  await expect(fetchText('ftp://127.0.0.1/x')).rejects.toMatchObject({ code: 'invalid' });
  await server.stop();
  await expect(fetchText(server.url)).rejects.toMatchObject({ code: 'offline' });
});

test('which proxy counts', () => {
  const of = (url: string, environment: Record<string, string>) => proxyFor(new URL(url), environment)?.href;
  const both = { https_proxy: 'http://p:1', http_proxy: 'q:2', no_proxy: 'example.org, .in.example.com' };
  expect(of('https://a.b/', both)).toBe('http://p:1/');
  expect(of('http://a.b/', both)).toBe('http://q:2/');
  for (const host of ['example.org', 'a.example.org', 'x.in.example.com'])
    expect(of(`https://${host}/`, both)).toBeUndefined();
  expect(of('https://notexample.org/', both)).toBe('http://p:1/');
  expect(of('https://a.b/', { HTTPS_PROXY: 'http://p:1', NO_PROXY: '*' })).toBeUndefined();
  expect(of('https://a.b/', { ALL_PROXY: 'http://p:1' })).toBe('http://p:1/');
  expect(of('http://a.b/', { HTTP_PROXY: 'http://p:1' })).toBeUndefined();
  expect(of('https://a.b/', { https_proxy: 'socks5://p:1' })).toBeUndefined();
  expect(of('https://a.b/', {})).toBeUndefined();
  for (const own of ['localhost', '127.0.0.1:80', '[::1]'])
    expect(of(`http://${own}/`, both)).toBeUndefined();
});

test('through a proxy: the whole URL for http, a tunnel for https', async () => {
  const url = 'http://origin.example/list.xml';
  const origin = await serveText('one', { etag: '"1"' });
  server = origin;
  const asked: string[] = [];
  const proxy = createServer((incoming: IncomingMessage, answer) => {
    asked.push(`${incoming.method} ${incoming.url} ${incoming.headers['proxy-authorization']}`);
    void fetch(origin.url, {
      headers: { 'if-none-match': incoming.headers['if-none-match'] ?? '' },
    }).then(async got => answer.writeHead(got.status, { etag: '"1"' }).end(await got.text()));
  });
  proxy.on('connect', (incoming: IncomingMessage, socket) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    if (incoming.url?.startsWith('refused')) socket.end('HTTP/1.1 403 No\r\n\r\n');
    else {
      // no TLS behind it: the handshake fails, and that is told
      const { port } = new URL(origin.url);
      const tunnel = connect(Number(port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Yes\r\n\r\n');
        tunnel.pipe(socket).pipe(tunnel);
      });
      for (const end of [tunnel, socket]) end.on('error', () => undefined);
    }
  });
  await new Promise<void>(done => proxy.listen(0, '127.0.0.1', done));
  const at = `http://me:w%40rd@127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const environment = { http_proxy: at, https_proxy: at };
  try {
    expect(await fetchText(url, { environment })).toEqual({ text: 'one', etag: '"1"' });
    expect(await fetchText(url, { environment, etag: '"1"' })).toBeUndefined();
    for (const host of ['refused.example', 'open.example'])
      await expect(fetchText(`https://${host}/x`, { environment, timeout: 5000 })).rejects.toMatchObject({
        code: 'offline',
      });
    const login = Buffer.from('me:w@rd').toString('base64');
    expect(asked).toEqual([
      `GET ${url} Basic ${login}`,
      `GET ${url} Basic ${login}`,
      'CONNECT refused.example:443',
      'CONNECT open.example:443',
    ]);
  } finally {
    proxy.close();
    proxy.closeAllConnections();
  }
});
