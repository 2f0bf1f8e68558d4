import { expect, test } from 'vitest';
import { type NodeStatus, portagePalette } from '../../../../wrappers/emerge/picture/model.ts';
import { drawFrame } from '../../../../wrappers/emerge/picture/picture.ts';
import { renderText } from '../../../../wrappers/emerge/picture/text.ts';
import { readConnections } from './reading.ts';
import { cpvOf, plain, sampleInput, smallInput } from './sample.ts';

const building = (phase: string, elapsed: number): NodeStatus => ({ state: 'building', phase, elapsed });
const small = { columns: 80, rows: 8 };
const shown = (frame: string) => `\n${frame}\n`;

test('one running package of a real list', () => {
  const input = sampleInput({ curl: building('compile', 72) }, small);
  expect(shown(plain(drawFrame(input)))).toMatchInlineSnapshot(`
    "

     ✔ nghttp2-1.67.1 ━━━┓
     ✔ nghttp3-1.12.0 ━━━┫
     ✔ brotli-1.1.0 ━━━━━╋━━▸ ┃ curl-8.16.0 compile    1m12 ┃ ───┬──▸ ○ cmake-4.1.2
     ✔ zstd-1.5.7 ━━━━━━━┫                                       ╰──▸ ◎ git-2.51.2
     ✔ libpsl-0.21.5 ━━━━┛

     17/29 done   1 running   0 failed   load 3.1   for git clang nginx
    "
  `);
});

test('three running packages that share what they need and hold', () => {
  const running = {
    nghttp2: building('compile', 72),
    libpsl: building('configure', 3),
    zstd: building('compile', 30),
  };
  expect(shown(plain(drawFrame(sampleInput(running, small))))).toMatchInlineSnapshot(`
    "

                ┏━━━━━━━━━━━━━━┓                                 ╭──▸ ◎ nginx
                ┃              ┣━▸ ┃ nghttp2 compile    1m12 ┃ ──┴╮
     ✔ python ━━┩   ✔ c-ares ━━┛                                  ├─▸ ○ curl
                │              ┏━▸ ┃ libpsl  configure  0m03 ┃ ───┤
                ╰─▸ ✔ meson ━━━┫                                 ╭│─▸ ○ libarchive
                               ┗━▸ ┃ zstd    compile    0m30 ┃ ──┴╯
     14/29 done   3 running   0 failed   load 3.1   for git clang nginx
    "
  `);
  expect(shown(plain(drawFrame(sampleInput(running, { columns: 150, rows: 10 }))))).toMatchInlineSnapshot(`
    "


                                              ┏━━━━━━━━━━━━━━━━━━━━━━┓                                         ╭───▸ ◎ nginx-1.29.2
     ✔ expat-2.7.1 ────╮                      ┃                      ┣━━▸ ┃ nghttp2-1.67.1 compile    1m12 ┃ ──┴╮
                       ├──▸ ✔ python-3.13.9 ━━┩    ✔ c-ares-1.34.5 ━━┛                                          ├──▸ ○ curl-8.16.0 ─────────▸ ◎ git-2.51.2
     ✔ openssl-3.5.4 ──╯                      │                      ┏━━▸ ┃ libpsl-0.21.5  configure  0m03 ┃ ───┤
                                              ╰──▸ ✔ meson-1.9.1 ━━━━┫                                         ╭│──▸ ○ libarchive-3.8.1
                                                                     ┗━━▸ ┃ zstd-1.5.7     compile    0m30 ┃ ──┴╯

     14/29 done   3 running   0 failed   load 3.1   for git clang nginx
    "
  `);
  const ascii = { style: { unicode: false, color: false } };
  expect(shown(plain(drawFrame(sampleInput(running, small, ascii))))).toMatchInlineSnapshot(`
    "

                +--------------+                                 +--> @ nginx
                |              +-> [ nghttp2 compile    1m12 ] --++
     * python --+   * c-ares --+                                  +-> o curl
                |              +-> [ libpsl  configure  0m03 ] ---+
                +-> * meson ---+                                 +|-> o libarchive
                               +-> [ zstd    compile    0m30 ] --++
     14/29 done   3 running   0 failed   load 3.1   for git clang nginx
    "
  `);
});

test('two lines that meet without a common end keep apart', () => {
  const frame = drawFrame(smallInput('a\nb\nc: a\nd: a b', 'a b', small));
  expect([...readConnections(frame)].sort()).toEqual([
    'cat/a-1 -> cat/c-1',
    'cat/a-1 -> cat/d-1',
    'cat/b-1 -> cat/d-1',
  ]);
  expect(shown(plain(frame))).toMatchInlineSnapshot(`
    "



                                 ╭─────▸ ○ c-1
     ┃ a-1 compile    1m12 ┃ ────┴┬────▸ ◎ d-1
     ┃ b-1 compile    1m12 ┃ ─────╯

     0/4 done   2 running   0 failed   for d
    "
  `);
});

test('where all need all, one stroke says so', () => {
  const frame = drawFrame(smallInput('a\nb\nc\nd: a b c\ne: a b c', 'd e', small));
  expect(readConnections(frame).size).toBe(6);
  expect(shown(plain(frame))).toMatchInlineSnapshot(`
    "


     ○ a-1 ━━━━┓
     ○ b-1 ━━━━╋━━━━▸ ┃ d-1 compile    1m12 ┃
     ○ c-1 ━━━━┻━━━━▸ ┃ e-1 compile    1m12 ┃


     0/5 done   2 running   0 failed   for e
    "
  `);
});

test('a dependency against the merge order is dashed', () => {
  const frame = drawFrame(smallInput('a: d\nb: a\nc: a\nd: b', 'a', small));
  expect(shown(plain(frame))).toMatchInlineSnapshot(`
    "


                                 ╭────▸ ○ b-1 ────╮
     ┃ a-1 compile    1m12 ┃ ────┼╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌┴────▸ ◎ d-1
                                 ╰────▸ ○ c-1


     0/4 done   1 running   0 failed   for d
    "
  `);
});

test('more neighbours than rows are counted', () => {
  const many = Array.from({ length: 20 }, (_, at) => `n${at}`);
  const text = [
    ...many.slice(0, 9),
    `m: ${many.slice(0, 9).join(' ')}`,
    ...many.slice(9).map(name => `${name}: m`),
  ];
  const frame = drawFrame(smallInput(text.join('\n'), 'm', { columns: 80, rows: 7 }));
  expect(shown(plain(frame))).toMatchInlineSnapshot(`
    "
     ○ n0-1 ━━━━━━━┓
     ○ n1-1 ━━━━━━━┫                                  ╭────▸ ○ n9-1
     ○ n2-1 ━━━━━━━╋━━━━▸ ┃ m-1 compile    1m12 ┃ ────┼────▸ ○ n10-1
     ○ n3-1 ━━━━━━━┫                                  ├────▸ ○ n11-1
     ○ n4-1 ━━━━━━━┛                                  ╰────▸ ◎ n19-1
       +4 more                                                 +7 more
     0/21 done   1 running   0 failed   for n19
    "
  `);
});

test('installed neighbours stand in where the list has few, and are dim', () => {
  const node = (cpv: string) => ({ id: cpv, cpv, root: '/', type: 'installed' as const });
  const edge = (from: string, to: string) => ({ from, to, kinds: ['rdepend'] as const });
  const installed = {
    nodes: ['sys-libs/glibc-2.41', 'sys-libs/ncurses-6.5', 'app-shells/bash-5.3', 'sys-apps/less-1'].map(
      node,
    ),
    edges: [
      edge('cat/nano-1', 'sys-libs/glibc-2.41'),
      edge('cat/nano-1', 'sys-libs/ncurses-6.5'),
      edge('app-shells/bash-5.3', 'cat/nano-1'),
    ],
  };
  const input = smallInput('nano', 'nano', small, { installed });
  expect(shown(plain(drawFrame(input)))).toMatchInlineSnapshot(`
    "



     · glibc-2.41 ━━━━━┳━━━━▸ ┃ nano-1 compile    1m12 ┃ ────────▸ · bash-5.3
     · ncurses-6.5 ━━━━┛


     0/1 done   1 running   0 failed   for nano
    "
  `);
  const colored = drawFrame({ ...input, style: { unicode: true, color: true } }).lines.join('\n');
  expect(colored).toContain('\x1b[02m· glibc');
  expect(colored).toContain('\x1b[32;01mnano');
  const own = drawFrame({
    ...input,
    style: { unicode: true, color: true },
    palette: { ...portagePalette, installed: '35' },
  });
  expect(own.lines.join('\n')).toContain('\x1b[35m· glibc');
});

test('names: category, version and root where they are needed', () => {
  const nodes = ['dev-util/foo-1', 'dev-libs/foo-1', 'dev-lang/py-3.1', 'dev-lang/py-3.2-r1', 'a/end-1'];
  const input = smallInput('a\nb: a\nc: a\nd: a\ne: a b c d', 'a', small);
  const graph = {
    ...input.index.graph,
    nodes: input.index.graph.nodes.map((node, at) => ({
      ...node,
      cpv: nodes[at] ?? '',
      root: at === 4 ? '/mnt/' : '/',
    })),
  };
  const text = plain(
    drawFrame({ ...input, index: { ...input.index, graph }, size: { columns: 90, rows: 8 } }),
  );
  expect(shown(text)).toMatchInlineSnapshot(`
    "


                                            ╭────▸ ○ dev-libs/foo-1 ────╮
     ┃ dev-util/foo-1 compile    1m12 ┃ ────┼────▸ ○ py-3.1 ────────────┼────▸ ◎ end-1 (/mnt/)
                                            ╰────▸ ○ py-3.2-r1 ─────────╯


     0/5 done   1 running   0 failed   for end (/mnt/)
    "
  `);
});

test('text: around the targets, around a package, and with a failure', () => {
  const { size: _, style, ...input } = sampleInput({ openssl: { state: 'failed' } }, small);
  expect(style.color).toBe(false);
  expect(shown(renderText({ ...input, columns: 90 }))).toMatchInlineSnapshot(`
    "
                                                 ○ Error-0.170.290 ━━━━━━┓
                                                 ○ MailTools-2.220.0 ━━━━┫
                                             ╭─▸ ○ curl-8.16.0 ━━━━━━━━━━┫
     ○ c-ares-1.34.5 ──┬─▸ ○ nghttp2-1.67.1 ━┪   ○ Authen-SASL-2.180.0 ━━╋━▸ ┃ git-2.51.2   ┃
     ○ python-3.13.9 ─┬╯                     ┃   ○ libpcre2-10.46 ━━━━━━┳┛
                      │                      ┃                          ┗┳━▸ ┃ nginx-1.29.2 ┃
                      │                      ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
                      ╰────────────────────────▸ ○ llvm-21.1.4 ━━━━━━━━━━━━▸ ┃ clang-21.1.4 ┃

     6/29 done   0 running   1 failed   load 3.1   for git clang nginx

    "
  `);
  expect(shown(renderText({ ...input, focus: [cpvOf('python')], columns: 100 }))).toMatchInlineSnapshot(`
    "
     ✔ libffi-3.4.8 ──▸ ✔ expat-2.7.1 ━━━┳━▸ ┃ python-3.13.9 ┃ ─┬─▸ ○ ninja-1.13.1 ────▸ ○ meson-1.9.1
     ✔ perl-5.42.0 ───▸ ✘ openssl-3.5.4 ━┛                      ╰─▸ ○ nghttp2-1.67.1 ──▸ ◎ nginx-1.29.2

     6/29 done   0 running   1 failed   load 3.1   for git clang nginx

    "
  `);
  expect(renderText({ ...input, unicode: false })).toMatch(/^[\x20-\x7e\n]*$/);
});

test('degenerate sizes and empty lists are survived', () => {
  for (const rows of [0, 1, 2, 3]) {
    for (const columns of [1, 10, 60, 200]) {
      const frame = drawFrame(sampleInput({ curl: building('compile', 72) }, { columns, rows }));
      expect(frame.lines).toHaveLength(rows);
      for (const line of plain(frame).split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
    }
  }
  const empty = smallInput('a', 'a', small);
  const index = { ...empty.index, graph: { nodes: [], edges: [] }, position: new Map() };
  expect(drawFrame({ ...empty, index, states: new Map() }).lines).toHaveLength(small.rows);
});
