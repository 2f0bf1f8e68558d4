/** A command on a terminal of its own, by script(1), and the CPU that our processes below it use. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface OnTerminal {
  readonly process: ChildProcess;
  /** Settled with the exit status. */
  readonly ended: Promise<number | null>;
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

export function onTerminal(
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
  size: { rows: number; columns: number },
  hear?: (piece: Buffer) => void,
): OnTerminal {
  const line = `stty rows ${size.rows} columns ${size.columns}; exec ${command.map(quote).join(' ')}`;
  const process = spawn('script', ['-qefc', line, '/dev/null'], {
    env: { ...environment, SHELL: '/bin/sh', TERM: 'xterm' },
    stdio: ['pipe', hear ? 'pipe' : 'ignore', 'ignore'],
  });
  if (hear) process.stdout?.on('data', hear);
  return { process, ended: new Promise(resolve => process.once('close', resolve)) };
}

interface Usage {
  readonly own: number;
  readonly children: number;
}

function usage(pid: string): Usage & { parent: string } {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [parent = 0, user = 0, system = 0, childUser = 0, childSystem = 0] = [1, 11, 12, 13, 14].map(
    at => fields[at],
  );
  return { parent: String(parent), own: (user + system) / 100, children: (childUser + childSystem) / 100 };
}

/**
 * Seconds of CPU, so far, of the processes that belong to us: the painter with the helpers that it has waited for,
 * the helpers that still run, and the shells around them. `seen` keeps what processes had used that are gone now.
 */
export function ownCpu(mark: string, seen: Map<string, number>): number {
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      if (!command.includes(mark)) continue;
      const { own, children } = usage(pid);
      if (command.includes('painter.cjs')) seen.set(pid, own + children);
      else if (command.includes('live.sh')) seen.set(pid, own);
      else if (command.includes('portage-helper.py')) seen.set(`${pid} until waited for`, own);
      // ends with the painter, which does not wait for it
      else if (command.includes('borrower.py')) seen.set(pid, own);
    } catch {
      // gone meanwhile
    }
  }
  const painters = [...seen].filter(([pid]) => !pid.includes(' '));
  return painters.reduce((total, [, seconds]) => total + seconds, 0);
}
