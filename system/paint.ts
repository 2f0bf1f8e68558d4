/** Colour, on terminals only, and not where the user has refused it. */
import type { WriteStream } from 'node:tty';

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'set';
const codes: Record<Style, [number, number]> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  // package sets have a colour of their own
  set: [36, 39],
};

/** NO_COLOR (any text), and Portage's NOCOLOR (yes or true). */
function colourRefused(environment: NodeJS.ProcessEnv): boolean {
  return Boolean(environment['NO_COLOR']) || /^(yes|true|1)$/i.test(environment['NOCOLOR'] ?? '');
}

/** A function that paints words for this stream, or leaves them alone. */
export function painter(
  stream: Pick<WriteStream, 'isTTY'>,
  environment: NodeJS.ProcessEnv = process.env,
): (style: Style, text: string) => string {
  const on = stream.isTTY && !colourRefused(environment) && environment['TERM'] !== 'dumb';
  return (style, text) => (on ? `\u001b[${codes[style][0]}m${text}\u001b[${codes[style][1]}m` : text);
}
