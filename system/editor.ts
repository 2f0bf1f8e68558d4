/** The user's editor on a file, with the terminal: VISUAL, EDITOR, else the first of the usual ones. */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { splitShell } from '../portage/files/shell-words.ts';
import { Fault } from './fault.ts';
import { printable } from './printable.ts';

const usual = ['nano', 'vi', 'vim', 'ed'];

function inPath(program: string, path: string): boolean {
  return path.split(':').some(directory => {
    try {
      accessSync(join(directory || '.', program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Program and arguments: the words of the variable, never given to a shell. */
function editorWords(environment: NodeJS.ProcessEnv): string[] {
  const named = environment['VISUAL'] || environment['EDITOR'];
  if (named) {
    const words = splitShell(named);
    if (typeof words === 'string' || words.length === 0)
      throw new Fault('failed', `EDITOR: ${typeof words === 'string' ? words : 'names no program'}`, {
        hint: 'EDITOR=nano, then the same again',
      });
    return words;
  }
  const found = usual.find(program => inPath(program, environment['PATH'] ?? ''));
  if (found !== undefined) return [found];
  throw new Fault('missing', 'EDITOR: is not set, and no usual editor is there', {
    hint: 'emerge --ask app-editors/nano',
  });
}

/** Ends when the editor does. Fault: it cannot be started, or ends with a failure. */
export async function editFile(path: string, environment: NodeJS.ProcessEnv = process.env): Promise<void> {
  const [program = 'vi', ...args] = editorWords(environment);
  const child = spawn(program, [...args, path], { env: environment, stdio: 'inherit' });
  // Ctrl-C is the editor's
  const others = process.listeners('SIGINT');
  const ignore = () => undefined;
  process.removeAllListeners('SIGINT').on('SIGINT', ignore);
  try {
    await new Promise<void>((done, failed) => {
      child.once('error', cause =>
        failed(
          new Fault('missing', `${printable(program)}: cannot be started`, {
            hint: 'EDITOR=nano, then the same again',
            cause,
          }),
        ),
      );
      child.once('close', (code, signal) => {
        if (code === 0) done();
        else
          failed(
            new Fault(
              'failed',
              `${printable(program)}: ${signal ?? `exit status ${code}`}, nothing is changed`,
            ),
          );
      });
    });
  } finally {
    process.off('SIGINT', ignore);
    for (const listener of others) process.on('SIGINT', listener);
  }
}
