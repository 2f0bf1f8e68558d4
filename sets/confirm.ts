/** A question that only the name of what is at stake answers, asked where somebody can. */
import { closeSync, openSync, readSync } from 'node:fs';
import { isatty } from 'node:tty';
import { writeDirectly } from '../system/direct-output.ts';

/** Whether the user typed that very word. Without a terminal, or at the end of input: no. Ctrl-C ends the process. */
export function confirmed(question: string, word: string): boolean {
  if (!isatty(0) || !isatty(2)) return false;
  writeDirectly(2, question);
  return line() === word;
}

/** One line of standard input, no more: what follows is emerge's. */
function line(): string {
  const bytes: number[] = [];
  const one = Buffer.alloc(1);
  // Node may have made its own descriptor one that does not wait
  const terminal = openSync('/proc/self/fd/0', 'r');
  try {
    for (;;) {
      if (readSync(terminal, one, 0, 1, null) === 0) {
        writeDirectly(2, '\n');
        break;
      }
      if (one[0] === 0x0a) break;
      bytes.push(one[0]!);
    }
  } finally {
    closeSync(terminal);
  }
  return Buffer.from(bytes).toString('utf8').trim();
}
