/** Logs as builds leave them. */
export const star = ' \x1b[31;01m*\x1b[0m';
export const death = (cpv: string, phase: string, message: string) =>
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
export const begun = (what: string) =>
  `${star} Package:    app-misc/a-1:0\n>>> Unpacking source...\n>>> Source unpacked in /build\n${what}`;

export const gcc = begun(`>>> Configuring source in /build ...
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

/** Tool, phase, what stands in the log before die's words, and the line to be quoted. */
export const short: [string, string, string, string][] = [
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
    'ninja without a rule',
    'compile',
    `>>> Compiling source in /build ...
ninja -v -j2 -l0
ninja: error: 'gone.c', needed by 'gone.o', missing and no known rule to make it`,
    "ninja: error: 'gone.c', needed by 'gone.o', missing and no known rule to make it",
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
