import { afterEach, expect, test } from 'vitest';
import { fetchText } from '../../system/http.ts';
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
