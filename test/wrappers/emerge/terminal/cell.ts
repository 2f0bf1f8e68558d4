/** Every way in which a run may end or be interrupted leaves the terminal as emerge alone would leave it. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quick } from '../../../kit/environment.ts';
import { random } from '../../../kit/random.ts';
import {
  comparable,
  interrupt,
  picture,
  processOf,
  remaining,
  type Source,
  type Stage,
  since,
  stage,
  standsFree,
  wrapperTree,
} from './stage.ts';
import { type Prompt, pause, type Size, type Terminal, until } from './tmux.ts';

const seed = Number(process.env['TUMPLINE_TEST_SEED'] ?? 20261121);
const times = quick ? 1 : 3;

/** All the interruptions, again and again in the same terminal. */
export function interruptions(size: Size, source: Source, wanted = true): void {
  describe.skipIf(!wanted)(`${size.columns} x ${size.rows}, ${source}`, () => cell(size, source));
}

function cell(size: Size, source: Source): void {
  let tree: string;
  let at: Stage;
  let terminal: Terminal;
  let prompt: Prompt;
  const next = random(seed + size.rows + source.length);

  beforeAll(async () => {
    tree = await wrapperTree();
    at = await stage(tree, source);
    terminal = await at.open(size);
    prompt = await terminal.prompt(0);
    await terminal.type('stty -a > before');
    prompt = await terminal.prompt(prompt.number);
  });
  afterAll(() => {
    terminal?.close();
    at?.root.remove();
    if (tree) rmSync(tree, { recursive: true, force: true });
  });

  async function run(line: string, timeout?: number): Promise<Prompt> {
    const before = prompt.number;
    await terminal.type(line);
    prompt = await terminal.prompt(before, timeout);
    return prompt;
  }

  /** Nothing of us is left: on the screen, in the terminal's state, among the processes. */
  async function expectClean(what: string): Promise<void> {
    await standsFree(terminal, what);
    await run('stty -a | cmp - before && echo as before');
    expect((await terminal.screen()).includes('as before'), `${what}: stty`).toBe(true);
    const left = () => remaining(at.root, [terminal.shell]);
    await until(
      `${what}: the end of all processes`,
      () => left().length === 0,
      10_000,
      async () => left().join('\n'),
    );
  }

  /** Starts a merge that goes on until it is ended, and waits for a random moment of it. */
  async function longRun(early: boolean): Promise<void> {
    await terminal.type('emerge --color=n app-misc/long');
    if (early) {
      await until('the painter', () => processOf(at.root, 'painter.cjs'));
      await pause(next.below(900));
    } else {
      await picture(terminal);
      await pause(next.below(1200));
    }
  }

  async function interrupted(): Promise<void> {
    await until('emerge', () => processOf(at.root, /bin\/emerge /));
    const start = prompt.number;
    prompt = await interrupt(terminal, start);
    expect(prompt.status, (await since(terminal, start)).join('\n')).toBe(130);
  }

  test('a run to its end and a failing build print what emerge alone prints', {
    timeout: 240_000,
  }, async () => {
    for (const [targets, status] of [
      ['dev-libs/ground dev-libs/middle', 0],
      ['app-misc/broken', 1],
    ] as const) {
      const start = prompt.number;
      await run(`TUMPLINE=0 emerge --color=n --oneshot ${targets}`);
      expect(prompt.status).toBe(status);
      const plain = comparable(await since(terminal, start));
      const second = prompt.number;
      await terminal.type(`emerge --color=n --oneshot ${targets}`);
      const row = await picture(terminal);
      expect(row).toMatch(/running {3}0 failed/);
      prompt = await terminal.prompt(second);
      expect(prompt.status).toBe(status);
      expect(comparable(await since(terminal, second))).toEqual(plain);
      await expectClean(targets);
    }
  });

  test('Ctrl-C', { timeout: 240_000 }, async () => {
    for (let round = 0; round < times; round += 1) {
      await longRun(round % 3 === 2);
      await interrupted();
      await expectClean(`Ctrl-C ${round}`);
    }
  });

  test('Ctrl-Z, then fg, or bg and fg', { timeout: 240_000 }, async () => {
    await longRun(false);
    for (let round = 0; round < times + 1; round += 1) {
      await pause(next.below(800));
      const before = prompt.number;
      await terminal.key('C-z');
      prompt = await terminal.prompt(before);
      expect(prompt.status).toBe(148);
      await standsFree(terminal, `Ctrl-Z ${round}`);
      if (round % 2 === 1) {
        await run('bg');
        await pause(next.below(700));
        const shown = await terminal.state();
        expect(shown.lower, 'in the background').toBe(shown.rows - 1);
      }
      await terminal.type('fg');
      await picture(terminal);
      expect((await terminal.state()).lower).toBeLessThan(size.rows - 1);
    }
    // a stop and a fg that come faster than anybody can follow
    await terminal.key('C-z');
    await terminal.type('fg');
    prompt = await terminal.prompt(prompt.number);
    await picture(terminal);
    await interrupted();
    await expectClean('Ctrl-Z');
  });

  test('kill -9 of the painter', { timeout: 240_000 }, async () => {
    for (let round = 0; round < times; round += 1) {
      await longRun(round % 3 === 2);
      process.kill(
        await until('the painter', () => processOf(at.root, /^\d+ node .*painter\.cjs/)),
        'SIGKILL',
      );
      await standsFree(terminal, `painter ${round}`);
      await interrupted();
      await expectClean(`painter ${round}`);
    }
  });

  test('kill -9 of the parent', { timeout: 240_000 }, async () => {
    for (let round = 0; round < times; round += 1) {
      await longRun(round % 3 === 2);
      const before = prompt.number;
      const parent = await until('the parent', () => {
        const painter = processOf(at.root, /^\d+ node .*painter\.cjs/);
        if (painter === undefined) return undefined;
        return Number(
          /--parent (\d+)/.exec(
            readFileSync(`/proc/${painter}/cmdline`, 'latin1').replaceAll('\0', ' '),
          )?.[1],
        );
      });
      process.kill(parent, 'SIGKILL');
      prompt = await terminal.prompt(before);
      expect(prompt.status).toBe(137);
      await standsFree(terminal, `parent ${round}`);
      await until('the end of the painter', () => processOf(at.root, 'painter.cjs') === undefined);
      // emerge is left alone
      expect(processOf(at.root, /bin\/emerge /)).toBeDefined();
      await until('the end of the guard', () => processOf(at.root, 'live.sh') === undefined);
      // a build that is just about to start does not hear of the first
      let left: unknown[] = [];
      const patience = Date.now() + 15_000;
      await until('the end of emerge', async () => {
        try {
          process.kill(-parent, Date.now() > patience ? 'SIGKILL' : 'SIGTERM');
        } catch {
          // all are gone
        }
        await pause(500);
        left = remaining(at.root, [terminal.shell]);
        return left.length === 0;
      }).catch((error: unknown) => {
        throw new Error(`${error}: ${JSON.stringify(left)}`);
      });
      await expectClean(`parent ${round}`);
    }
  });

  test('afterwards the last row is reached', async () => {
    await run('seq -f "row %g" 1 120');
    const screen = await terminal.screen();
    const rows = Array.from({ length: size.rows - 1 }, (_, index) => `row ${120 - size.rows + 2 + index}`);
    expect(screen).toEqual([...rows, `<${prompt.number}:0>`]);
    expect(readFileSync(join(at.root.directory, 'tmp/debug'), 'utf8')).not.toMatch(
      /fault of our own|\bat .*painter\.cjs/,
    );
  });
}
