/** `tumpline distcc explain`: where a file was compiled of late, and why. */
import { Fault } from '../system/fault.ts';
import { jsonDocument } from '../system/json.ts';
import { printable } from '../system/printable.ts';
import type { JournalLine } from '../wrappers/distcc/memory.ts';
import { flag, type Invocation } from './command.ts';
import { distccDesk } from './distcc-desk.ts';

function told({ result, host }: JournalLine): string {
  switch (result) {
    case 'remote':
      return `on ${host}`;
    case 'same':
      return `here: ${host} refused it, and so did the compiler here`;
    case 'difference':
      return `here: ${host} refused it, the compiler here did not end so`;
    case 'network':
      return `not on ${host}: it did not answer to the end`;
    case 'away':
      return `here: every host was kept away (${host})`;
    case 'busy':
      return `here: distcc itself passed over ${host}, which failed in the same second`;
    case 'preprocess':
      return 'here: it could not be preprocessed';
    case 'here':
      return 'here: distcc chose this machine';
    case 'unable':
      return `not on ${host}: this machine could not write what came back`;
    default:
      return result;
  }
}

function isAbout(line: JournalLine, file: string): boolean {
  return line.source === file || line.source.endsWith(`/${file}`) || file.endsWith(`/${line.source}`);
}

/** Exit status 1 when nothing is known of it. */
export async function distccExplain(invocation: Invocation): Promise<number> {
  const [file = ''] = invocation.positionals;
  const { memory, now } = await distccDesk(invocation);
  const lines = (memory?.journal ?? []).filter(line => isAbout(line, file)).slice(-20);
  if (lines.length === 0)
    throw new Fault('found', `${printable(file)}: no guarded compile in this hour and the one before`, {
      hint: 'tumpline distcc status',
    });
  if (flag(invocation, 'json')) {
    const compiles = lines.map(({ started, ended, ...rest }) => ({
      ago: (now - ended) / 100,
      seconds: (ended - started) / 100,
      ...rest,
    }));
    process.stdout.write(jsonDocument('tumpline.distcc.explain/1', { file, compiles }));
    return 0;
  }
  for (const line of lines) {
    const ago = `${Math.round((now - line.ended) / 100)} s ago`;
    const build = line.package === '' ? '' : ` (${line.package})`;
    process.stdout.write(printable(`${ago}: ${line.source}${build}: ${told(line)}`).concat('\n'));
  }
  return 0;
}
