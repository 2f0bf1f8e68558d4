/** A real emerge beside a painter whose sources are spoilt again and again while it looks at them: emerge goes on as without it. */
import { appendFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noteReduced, quick } from '../../kit/environment.ts';
import { type Random, random } from '../../kit/random.ts';
import type { RootDeclaration } from '../../testbed/declaration.ts';
import { mutate, mutateJson, mutateText } from './fuzz/mutate.ts';
import { sample } from './fuzz/world.ts';
import {
  comparable,
  pictureRows,
  remaining,
  type Stage,
  since,
  sources,
  stage,
  wrapperTree,
} from './terminal/stage.ts';
import { pause, type Terminal, until } from './terminal/tmux.ts';

const seed = Number(process.env['TUMPLINE_TEST_SEED'] ?? 20261121);
const rounds = 2;
const declaration: RootDeclaration = {
  ebuilds: {
    'dev-libs/short-1': { RDEPEND: 'dev-libs/there', sleep: { configure: 0.4, compile: 0.8 } },
    'dev-libs/there-1': {},
  },
  installed: {
    'dev-libs/there-1': {},
    ...Object.fromEntries(['a', 'b', 'c'].map(name => [`app-misc/${name}-1`, { RDEPEND: 'dev-libs/there' }])),
  },
};
if (quick) noteReduced('fuzz: not beside a real emerge');

describe.skipIf(quick).each(sources)('%s', source => {
  let tree: string;
  let at: Stage;
  let terminal: Terminal;
  let number = 1;
  let inputs = 0;
  beforeAll(async () => {
    tree = await wrapperTree();
    at = await stage(tree, source, declaration);
    terminal = await at.open({ columns: 80, rows: 24 });
  });
  afterAll(() => {
    terminal?.close();
    at?.root.remove();
    rmSync(tree, { recursive: true, force: true });
  });

  const path = (name: string) => join(at.root.directory, name);

  async function run(line: string): Promise<string[]> {
    const before = number;
    await terminal.type(line);
    const prompt = await terminal.prompt(before, 50_000);
    expect(prompt.status).toBe(0);
    number = prompt.number;
    return comparable(await since(terminal, before));
  }

  function put(name: string, content: Buffer | string): void {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), content);
    inputs += 1;
  }

  /** What emerge itself reads only when it begins, and what it never reads. */
  function spoil(next: Random): void {
    const list = sample('mtimedb').replaceAll('/tmp/root', at.root.directory);
    put('var/cache/edb/mtimedb', mutateJson(next, list));
    put('etc/tumpline.conf', `${mutateText(next, sample('tumpline.conf'))}\n[emerge]\ngraph = yes\n`);
    put(
      `var/lib/tumpline/emerge/run-${next.below(3)}-7.json`,
      mutateJson(next, '{"schema": "tumpline.graph/1", "run": {}, "nodes": []}'),
    );
    put(`var/db/pkg/app-misc/${next.pick(['a', 'b', 'c'])}-1/HOMEPAGE`, mutate(next, 'https://example.org/'));
    mkdirSync(path('var/log'), { recursive: true });
    appendFileSync(path('var/log/emerge.log'), mutate(next, sample('emerge.log')));
    inputs += 1;
  }

  test('again and again', { timeout: 300_000 }, async () => {
    for (let round = 0; round < rounds; round += 1) {
      rmSync(path('var/cache/edb/mtimedb'), { force: true });
      const plain = await run('TUMPLINE=0 emerge --color=n --oneshot dev-libs/short');
      rmSync(path('var/cache/edb/mtimedb'), { force: true });
      const next = random(seed + round);
      let running = true;
      const wrapped = run('emerge --color=n --oneshot dev-libs/short').finally(() => {
        running = false;
      });
      // from when emerge has read what it reads
      await until('the list', () => readdirSync(path('var/cache/edb')).includes('mtimedb'));
      while (running) {
        spoil(next);
        await pause(next.below(60));
      }
      expect(await wrapped).toEqual(plain);
      const state = await terminal.state();
      expect([state.upper, state.lower, state.cursorShown]).toEqual([0, 23, true]);
      expect(pictureRows(await terminal.history())).toEqual([]);
      await until(
        'the end of all processes',
        () => remaining(at.root, [terminal.shell]).length === 0,
        15_000,
      );
      expect(at.debug().join('\n')).not.toMatch(/fault of our own/);
      expect(at.debug().join('\n')).toMatch(/painter: leaves/);
      rmSync(path('tmp/debug'), { force: true });
      rmSync(path('var/log/emerge.log'), { force: true });
    }
    console.log(`${source}: ${inputs} inputs beside ${rounds} merges`);
    expect(inputs).toBeGreaterThan(rounds * 20);
  });
});
