/** Questions, asked only where somebody can answer. */
import { createInterface } from 'node:readline';

/** Whether the user said yes. Without a terminal, with an empty answer or at the end of input: no. */
export async function agreed(question: string): Promise<boolean> {
  return /^y(es)?$/i.test((await answerTo(`${question} [y/N] `, () => true)) ?? '');
}

/** One of the letters, asked for until it is one; undefined without a terminal or at the end of input. */
export async function chosen(question: string, letters: readonly string[]): Promise<string | undefined> {
  const answer = await answerTo(`${question} [${letters.join('/')}] `, one => letters.includes(one));
  return answer?.toLowerCase();
}

async function answerTo(question: string, accepts: (answer: string) => boolean): Promise<string | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  lines.on('SIGINT', () => process.emit('SIGINT'));
  try {
    return await new Promise<string | undefined>(done => {
      lines.once('close', () => done(undefined));
      const ask = () =>
        lines.question(question, answer => {
          const said = answer.trim();
          if (accepts(said.toLowerCase())) done(said);
          else ask();
        });
      ask();
    });
  } finally {
    lines.close();
  }
}
