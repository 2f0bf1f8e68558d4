/** Requests through the proxy that the environment names: Node's fetch knows of none before Node 24. */
import { type IncomingMessage, request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { connect, type TLSSocket } from 'node:tls';

export interface Answer {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
  /** What is not read of the body any more. */
  readonly discard: () => Promise<void> | void;
}

/** The http proxy for this URL: https_proxy or http_proxy, else all_proxy, unless no_proxy names the host. */
export function proxyFor(url: URL, environment: NodeJS.ProcessEnv): URL | undefined {
  const value = (name: string) => environment[name] || environment[name.toUpperCase()] || undefined;
  const host = url.hostname.toLowerCase();
  // what runs on this computer is not to be had elsewhere
  if (/^(localhost|127\.[\d.]+|\[::1\])$/.test(host)) return undefined;
  const excepted = (value('no_proxy') ?? '').toLowerCase().split(/[\s,]+/);
  if (excepted.some(name => name === '*' || (name !== '' && isBelow(host, name.replace(/^\*?\./, '')))))
    return undefined;
  // HTTP_PROXY in capitals can be set by whoever sends a header to a CGI program
  const named =
    (url.protocol === 'https:' ? value('https_proxy') : environment['http_proxy']) ?? value('all_proxy');
  const text = named === undefined || named.includes('://') ? named : `http://${named}`;
  const proxy = text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
  return proxy?.protocol === 'http:' ? proxy : undefined;
}

function isBelow(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}

/** GET. Rejects as the network fails, and when `signal` says so. */
export async function requestThrough(
  proxy: URL,
  url: URL,
  { headers, signal }: { headers: Readonly<Record<string, string>>; signal: AbortSignal },
): Promise<Answer> {
  const { hostname: host, port } = proxy;
  const at = { host: host.replace(/^\[|\]$/g, ''), port: port || 80, signal };
  const login = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  const authorization: Record<string, string> =
    login === ':' ? {} : { 'proxy-authorization': `Basic ${Buffer.from(login).toString('base64')}` };
  if (url.protocol === 'http:') {
    const own = { ...headers, ...authorization, host: url.host };
    return answered(request({ ...at, path: url.href, headers: own }));
  }
  const target = `${url.hostname}:${url.port || 443}`;
  const socket = await new Promise<TLSSocket>((resolve, reject) => {
    request({ ...at, method: 'CONNECT', path: target, headers: { host: target, ...authorization } })
      .on('error', reject)
      .on('response', answer => reject(new Error(`the proxy says ${answer.statusCode}`)))
      .on('connect', ({ statusCode }, tunnel) => {
        if (statusCode === 200) {
          const secure = connect({ socket: tunnel, servername: url.hostname });
          secure.on('error', reject).on('secureConnect', () => resolve(secure));
        } else {
          tunnel.destroy();
          reject(new Error(`the proxy says ${statusCode}`));
        }
      })
      .end();
  });
  return answered(
    secureRequest(url, { headers: { ...headers, host: url.host }, signal, createConnection: () => socket }),
  );
}

function answered(asked: ReturnType<typeof request>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    asked.on('error', reject).on('response', (answer: IncomingMessage) =>
      resolve({
        status: answer.statusCode ?? 0,
        header: name => {
          const found = answer.headers[name];
          return Array.isArray(found) ? found[0] : found;
        },
        body: answer,
        discard: () => {
          answer.destroy();
        },
      }),
    );
    asked.end();
  });
}
