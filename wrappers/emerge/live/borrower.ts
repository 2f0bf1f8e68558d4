/** Programs that take the terminal for themselves: `borrower.py` looks, since Node cannot. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { debug } from '../../../system/log.ts';

export interface Borrower {
  /** Nobody has taken the terminal; false until the first look. */
  readonly free: boolean;
  /** A picture stands from now on, or none. */
  stands(now: boolean): void;
  stop(): void;
}

export interface BorrowerListener {
  taken(): void;
  free(): void;
}

export function watchBorrower(python: readonly string[], listener: BorrowerListener): Borrower {
  let free = false;
  const [command = 'python3', ...words] = python;
  const child = spawn(command, [...words, '-ISB', join(import.meta.dirname, 'borrower.py'), '3'], {
    // 1 is the terminal
    stdio: ['pipe', 'pipe', 'ignore', 1],
  });
  function heard(line: string): void {
    debug('terminal', line);
    free = line === 'free';
    listener[free ? 'free' : 'taken']();
  }
  // without it nothing is known, and nobody is thought to have it
  function lost(): void {
    if (!free) heard('free');
  }
  let pending = '';
  child.stdout?.setEncoding('latin1').on('data', (text: string) => {
    const lines = (pending + text).split('\n');
    pending = lines.pop() ?? '';
    lines.forEach(heard);
  });
  child.on('error', lost);
  child.on('exit', lost);
  child.stdin?.on('error', () => {});
  return {
    get free() {
      return free;
    },
    stands(now) {
      child.stdin?.write(now ? '+' : '-');
    },
    stop() {
      child.removeAllListeners('exit');
      child.stdin?.end();
    },
  };
}
