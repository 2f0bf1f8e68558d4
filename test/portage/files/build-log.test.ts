/** What a person would quote from a build log. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readBuildLog } from '../../../portage/files/build-log.ts';
import { begun, death, gcc, short, star } from './build-log-texts.ts';

test('gcc under make -j, with noise of earlier phases and of other jobs', () => {
  expect(readBuildLog(gcc)).toEqual({
    phase: 'compile',
    lines: [
      "main.c: In function 'main':",
      "main.c:12:5: error: implicit declaration of function 'frobnicate' [-Wimplicit-function-declaration]",
      '   12 |     frobnicate(1);',
      '      |     ^~~~~~~~~~',
      'make: *** [Makefile:10: main.o] Error 1',
      ' * ERROR: app-misc/a-1::gentoo failed (compile phase):',
      ' *   emake failed',
    ],
  });
});

test('colours, progress bars and titles of the tools are gone', () => {
  const coloured = gcc
    .replace(
      'main.c:12:5: error:',
      '\x1b]0;building\x07\x1b[01m\x1b[Kmain.c:12:5:\x1b[m\x1b[K \x1b[01;31m\x1b[Kerror: \x1b[m\x1b[K',
    )
    .replace('error:  ', 'error: ')
    .replaceAll('\n', '\r\n')
    .replace('make -j4', ' 10%\r 50%\r100%\rmake -j4');
  expect(
    readBuildLog(coloured).lines.map(line => line.replace('error:  implicit', 'error: implicit')),
  ).toEqual(readBuildLog(gcc).lines);
});

test('the linker', () => {
  const log = begun(`>>> Compiling source in /build ...
x86_64-pc-linux-gnu-gcc -o tool main.o -lz
/usr/lib/gcc/x86_64-pc-linux-gnu/14/../../../../x86_64-pc-linux-gnu/bin/ld: main.o: in function \`main':
main.c:(.text.startup+0x1c): undefined reference to \`inflateInit2_'
/usr/lib/gcc/x86_64-pc-linux-gnu/14/../../../../x86_64-pc-linux-gnu/bin/ld: main.c:(.text.startup+0x2c): undefined reference to \`inflate'
collect2: error: ld returned 1 exit status
make[2]: *** [Makefile:520: tool] Error 1
make[1]: *** [Makefile:390: all-recursive] Error 1
make: *** [Makefile:300: all] Error 2
${death('app-misc/a-1', 'compile', 'emake failed')}`);
  const { lines } = readBuildLog(log);
  expect(lines).toContain("main.c:(.text.startup+0x1c): undefined reference to `inflateInit2_'");
  expect(lines).toContain('collect2: error: ld returned 1 exit status');
  expect(lines.filter(line => line.includes('make'))).toEqual([' *   emake failed']);
});

test('ninja names the target first', () => {
  const log = begun(`>>> Compiling source in /build/a-1 ...
ninja -v -j4 -l0
[1/3] /usr/bin/x86_64-pc-linux-gnu-g++ -O2 -c ../a.cc
[2/3] /usr/bin/x86_64-pc-linux-gnu-g++ -O2 -c ../b.cc
FAILED: [code=1] src/CMakeFiles/tool.dir/b.cc.o 
/usr/bin/x86_64-pc-linux-gnu-g++ -O2 -c ../b.cc
../b.cc:7:10: fatal error: boost/asio.hpp: No such file or directory
    7 | #include <boost/asio.hpp>
      |          ^~~~~~~~~~~~~~~~
compilation terminated.
[3/3] /usr/bin/x86_64-pc-linux-gnu-g++ -O2 -c ../c.cc
ninja: build stopped: subcommand failed.
${death('app-misc/a-1', 'compile', 'ninja -v -j4 -l0 failed')}`);
  expect(readBuildLog(log).lines.slice(0, 2)).toEqual([
    'FAILED: [code=1] src/CMakeFiles/tool.dir/b.cc.o',
    '../b.cc:7:10: fatal error: boost/asio.hpp: No such file or directory',
  ]);
});

test.each(short)('%s', (_tool, phase, text, expected) => {
  const found = readBuildLog(`${begun(text)}\n${death('app-misc/a-1', phase, `${phase} failed`)}`);
  expect(found.phase).toBe(phase);
  expect(found.lines.length).toBeLessThanOrEqual(8);
  const words = found.lines.filter(line => !line.startsWith(' * ') && !/^FAILED|^make:/.test(line));
  expect([...words, ...found.lines]).toContain(expected);
  expect(found.lines.indexOf(expected)).toBeLessThan(2);
  expect(found.lines.slice(-2)).toEqual([
    ` * ERROR: app-misc/a-1::gentoo failed (${phase} phase):`,
    ` *   ${phase} failed`,
  ]);
});

test('what Portage tells of the steps that went well explains nothing', () => {
  const log = begun(`>>> Install app-misc/a-1 into /build/image
>>> Completed installing app-misc/a-1 into /build/image

${star} Final size of build directory: 0 KiB
${star} Final size of installed tree:  0 KiB
${death('app-misc/a-1', 'preinst', 'no')}`);
  expect(readBuildLog(log)).toEqual({
    phase: 'preinst',
    lines: [' * ERROR: app-misc/a-1::gentoo failed (preinst phase):', ' *   no'],
  });
});

test('a file that cannot be fetched', () => {
  const log = `>>> Downloading 'https://example.org/a-1.tar.gz'
a-1.tar.gz: 404 Not Found
!!! Couldn't download 'a-1.tar.gz'. Aborting.
`;
  expect(readBuildLog(log)).toEqual({
    phase: 'fetch',
    lines: ["!!! Couldn't download 'a-1.tar.gz'. Aborting."],
  });
});

test('no tool said anything: the last lines before the death', () => {
  const log = begun(
    `>>> Compiling source in /build ...\none\ntwo\n${death('app-misc/a-1', 'compile', 'no luck')}`,
  );
  expect(readBuildLog(log).lines).toEqual([
    'one',
    'two',
    ' * ERROR: app-misc/a-1::gentoo failed (compile phase):',
    ' *   no luck',
  ]);
});

test('a tool that nobody knows speaks before make does', () => {
  const log = begun(`>>> Compiling source in /build ...
frob a.frob
frob: the moon is not full
make: *** [Makefile:1: a.out] Error 3
${death('app-misc/a-1', 'compile', 'emake failed')}`);
  expect(readBuildLog(log).lines.slice(-4)).toEqual([
    'frob: the moon is not full',
    'make: *** [Makefile:1: a.out] Error 3',
    ' * ERROR: app-misc/a-1::gentoo failed (compile phase):',
    ' *   emake failed',
  ]);
});

test('no death at all: the last words', () => {
  const log = `${Array.from({ length: 30 }, (_, at) => `line ${at}`).join('\n')}\n`;
  expect(readBuildLog(log)).toEqual({ lines: Array.from({ length: 8 }, (_, at) => `line ${at + 22}`) });
  expect(readBuildLog('')).toEqual({ lines: [] });
});

test('a flood of errors leaves room for the first one and for who passed it on', () => {
  const flood = Array.from({ length: 500 }, (_, at) => `x.c:${at}:1: error: number ${at}`).join('\n');
  const log = begun(
    `>>> Compiling source in /build ...\n${flood}\nmake: *** [Makefile:1: x.o] Error 1\n${death('a/b-1', 'compile', 'emake failed')}`,
  );
  const { lines } = readBuildLog(log);
  expect(lines.length).toBe(8);
  expect(lines[0]).toMatch(/error: number \d+$/);
  expect(lines).toContain('make: *** [Makefile:1: x.o] Error 1');
});

test('any text gives at most eight lines of it', () => {
  const pieces = fc.constantFrom(
    'error: x',
    ' * ERROR: a/b-1::g failed (compile phase):',
    ' *   why',
    'make: *** [x] Error 1',
    '>>> Compiling source in /x',
    '\x1b[31m',
    '\r',
    '  detail',
    '',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 60 }), parts => {
      const { lines } = readBuildLog(parts.join('\n'));
      expect(lines.length).toBeLessThanOrEqual(8);
      expect(lines.every(line => !line.includes('\n') && line.trim() !== '')).toBe(true);
    }),
  );
});
