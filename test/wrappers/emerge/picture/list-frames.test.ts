import { expect, test } from 'vitest';
import type { NodeStatus } from '../../../../wrappers/emerge/picture/model.ts';
import { drawFrame } from '../../../../wrappers/emerge/picture/picture.ts';
import { plain, sampleInput, smallInput } from './sample.ts';

const building = (phase: string, elapsed: number): NodeStatus => ({ state: 'building', phase, elapsed });
const shown = (frame: string) => `\n${frame}\n`;

test('a narrow terminal: what is needed above, what waits below', () => {
  const curl = { curl: building('compile', 72) };
  expect(shown(plain(drawFrame(sampleInput(curl, { columns: 49, rows: 9 }))))).toMatchInlineSnapshot(`
    "
     ✔ nghttp2
     ┃ ✔ nghttp3
     ┃ ┃ ✔ brotli
     ┃ ┃ ┃ ✔ zstd
     ┃ ┃ ┃ ┃ ✔ libpsl
     ┗━┻━┻━┻━┻━● curl compile    1m12   holds 4
               ├─○ cmake
               ╰─◎ git
     17/29 done   1 running   0 failed   load 3.1
    "
  `);
  const ascii = { style: { unicode: false, color: false } };
  expect(shown(plain(drawFrame(sampleInput(curl, { columns: 49, rows: 9 }, ascii))))).toMatchInlineSnapshot(`
    "
     * nghttp2
     | * nghttp3
     | | * brotli
     | | | * zstd
     | | | | * libpsl
     +-+-+-+-+-# curl compile    1m12   holds 4
               +-o cmake
               +-@ git
     17/29 done   1 running   0 failed   load 3.1
    "
  `);
  const three = {
    nghttp2: building('compile', 72),
    libpsl: building('configure', 3),
    zstd: building('compile', 30),
  };
  expect(shown(plain(drawFrame(sampleInput(three, { columns: 56, rows: 9 }))))).toMatchInlineSnapshot(`
    "
     ✔ python-3.13.9
     ┠─✔ meson-1.9.1
     ┃ ┣━●   libpsl-0.21.5  configure  0m03   holds 5
     ┃ ┗━│━● zstd-1.5.7     compile    0m30   holds 6
     ┗━● │ │ nghttp2-1.67.1 compile    1m12   holds 6
     ◎─┤ │ │ nginx-1.29.2
       ╰─┴─├─○ curl-8.16.0
           ╰─○ libarchive-3.8.1
     14/29 done   3 running   0 failed   load 3.1
    "
  `);
});

test('many jobs: a row for each, or the longest-running and a count', () => {
  const jobs = ['nghttp3', 'brotli', 'zstd', 'libpsl', 'libuv', 'libarchive', 'jsoncpp', 'Error'];
  const running = Object.fromEntries(jobs.map((name, at) => [name, building('compile', at * 700)]));
  expect(shown(plain(drawFrame(sampleInput(running, { columns: 79, rows: 7 }))))).toMatchInlineSnapshot(`
    "
     ● libpsl-0.21.5    compile   35m00   holds 3
     ● libuv-1.51.0     compile   46m40   holds 2
     ● libarchive-3.8.1 compile   58m20   holds 2
     ● jsoncpp-1.9.6    compile    1h10   holds 2
     ● Error-0.170.290  compile    1h21   holds 1: git
       +3 more: nghttp3 brotli zstd
     15/29 done   8 running   0 failed   load 3.1   for git clang nginx
    "
  `);
  expect(shown(plain(drawFrame(sampleInput(running, { columns: 119, rows: 14 }))))).toMatchInlineSnapshot(`
    "
     ✔ perl-5.42.0
     ┃ ✔ meson-1.9.1
     ┃ ┣━●             jsoncpp-1.9.6    compile    1h10   holds 2
     ┗━┃━│━●           Error-0.170.290  compile    1h21   holds 1
       ┣━│━│━●         libpsl-0.21.5    compile   35m00   holds 3
       ┗━│━│━│━●       zstd-1.5.7       compile   23m20   holds 3
         │ │ │ ┡━●     libarchive-3.8.1 compile   58m20   holds 2
       ● │ │ │ │ │     libuv-1.51.0     compile   46m40   holds 2
       │ │ │ │ │ │ ●   brotli-1.1.0     compile   11m40   holds 3
       │ │ │ │ │ │ │ ● nghttp3-1.12.0   compile    0m00   holds 3
       │ │ │ ╰─┴─│─┴─┴─✔ curl-8.16.0
       ╰─┴─│─────┴─────├─✔ cmake-4.1.2
           ╰───────────┴─◎ git-2.51.2
     15/29 done   8 running   0 failed   load 3.1   for git clang nginx
    "
  `);
});

test('against the merge order dashed; built, failed, and merging have their marks', () => {
  const text = 'a: d\nb: a\nc: a\nd: b\ne: c';
  const states = new Map<string, NodeStatus>([
    ['cat/a-1', building('compile', 72)],
    ['cat/b-1', { state: 'merging', phase: 'preinst', elapsed: 3 }],
    ['cat/c-1', { state: 'failed' }],
  ]);
  expect(
    shown(plain(drawFrame(smallInput(text, 'a', { columns: 50, rows: 7 }, { states })))),
  ).toMatchInlineSnapshot(`
    "
     ●   a-1 compile    1m12   holds 2
     ┡━● b-1 preinst    0m03   holds 1
     ├╌┴─○ d-1
     ╰─✘ c-1
       ╰─◎ e-1

     0/5 done   1 running   0 failed   for e
    "
  `);
});

test('between few and many jobs the list stays until they are clearly few', () => {
  const jobs = ['nghttp3', 'brotli', 'zstd', 'libpsl', 'libuv', 'libarchive', 'jsoncpp'];
  const size = { columns: 99, rows: 10 };
  const some = (count: number) =>
    sampleInput(Object.fromEntries(jobs.slice(0, count).map(name => [name, building('compile', 9)])), size);
  expect(drawFrame(some(6)).list).toBeUndefined();
  const many = drawFrame(some(7));
  const six = drawFrame({ ...some(6), previous: many });
  const five = drawFrame({ ...some(5), previous: six });
  expect([many.list, six.list, five.list]).not.toContain(undefined);
  const four = drawFrame({ ...some(4), previous: five });
  expect(four.list).toBeUndefined();
  expect(drawFrame({ ...some(6), previous: four }).list).toBeUndefined();
});
