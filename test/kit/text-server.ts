/** A server of one text over http, which says what it answered. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TextServer {
  readonly url: string;
  /** Status of each answer. */
  readonly answers: number[];
  text: string;
  etag: string;
  stop(): Promise<void>;
}

/** `other` answers in its place where it does not return false. */
export async function serveText(
  text: string,
  { etag, other }: { etag: string; other?: (...on: Parameters<RequestListener>) => unknown },
): Promise<TextServer> {
  const answers: number[] = [];
  const server = createServer((request, response) => {
    if (other && other(request, response) !== false) return;
    const known = request.headers['if-none-match'] === served.etag;
    answers.push(known ? 304 : 200);
    response.writeHead(known ? 304 : 200, { etag: served.etag });
    response.end(known ? undefined : served.text);
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const served: TextServer = {
    url: `http://127.0.0.1:${port}/list.xml`,
    answers,
    text,
    etag,
    stop: () =>
      new Promise(done => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
  return served;
}
