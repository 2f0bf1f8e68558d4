import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasMargins, stringCapability } from '../../system/terminfo.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tumpline-terminfo-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Makes an entry as ncurses does. */
function compile(name: string, capabilities: string): string {
  const source = join(folder, `${name}.ti`);
  writeFileSync(source, `${name}|for a test,\n\tam, cols#80, ${capabilities},\n`);
  execFileSync('tic', ['-o', folder, source], { stdio: 'pipe' });
  return join(folder, name[0]!, name);
}

const full = String.raw`csr=\E[%i%p1%d;%p2%dr, rc=\E8, sc=\E7`;

test('the strings of an entry, in both forms of number', () => {
  const short = readFileSync(compile('short', full));
  const long = readFileSync(compile('wide', `${full}, pairs#70000`));
  expect([short.readUInt16LE(0), long.readUInt16LE(0)]).toEqual([0o432, 0o1036]);
  for (const entry of [short, long]) {
    expect(stringCapability(entry, 3)).toBe('\x1b[%i%p1%d;%p2%dr');
    expect(stringCapability(entry, 126)).toBe('\x1b8');
    expect(stringCapability(entry, 128)).toBe('\x1b7');
    expect(stringCapability(entry, 5)).toBeUndefined();
    expect(stringCapability(entry, 9999)).toBeUndefined();
    for (let cut = 0; cut < entry.length; cut += 7)
      expect(() => stringCapability(entry.subarray(0, cut), 128)).not.toThrow();
  }
});

describe('margins', () => {
  test.each([
    ['all three', 'mfull', full, true],
    ['none', 'mnone', 'clear=\\E[H\\E[J', false],
    ['of another kind', 'mother', String.raw`csr=\E[%p1%d;%p2%dz, rc=\E8, sc=\E7`, false],
    ['but the cursor is not saved', 'msaved', String.raw`csr=\E[%i%p1%d;%p2%dr`, false],
  ])('%s', (_what, name, capabilities, has) => {
    compile(name, capabilities);
    expect(hasMargins({ TERM: name, TERMINFO: folder })).toBe(has);
    expect(hasMargins({ TERM: name, TERMINFO_DIRS: `/nowhere:${folder}` })).toBe(has);
  });

  test.each([
    ['xterm-256color', true],
    ['screen-256color', true],
    ['tmux-256color', true],
    ['linux', true],
    ['vt100', true],
    ['ansi', false],
    ['dumb', false],
    ['xterm-of-nobody', true],
    ['of-nobody', false],
    ['../xterm', false],
    ['', false],
  ])('of %s on this machine: %s', (term, has) => {
    expect(hasMargins({ TERM: term })).toBe(has);
  });
});
