/** What a person would quote from a build log. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readBuildLog } from '../../../portage/files/build-log.ts';

const star = ' \x1b[31;01m*\x1b[0m';
const death = (cpv: string, phase: string, message: string) =>
  [
    `${star} ERROR: ${cpv}::gentoo failed (${phase} phase):`,
    `${star}   ${message}`,
    `${star} `,
    `${star} Call stack:`,
    `${star}     ebuild.sh, line  136:  Called src_${phase}`,
    `${star}   environment, line 1234:  Called die`,
    `${star} The specific snippet of code:`,
    `${star}       emake || die "${message}"`,
    `${star} `,
    `${star} If you need support, post the output of \`emerge --info '=${cpv}::gentoo'\`,`,
    `${star} The complete build log is located at '/var/log/portage/build/${cpv}:20261121-130000.log'.`,
    `${star} Working directory: '/var/tmp/portage/${cpv}/build'`,
    '',
  ].join('\n');
const begun = (what: string) =>
  `${star} Package:    app-misc/a-1:0\n>>> Unpacking source...\n>>> Source unpacked in /build\n${what}`;

const gcc = begun(`>>> Configuring source in /build ...
checking for gcc... x86_64-pc-linux-gnu-gcc
checking for error: function... no
configure: WARNING: unrecognized options: --disable-foo
>>> Source configured.
>>> Compiling source in /build ...
make -j4 
x86_64-pc-linux-gnu-gcc -O2 -Werror=format -c -o error.o error.c
x86_64-pc-linux-gnu-gcc -O2 -c -o main.o main.c
error.c:3:7: warning: unused variable 'error' [-Wunused-variable]
x86_64-pc-linux-gnu-gcc -O2 -c -o util.o util.c
main.c: In function 'main':
main.c:12:5: error: implicit declaration of function 'frobnicate' [-Wimplicit-function-declaration]
   12 |     frobnicate(1);
      |     ^~~~~~~~~~
x86_64-pc-linux-gnu-gcc -O2 -c -o last.o last.c
make: *** [Makefile:10: main.o] Error 1
make: *** Waiting for unfinished jobs....
${death('app-misc/a-1', 'compile', 'emake failed')}`);

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

const short: [string, string, string, string][] = [
  [
    'autoconf',
    'configure',
    `>>> Configuring source in /build ...
checking whether the C compiler works... yes
checking for zlib.h... no
configure: error: zlib is required

!!! Please attach the following file when seeking support:
!!! /build/config.log`,
    'configure: error: zlib is required',
  ],
  [
    'meson',
    'configure',
    `>>> Configuring source in /build ...
The Meson build system
Run-time dependency libfoo found: NO (tried pkgconfig and cmake)

../meson.build:31:10: ERROR: Dependency "libfoo" not found, tried pkgconfig and cmake

A full log can be found at /build/meson-logs/meson-log.txt`,
    '../meson.build:31:10: ERROR: Dependency "libfoo" not found, tried pkgconfig and cmake',
  ],
  [
    'cmake',
    'configure',
    `>>> Configuring source in /build ...
-- Looking for error_t - found
CMake Error at /usr/share/cmake/Modules/FindPackageHandleStandardArgs.cmake:233 (message):
  Could NOT find OpenSSL, try to set the path to OpenSSL root folder
Call Stack (most recent call first):
  CMakeLists.txt:10 (find_package)
-- Configuring incomplete, errors occurred!`,
    'CMake Error at /usr/share/cmake/Modules/FindPackageHandleStandardArgs.cmake:233 (message):',
  ],
  [
    'cargo',
    'compile',
    `>>> Compiling source in /build ...
   Compiling libc v0.2.150
error[E0308]: mismatched types
  --> src/main.rs:4:18
   |
4  |     let x: i32 = "a";
   |                  ^^^ expected \`i32\`, found \`&str\`

error: could not compile \`tool\` (bin "tool") due to 1 previous error`,
    'error[E0308]: mismatched types',
  ],
  [
    'python',
    'compile',
    `>>> Compiling source in /build ...
 * Building the wheel for a-1 via setuptools.build_meta:__legacy__
Traceback (most recent call last):
  File "/usr/lib/python3.13/site-packages/gpep517/__main__.py", line 7, in <module>
    sys.exit(main())
ModuleNotFoundError: No module named 'setuptools_scm'`,
    "ModuleNotFoundError: No module named 'setuptools_scm'",
  ],
  [
    'patch',
    'prepare',
    `>>> Preparing source in /build ...
 * Applying a-1-gcc15.patch ...
patching file src/main.c
Hunk #2 FAILED at 12.
1 out of 2 hunks FAILED -- saving rejects to file src/main.c.rej
 [ !! ]`,
    'Hunk #2 FAILED at 12.',
  ],
  [
    'automake tests',
    'test',
    `>>> Test phase: app-misc/a-1
PASS: errors
FAIL: numbers
# TOTAL: 2
# FAIL:  1`,
    'FAIL: numbers',
  ],
  [
    'out of memory',
    'compile',
    `>>> Compiling source in /build ...
x86_64-pc-linux-gnu-g++ -c big.cc
x86_64-pc-linux-gnu-g++: fatal error: Killed signal terminated program cc1plus
compilation terminated.
make: *** [Makefile:3: big.o] Error 1`,
    'x86_64-pc-linux-gnu-g++: fatal error: Killed signal terminated program cc1plus',
  ],
  [
    'a full disk',
    'install',
    `>>> Install app-misc/a-1 into /build/image
/usr/bin/install -c -m 644 a.h /build/image/usr/include
/usr/bin/install: error writing '/build/image/usr/include/a.h': No space left on device
make: *** [Makefile:9: install] Error 1`,
    "/usr/bin/install: error writing '/build/image/usr/include/a.h': No space left on device",
  ],
  [
    'go',
    'compile',
    `>>> Compiling source in /build ...
go build -ldflags= -o a
# example.org/a
./main.go:7:2: undefined: frobnicate`,
    './main.go:7:2: undefined: frobnicate',
  ],
  [
    'make without a rule',
    'compile',
    `>>> Compiling source in /build ...
make -j2 
make: [Makefile:3: clean] Error 1 (ignored)
make: *** No rule to make target 'nope.o', needed by 'tool'.  Stop.`,
    "make: *** No rule to make target 'nope.o', needed by 'tool'.  Stop.",
  ],
];

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
