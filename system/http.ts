/** Small texts over http and https: limits on time and size, and no answer twice when it has not changed. */
import { Fault } from './fault.ts';
import { type Answer, proxyFor, requestThrough } from './http-proxy.ts';
import { printable } from './printable.ts';

export interface HttpOptions {
  /** As they came with the text that is at hand. */
  readonly etag?: string;
  readonly lastModified?: string;
  /** milliseconds for all of it; 30,000 unless given */
  readonly timeout?: number;
  /** bytes; 16 MiB unless given */
  readonly limit?: number;
  readonly signal?: AbortSignal;
  /** Where a proxy is looked for; this process's unless given. */
  readonly environment?: NodeJS.ProcessEnv;
}

export interface HttpText {
  readonly text: string;
  readonly etag?: string;
  readonly lastModified?: string;
}

const redirects = new Set([301, 302, 303, 307, 308]);

/**
 * The text, or undefined where it has not changed since `etag` or `lastModified`. Follows up to five redirections, from
 * https only to https. Faults: offline (nobody answered, or a server in trouble), failed, invalid (too large, no http
 * URL), interrupted.
 */
export async function fetchText(url: string, options: HttpOptions = {}): Promise<HttpText | undefined> {
  const timer = AbortSignal.timeout(options.timeout ?? 30_000);
  const signal = options.signal ? AbortSignal.any([options.signal, timer]) : timer;
  const headers = {
    'user-agent': 'tumpline',
    ...(options.etag === undefined ? {} : { 'if-none-match': options.etag }),
    ...(options.lastModified === undefined ? {} : { 'if-modified-since': options.lastModified }),
  };
  try {
    let at = httpUrl(url, url);
    for (let hops = 0; hops <= 5; hops += 1) {
      const answer = await ask(at, headers, signal, options.environment ?? process.env);
      if (answer.status === 304) return undefined;
      if (redirects.has(answer.status)) {
        await answer.discard();
        const next = httpUrl(answer.header('location') ?? '', url, at);
        if (at.protocol === 'https:' && next.protocol !== 'https:')
          throw new Fault('failed', `${printable(url)}: leads from https to http`);
        at = next;
        continue;
      }
      if (answer.status < 200 || answer.status > 299) {
        await answer.discard();
        throw statusFault(url, answer.status);
      }
      const text = await bodyOf(answer, url, options.limit ?? 16 << 20);
      const [etag, lastModified] = ['etag', 'last-modified'].map(answer.header);
      return { text, ...(etag ? { etag } : {}), ...(lastModified ? { lastModified } : {}) };
    }
    throw new Fault('failed', `${printable(url)}: leads from one place to the next`);
  } catch (error) {
    if (error instanceof Fault) throw error;
    if (options.signal?.aborted)
      throw new Fault('interrupted', `${printable(url)}: interrupted`, { cause: error });
    throw new Fault('offline', `${printable(url)}: ${reasonOf(error, timer)}`, { cause: error });
  }
}

async function ask(
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  environment: NodeJS.ProcessEnv,
): Promise<Answer> {
  const proxy = proxyFor(url, environment);
  if (proxy) return requestThrough(proxy, url, { headers, signal });
  const response = await fetch(url, { headers, signal, redirect: 'manual' });
  return {
    status: response.status,
    header: name => response.headers.get(name) ?? undefined,
    body: response.body ?? new ReadableStream({ start: controller => controller.close() }),
    discard: async () => response.body?.cancel(),
  };
}

function httpUrl(text: string, asked: string, base?: URL): URL {
  const url = URL.canParse(text, base?.href) ? new URL(text, base?.href) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new Fault('invalid', `${printable(asked)}: is no http or https URL, or leads to none`);
  return url;
}

function statusFault(url: string, status: number): Fault {
  // what is over by tomorrow, and what stays until somebody mends it
  const passing = status >= 500 || status === 408 || status === 429;
  return new Fault(passing ? 'offline' : 'failed', `${printable(url)}: the server says ${status}`);
}

async function bodyOf(answer: Answer, url: string, limit: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of answer.body) {
    size += part.length;
    if (size > limit) {
      throw new Fault('invalid', `${printable(url)}: more than ${limit} bytes`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function reasonOf(error: unknown, timer: AbortSignal): string {
  if (timer.aborted) return 'no answer in time';
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return printable(cause instanceof Error ? cause.message : String(cause));
}
