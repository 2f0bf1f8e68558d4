/** Whatever a compiler is asked for: status, streams and files are those of the plain one. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Distccd, hasDistcc, startDistccd } from '../../kit/distccd.ts';
import { noteReduced, quick } from '../../kit/environment.ts';
import { makeWorkshop, type Workshop } from './workshop.ts';

if (!hasDistcc()) noteReduced('distcc: it is not on this machine');

let server: Distccd;
let shop: Workshop;
beforeAll(async () => {
  if (!hasDistcc()) return;
  server = await startDistccd();
  shop = await makeWorkshop(`${server.host}/4`);
});
afterAll(async () => {
  await server?.remove();
  shop?.remove();
});

const sources: Record<string, string> = {
  'good.c': 'int good(int x) { return x + 1; }\n',
  'main.c': 'int good(int x); int main(void) { return good(-1); }\n',
  'bad.c': 'int bad( {\n',
  'missing.c': 'int before(; \n#include "nowhere.h"\n',
  'error.c': '#error first\nint second(;\n#warning third\n',
  'warn.c': '#warning one\nint *warn(int x) { return x; }\n',
  'odd \'name\' "x" $y;.c': 'const char *text = TEXT;\n',
  'latin.c': 'int f(void) { return "\u00e4\u0001"; } /* \u00fc */\n',
  args: '-c good.c -o "from args.o"\n',
  'asm.s': '.globl nothing\nnothing:\n',
};

function files(): string[] {
  return readdirSync(shop.directory, { recursive: true, encoding: 'utf8' })
    .filter(name => !Object.hasOwn(sources, name) && statSync(join(shop.directory, name)).isFile())
    .sort()
    .map(
      name =>
        `${name} ${createHash('sha256')
          .update(readFileSync(join(shop.directory, name)))
          .digest('hex')}`,
    );
}

function clean(): void {
  rmSync(shop.directory, { recursive: true, force: true });
  mkdirSync(join(shop.directory, 'else where'), { recursive: true });
  shop.write(sources);
}
beforeEach(() => {
  if (hasDistcc()) clean();
});

/** words, and whether the server has a compile of it */
const calls: [string[], number, string?][] = [
  [['-c', 'good.c'], 1],
  [['-c', 'good.c', '-o', 'else where/good.o'], 1],
  [['-S', 'good.c'], 1],
  [['-c', '-MMD', '-MF', 'good.d', '-MT', 'x', 'good.c', '-o', 'good.o'], 1],
  [['-c', 'odd \'name\' "x" $y;.c', '-DTEXT="a b\\n\'$z`*"', '-o', 'odd.o'], 1],
  [['-c', 'bad.c'], 1],
  [['-c', 'error.c'], 0],
  [['-c', 'missing.c'], 0],
  [['-c', '@args'], 1],
  [['@args'], 1],
  [['-c', 'nofile.c'], 0],
  [['-c', 'good.c', '-o', 'no/such/directory/good.o'], 0],
  [['-c', 'good.c', 'main.c'], 0],
  [['-c', 'asm.s'], 0],
  [['good.c', 'main.c', '-o', 'program'], 0],
  [['-E', 'good.c'], 0],
  [['-M', 'good.c'], 0],
  [['-MM', 'warn.c'], 0],
  [['-c', '-march=native', 'good.c'], 0],
  [['-c', '-flto', 'good.c', '-frandom-seed=1'], 0],
  [['-c', '-g', '-gsplit-dwarf', 'good.c'], 0],
  [['-x', 'c', '-c', '-', '-o', 'in.o'], 0, 'int in;\n'],
  [['-c', '-x', 'c', 'good.c'], 0],
  [[], 0],
  [['--version'], 0],
  [['-v'], 0],
  [['-dumpmachine'], 0],
  [['-print-prog-name=ld'], 0],
  [['--no-such-option'], 0],
  [['-c'], 0],
];

describe.skipIf(!hasDistcc())('gcc', () => {
  // the lines that show the source are the one thing that a server cannot know
  test.each([[['-c', '-O2', '-Wall', 'warn.c', '-o', 'warn.o']], [['-c', 'latin.c']]])(
    '%j warns as with stock distcc',
    words => {
      const stock = shop.run(['distcc', 'gcc', ...words], { ...shop.plain, DISTCC_LOG: '/dev/null' });
      const made = files();
      clean();
      const guarded = shop.run(['gcc', ...words]);
      expect(stock.stderr).toContain('warning');
      expect([guarded.status, guarded.stderr, guarded.stdout]).toEqual([0, stock.stderr, stock.stdout]);
      expect(files()).toEqual(made);
    },
  );

  const some = quick ? calls.filter((_, index) => [4, 5].includes(index)) : calls;
  test.each(some)('%j', (words, remote, input = '') => {
    const plain = shop.run(['gcc', ...words], shop.plain, input);
    const made = files();
    clean();
    const before = server.compiled();
    const guarded = shop.run(['gcc', ...words], {}, input);
    expect([guarded.status, guarded.stderr, guarded.stdout]).toEqual([
      plain.status,
      plain.stderr,
      plain.stdout,
    ]);
    expect(files()).toEqual(made);
    expect(server.compiled() - before).toBe(remote);
    expect(shop.left()).toEqual([]);
  });
});
