/** What is on the terminal while emerge runs, and when nothing may be. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { noteReduced, quick } from '../../../kit/environment.ts';
import {
  interrupt,
  picture,
  pictureRows,
  remaining,
  type Source,
  type Stage,
  sources,
  stage,
  statusRow,
  wrapperTree,
} from './stage.ts';
import { pause, type Size, type Terminal, until } from './tmux.ts';

const small: Size = { columns: 80, rows: 24 };
const long = 'emerge --color=n --oneshot app-misc/long';

let tree: string;
beforeAll(async () => {
  tree = await wrapperTree();
});
afterAll(() => rmSync(tree, { recursive: true, force: true }));
if (quick) noteReduced('terminal: what is shown is looked at with the status socket only');

describe.each(quick ? sources.slice(0, 1) : sources)('%s', source => {
  let at: Stage;
  const opened: Terminal[] = [];
  beforeAll(async () => {
    at = await stage(tree, source as Source);
  });
  afterEach(async () => {
    // closing the terminal hangs up on what runs in it
    const shells = opened.splice(0);
    for (const terminal of shells) terminal.close();
    const left = () => remaining(at.root, []);
    await until(
      'the end of all processes after a hangup',
      () => left().length === 0,
      20_000,
      async () => left().join('\n'),
    );
    rmSync(join(at.root.directory, 'etc/tumpline.conf'), { force: true });
    rmSync(join(at.root.directory, 'tmp/debug'), { force: true });
  });
  afterAll(() => at?.root.remove());

  async function open(size: Size, more: Readonly<Record<string, string>> = {}): Promise<Terminal> {
    const terminal = await at.open(size, more);
    opened.push(terminal);
    return terminal;
  }

  /** Rows of the picture, once the terminal stands still for a look. */
  async function region(terminal: Terminal): Promise<{ above: string[]; below: string[] }> {
    return until('a look at the region', async () => {
      const before = await terminal.state();
      const screen = await terminal.screen();
      const after = await terminal.state();
      if (before.lower !== after.lower || before.rows !== after.rows) return undefined;
      return { above: screen.slice(0, after.lower + 1), below: screen.slice(after.lower + 1) };
    });
  }

  test('the running package, its phases, the targets; always as high, and nothing of it among the output', async () => {
    const terminal = await open(small);
    await terminal.type('emerge --color=n --oneshot dev-libs/ground dev-libs/middle');
    await picture(terminal);
    const heights = new Set<number>();
    const phases = { ground: new Set<string>(), middle: new Set<string>() };
    const counts: string[] = [];
    const ended = terminal.prompt(1, 110_000);
    let edged = false;
    let running = true;
    ended
      .catch(() => {})
      .finally(() => {
        running = false;
      });
    while (running) {
      const { above, below } = await region(terminal);
      expect(pictureRows(above)).toEqual([]);
      if (below.length > 0) {
        heights.add(24 - (await terminal.state()).lower - 1);
        expect(below.at(-1)).toMatch(statusRow);
        expect(below.at(-1)).toMatch(/for ground middle$/);
        counts.push(below.at(-1)!.slice(0, 9));
        const text = below.join('\n');
        const [, name, phase] = /┃ (ground|middle)-1 +([a-z]+) +\d+m\d\d ┃/.exec(text) ?? [];
        if (name && phase) phases[name as 'ground'].add(phase);
        // the nodes come first, and from then on the edge is there
        const edge = /ground-1.*▸.*middle-1/.test(text);
        if (edged) expect(text).toMatch(/ground-1.*▸.*middle-1/);
        edged ||= edge;
      }
      await pause(60);
    }
    expect((await ended).status).toBe(0);
    expect(edged).toBe(true);
    heights.delete(0);
    expect([...heights]).toEqual([7]);
    for (const seen of Object.values(phases)) {
      expect([...seen]).toEqual(expect.arrayContaining(['compile', 'install']));
    }
    expect([...new Set(counts)].slice(0, 2)).toEqual([' 0/2 done', ' 1/2 done']);
    expect(pictureRows(await terminal.history())).toEqual([]);
  }, 120_000);

  test('follows every size, and goes away while there is no room', async () => {
    const terminal = await open(small);
    await terminal.type(long);
    await picture(terminal);
    for (const [columns, rows, shown] of [
      [110, 34, true],
      [80, 20, true],
      [60, 18, true],
      [60, 17, false],
      [100, 30, true],
      [49, 30, false],
      [200, 50, true],
      [80, 24, true],
    ] as const) {
      // tmux tells a second size only a quarter of a second after the first, but shows it at once
      await pause(400);
      await terminal.resize(columns, rows);
      let seen = '';
      await until(
        `the picture at ${columns}x${rows}`,
        async () => {
          const state = await terminal.state();
          const { above, below } = await region(terminal);
          seen = `${JSON.stringify(state)}\n${[...above, '-----', ...below].join('\n')}`;
          if (state.rows !== rows || pictureRows(above).length > 0) return false;
          if (!shown) return state.lower === rows - 1;
          return (
            statusRow.test(below.at(-1) ?? '') &&
            state.lower === rows - 1 - Math.min(10, Math.max(6, Math.floor(rows * 0.3)))
          );
        },
        15_000,
        async () => seen,
      );
    }
    expect((await interrupt(terminal, 1)).status).toBe(130);
    expect(pictureRows(await terminal.history())).toEqual([]);
  }, 120_000);

  test('a size that changed while the job was stopped counts after fg', async () => {
    const terminal = await open(small);
    await terminal.type(long);
    await picture(terminal);
    await terminal.key('C-z');
    await terminal.prompt(1, 15_000);
    await terminal.resize(100, 40);
    await terminal.type('fg');
    await until(
      'the picture in its new place',
      async () =>
        (await terminal.state()).lower === 29 && statusRow.test((await terminal.screen()).at(-1) ?? ''),
      20_000,
      async () =>
        JSON.stringify(
          [await terminal.state(), await terminal.history(), at.debug(), remaining(at.root, [])],
          undefined,
          1,
        ),
    );
    expect((await interrupt(terminal, 2)).status).toBe(130);
    expect(pictureRows(await terminal.history())).toEqual([]);
  }, 60_000);

  test('NO_COLOR: the same without colours; no UTF-8: the same in ASCII', async () => {
    const plain = await open(small, { NO_COLOR: '1', LC_ALL: 'C' });
    await plain.type('emerge --oneshot app-misc/long');
    await until('the picture', async () => statusRow.test((await plain.screen()).at(-1) ?? ''));
    const rows = (await plain.coloured()).slice((await plain.state()).lower + 1);
    expect(rows.join('\n')).toContain('long-1');
    expect(rows.join('\n')).not.toContain('\x1b');
    expect(rows.join('\n')).toMatch(/^[ -~\n]*$/);
    plain.close();
    await until('the end', () => remaining(at.root, []).length === 0);

    const coloured = await open(small);
    await coloured.type('emerge --oneshot app-misc/long');
    await picture(coloured);
    const shown = (await coloured.coloured()).slice((await coloured.state()).lower + 1);
    expect(shown.join('\n')).toContain('\x1b[3');
    expect(shown.join('\n')).toMatch(/┃.*long-1/);
  }, 60_000);

  test('[graph] rows, and [emerge] graph = no', async () => {
    mkdirSync(join(at.root.directory, 'etc'), { recursive: true });
    writeFileSync(join(at.root.directory, 'etc/tumpline.conf'), '[graph]\nrows = 9\n');
    const high = await open(small);
    await high.type(long);
    await picture(high);
    expect((await high.state()).lower).toBe(24 - 9 - 1);
    high.close();
    await until('the end', () => remaining(at.root, []).length === 0);

    writeFileSync(join(at.root.directory, 'etc/tumpline.conf'), '[emerge]\ngraph = no\n');
    const none = await open(small);
    await none.type(long);
    await until('the build', async () =>
      (await none.screen()).some(line => line.includes('Compiling source')),
    );
    expect((await none.state()).lower).toBe(23);
    expect(pictureRows(await none.history())).toEqual([]);
    expect(at.debug().join('\n')).toContain('graph = no');
  }, 60_000);

  test('no question of --ask stands above a region', async () => {
    const terminal = await open(small);
    await terminal.type('emerge --color=n --oneshot --ask app-misc/long');
    const asked = async () => (await terminal.screen()).some(line => line.includes('[Yes/No]'));
    await until('the question', asked);
    await until('the painter', () => remaining(at.root, []).some(line => line.includes('painter.cjs')));
    for (let look = 0; look < 10; look += 1) {
      expect((await terminal.state()).lower).toBe(23);
      await pause(100);
    }
    await terminal.type('yes');
    await picture(terminal);
    expect((await interrupt(terminal, 1)).status).toBe(130);
    await terminal.type('emerge --color=n --oneshot --ask app-misc/long');
    await until(
      'the question',
      async () => (await terminal.screen()).filter(line => line.includes('[Yes/No]')).length > 0,
    );
    await terminal.type('no');
    expect((await terminal.prompt(2)).status).toBe(130);
    expect(pictureRows(await terminal.history())).toEqual([]);
  }, 60_000);

  test('nothing is drawn for a job in the background', async () => {
    const terminal = await open(small);
    await terminal.type(`${long} &`);
    await until('the build', async () =>
      (await terminal.history()).some(line => line.includes('Compiling source')),
    );
    for (let look = 0; look < 5; look += 1) {
      expect((await terminal.state()).lower).toBe(23);
      await pause(100);
    }
    expect(remaining(at.root, []).filter(line => line.includes('painter.cjs'))).toEqual([]);
    expect(pictureRows(await terminal.history())).toEqual([]);
  }, 60_000);

  test('two emerges at once in one root: each shows its own, or nothing', async () => {
    const first = await open(small);
    const other = await open(small);
    await first.type(long);
    await picture(first);
    await other.type('emerge --color=n --oneshot app-misc/other');
    await until('the second build', async () =>
      (await other.screen()).some(line => line.includes('Compiling source')),
    );
    const own = source === 'status socket';
    if (own) await picture(other);
    else
      await until(
        'the end of what may be wrong',
        async () => (await first.state()).lower === 23,
        15_000,
        async () => at.debug().join('\n'),
      );
    for (let look = 0; look < 10; look += 1) {
      for (const [terminal, name, foreign] of [
        [first, 'long', 'other'],
        [other, 'other', 'long'],
      ] as const) {
        const { below } = await region(terminal);
        if (own) expect(below.join('\n'), at.debug().join('\n')).toContain(`┃ ${name}-1`);
        else expect(below).toEqual([]);
        expect(below.join('\n')).not.toContain(`${foreign}-1`);
      }
      await pause(100);
    }
    for (const terminal of [first, other]) {
      expect((await interrupt(terminal, 1)).status).toBe(130);
      expect((await terminal.state()).lower).toBe(23);
      expect(pictureRows(await terminal.history())).toEqual([]);
    }
  }, 90_000);
});
