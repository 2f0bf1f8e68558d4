/** A second terminal for tests: xterm's emulator without a screen, with an interactive bash in it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Terminal as Emulator, type IBuffer } from '@xterm/headless';
import { python } from '../../../kit/environment.ts';
import { promptIn, type Size, type Terminal, trimmed } from './tmux.ts';

/** What has no public name: margins, and whether the cursor is shown. */
interface Inner {
  readonly _bufferService: { readonly buffer: { readonly scrollTop: number; readonly scrollBottom: number } };
  readonly coreService: { readonly isCursorHidden: boolean };
}

const keys: Readonly<Record<string, string>> = {
  Enter: '\r',
  Space: ' ',
  'C-c': '\x03',
  'C-q': '\x11',
  'C-s': '\x13',
  'C-z': '\x1a',
};

/** Rows from `first` on; with `joined`, those that were wrapped are one line. */
function rowsOf(buffer: IBuffer, first: number, joined: boolean): string[] {
  const rows: string[] = [];
  for (let at = first; at < buffer.length; at += 1) {
    const line = buffer.getLine(at);
    const wraps = joined && buffer.getLine(at + 1)?.isWrapped === true;
    const text = line?.translateToString(!wraps) ?? '';
    if (joined && line?.isWrapped && rows.length > 0) rows.push(`${rows.pop()}${text}`);
    else rows.push(text);
  }
  return trimmed(rows);
}

export async function openXterm(
  size: Size,
  environment: Readonly<Record<string, string>>,
  cwd: string,
): Promise<Terminal> {
  const emulator = new Emulator({
    cols: size.columns,
    rows: size.rows,
    scrollback: 50_000,
    allowProposedApi: true,
  });
  const { _core: inner } = emulator as unknown as { readonly _core: Inner };
  const child = spawn(python, ['-SB', join(import.meta.dirname, 'emulated.py')]);
  const say = (what: object) => child.stdin.write(`${JSON.stringify(what)}\n`);
  child.stdin.on('error', () => {});
  child.stdout.on('data', (piece: Buffer) => emulator.write(piece));
  emulator.onData(text => say({ text }));
  const env = { ...environment, TERM: 'xterm-256color', PS1: '<\\#:$?> ' };
  say({ argv: ['bash', '--noprofile', '--norc', '-i'], env, cwd, ...size });
  const told = await new Promise<string>(resolve =>
    child.stderr.setEncoding('utf8').once('data', (text: string) => resolve(text)),
  );
  const { pid, device } = JSON.parse(told) as { pid: number; device: string };
  /** All that was read so far is in the buffer. */
  const settled = () => new Promise<void>(resolve => emulator.write('', resolve));
  const history = async () => {
    await settled();
    return rowsOf(emulator.buffer.normal, 0, true);
  };

  const terminal: Terminal = {
    shell: pid,
    device,
    async type(line) {
      say({ text: `${line}\r` });
    },
    async key(name) {
      say({ text: keys[name] ?? name });
    },
    async screen() {
      await settled();
      return rowsOf(emulator.buffer.active, emulator.buffer.active.baseY, false);
    },
    coloured() {
      throw new Error('colours are looked at in tmux');
    },
    history,
    async state() {
      await settled();
      const { scrollTop, scrollBottom } = inner._bufferService.buffer;
      return {
        upper: scrollTop,
        lower: scrollBottom,
        cursorShown: !inner.coreService.isCursorHidden,
        x: emulator.buffer.active.cursorX,
        y: emulator.buffer.active.cursorY,
        rows: emulator.rows,
        columns: emulator.cols,
      };
    },
    async resize(columns, rows) {
      emulator.resize(columns, rows);
      say({ rows, columns });
    },
    prompt: (above, timeout) => promptIn(history, above, timeout),
    close() {
      child.stdin.end();
      emulator.dispose();
    },
  };
  await terminal.prompt(0);
  return terminal;
}
