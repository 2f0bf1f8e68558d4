/** Asks the real Portage: one warm Python process, see oracle.py. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { python, top } from './environment.ts';

export interface Oracle {
  /** One call; rejects where Portage raised. */
  ask<T = unknown>(call: string, args: readonly unknown[]): Promise<T>;
  /** Many calls at once; `{error}` in the place of one that raised. */
  askAll<T = unknown>(call: string, batch: readonly (readonly unknown[])[]): Promise<T[]>;
  stop(): void;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
  readonly timer: NodeJS.Timeout;
}

const milliseconds = 120_000;
const batchSize = 2_000;

/** Starts the process; every call must be answered within two minutes, or all of them fail. */
export function startOracle(environment: Readonly<Record<string, string>> = {}): Oracle {
  const child = spawn(python, ['-B', join(top, 'test/kit/oracle.py')], {
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const waiting = new Map<number, Waiting>();
  let last = 0;
  let said = '';
  let ended: Error | undefined;

  function end(what: string): void {
    ended ??= new Error(`oracle: ${what}\n${said.slice(-2_000)}`);
    for (const { reject, timer } of waiting.values()) {
      clearTimeout(timer);
      reject(ended);
    }
    waiting.clear();
    child.kill('SIGKILL');
  }

  child.stderr.on('data', chunk => {
    said += String(chunk);
  });
  child.stdin.on('error', error => end(error.message));
  child.on('error', error => end(error.message));
  child.on('close', (code, signal) => end(`ended with ${signal ?? code}`));
  createInterface({ input: child.stdout }).on('line', line => {
    const { id, result, error } = JSON.parse(line) as { id: number; result?: unknown; error?: string };
    const asked = waiting.get(id);
    if (!asked) return;
    waiting.delete(id);
    clearTimeout(asked.timer);
    if (error === undefined) asked.resolve(result);
    else asked.reject(new Error(error));
  });

  function send(request: object): Promise<unknown> {
    if (ended) return Promise.reject(ended);
    const id = ++last;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => end(`no answer within ${milliseconds / 1000} s`), milliseconds);
      waiting.set(id, { resolve, reject, timer });
      child.stdin.write(`${JSON.stringify({ id, ...request })}\n`);
    });
  }

  return {
    ask: <T>(call: string, args: readonly unknown[]) => send({ call, args }) as Promise<T>,
    async askAll<T>(call: string, batch: readonly (readonly unknown[])[]) {
      const results: T[] = [];
      for (let start = 0; start < batch.length; start += batchSize) {
        const part = await send({ call, batch: batch.slice(start, start + batchSize) });
        for (const result of part as T[]) results.push(result);
      }
      return results;
    },
    stop: () => end('stopped'),
  };
}
