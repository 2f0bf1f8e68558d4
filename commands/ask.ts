/** A question with a yes or no, asked only where somebody can answer. */
import { createInterface } from 'node:readline';

/** Whether the user said yes. Without a terminal, with an empty answer or at the end of input: no. */
export async function agreed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  lines.on('SIGINT', () => process.emit('SIGINT'));
  try {
    const answer = await new Promise<string>(done => {
      lines.once('close', () => done(''));
      lines.question(`${question} [y/N] `, done);
    });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
