/** Runs the cases again and again, and looks at what the terminal holds when emerge is done. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noteReduced, quick } from '../../../kit/environment.ts';
import { random } from '../../../kit/random.ts';
import {
  asInterrupted,
  comparable,
  pictureRows,
  remaining,
  type Stage,
  since,
  stage,
  standsFree,
  wrapperTree,
} from './stage.ts';
import { type Case, cases, packages, prepare, type Scene, takeOrders } from './storm-cases.ts';
import { type Prompt, promptLine, type Terminal, until } from './tmux.ts';

const seed = Number(process.env['TUMPLINE_TEST_SEED'] ?? 20261121);
/** Times of each case. */
const rounds = Number(process.env['TUMPLINE_TEST_ROUNDS'] ?? 1);
const regionRows = 7;

/** What emerge alone prints and how long it takes, by the words behind it. */
interface Plain {
  readonly lines: string[];
  readonly status: number;
  readonly span: number;
}

/** Two jobs print in any order, and how busy the machine is. */
function printed(one: Case, lines: readonly string[]): string[] {
  const kept = comparable(lines.filter(line => !promptLine.test(line)));
  return one.words.includes('-j2') ? kept.filter(line => !line.startsWith('>>> Jobs:')).sort() : kept;
}

/**
 * Without empty lines, and without the one picture that a terminal may have kept when all was cleared. While `reset`
 * works, lines end without a carriage return.
 */
function withoutPicture(lines: readonly string[]): string[] {
  const kept = lines.map(line => line.trim()).filter(Boolean);
  const debris = pictureRows(kept);
  if (debris.length === 0) return kept;
  const first = kept.indexOf(debris[0]!);
  const last = kept.lastIndexOf(debris.at(-1)!);
  expect(last - first, kept.slice(first, last + 1).join('\n')).toBeLessThan(regionRows);
  return kept.toSpliced(first, last - first + 1);
}

/** What the right end of a row of the picture is. */
const pictureEnd = /([┃━╮╯─]|for chatty)$/;

/** Without what stands behind the lines that were printed over the picture: each of its rows is met once. */
function withoutTails(lines: readonly string[], wanted: readonly string[]): string[] {
  const tailed = (line: string, index: number) =>
    line.startsWith(wanted[index]!) && pictureEnd.test(line.slice(wanted[index]!.length));
  const first = lines.findIndex(tailed);
  return lines.map((line, index) =>
    index - first < regionRows && tailed(line, index) ? wanted[index]! : line,
  );
}

/** Where two texts part, and where they meet again. */
function difference(seen: readonly string[], wanted: readonly string[]): string {
  const first = seen.findIndex((line, index) => line !== wanted[index]);
  let last = 0;
  while (last < seen.length - first && seen.at(-1 - last) === wanted.at(-1 - last)) last += 1;
  const part = (lines: readonly string[]) => lines.slice(first, lines.length - last).join('\n');
  return `line ${first} is\n${part(seen)}\ninstead of\n${part(wanted)}`;
}

/** All cases in one kind of terminal; `forgets`: what is cleared does not scroll away. */
export function storms(kind: string, open: (at: Stage) => Promise<Terminal>, forgets: boolean): void {
  if (quick) noteReduced(`terminal: no storms in ${kind}`);
  describe.skipIf(quick)(kind, () => {
    const plains = new Map<string, Plain>();
    let tree: string;
    let at: Stage;
    let terminal: Terminal;
    let prompt: Prompt;
    let taker: Awaited<ReturnType<typeof takeOrders>>;
    beforeAll(async () => {
      tree = await wrapperTree();
      at = await stage(tree, 'status socket', packages);
    });
    afterAll(() => {
      terminal?.close();
      at?.root.remove();
      if (tree) rmSync(tree, { recursive: true, force: true });
    });

    const left = () => remaining(at.root, [terminal.shell, taker.pid]);

    async function run(line: string): Promise<Prompt> {
      await terminal.type(line);
      prompt = await terminal.prompt(prompt.number);
      return prompt;
    }

    /** The prompt, also where it was cleared. */
    async function ended(above: number): Promise<Prompt> {
      return until('the end', async () => {
        const found = await terminal.prompt(above, 2000).catch(() => undefined);
        if (found === undefined && left().length === 0) await terminal.key('Enter');
        return found;
      });
    }

    /** What emerge ended with, though keys that came late made more prompts. */
    async function firstPrompt(above: number): Promise<Prompt> {
      const line = (await since(terminal, above)).find(text => promptLine.test(text));
      const [, found, status] = promptLine.exec(line ?? '') ?? [];
      return { number: Number(found), status: Number(status) };
    }

    async function plain(one: Case, scene: Omit<Scene, 'above' | 'span'>): Promise<Plain> {
      const known = plains.get(one.words);
      if (known !== undefined) return known;
      const { number } = prompt;
      const began = Date.now();
      await terminal.type(`TUMPLINE=0 emerge --color=n ${one.words}`);
      await one.beside?.({ ...scene, above: number, span: 0 });
      prompt = await terminal.prompt(number);
      const lines = printed(one, await since(terminal, number));
      const found = { lines, status: prompt.status, span: Date.now() - began };
      plains.set(one.words, found);
      return found;
    }

    async function round(one: Case, scene: Scene, alone: Plain, what: string): Promise<void> {
      const number = scene.above;
      await terminal.type(`emerge --color=n ${one.words}`);
      const [end] = await Promise.all([ended(number), one.beside?.(scene), one.disturb?.(scene)]);
      prompt = await ended(number);
      if (one.interrupted) {
        const { status } = await asInterrupted(terminal, number, await firstPrompt(number));
        expect(status, `${what}\n${(await since(terminal, number)).join('\n')}`).toBe(130);
      } else expect(end.status, what).toBe(alone.status);
      const uncovered = forgets && one.uncovers === true;
      await standsFree(terminal, what, one.cleared, uncovered);
      const told = at.debug().join('\n');
      if (one.piped) expect(told, what).toBe('');
      // else nothing was tried
      else if (!one.interrupted) expect(told, what).toContain('screen: region of');
      rmSync(join(at.root.directory, 'tmp/debug'), { force: true });
      const empty = (text: string) => text === '' && forgets && one.narrows === true;
      const lines = printed(one, await since(terminal, number)).filter(line => !empty(line));
      if (one.cleared) {
        const seen = withoutPicture(lines);
        const all = withoutPicture(alone.lines);
        // what stood above is gone, maybe with half a line
        const rest = all.slice(all.length - seen.length);
        if (forgets && rest[0]?.endsWith(seen[0] ?? '')) seen[0] = rest[0];
        expect(seen, `${what}\n${difference(seen, all)}`).toEqual(forgets ? rest : all);
      } else if (one.interrupted) {
        // what the terminal echoes is lost when the next Ctrl-C empties its buffer
        const first = lines.findIndex(line => line.includes('^C') || line.startsWith('Exiting on signal'));
        expect(first, `${what}\n${lines.join('\n')}`).toBeGreaterThanOrEqual(0);
        const wanted = alone.lines.slice(0, first);
        const seen = lines.slice(0, first);
        expect(seen, `${what}\n${difference(seen, wanted)}\n${lines.join('\n')}`).toEqual(wanted);
      } else {
        const wanted = alone.lines.filter(line => !empty(line));
        const seen = uncovered && lines.length === wanted.length ? withoutTails(lines, wanted) : lines;
        expect(seen, `${what}\n${difference(seen, wanted)}`).toEqual(wanted);
      }
      await run('stty -a | cmp - before && echo as before');
      const screen = await terminal.screen();
      expect(screen.includes('as before'), `${what}: stty\n${screen.join('\n')}`).toBe(true);
      await until(
        `${what}: the end of all processes`,
        () => left().length === 0,
        10_000,
        async () => left().join('\n'),
      );
    }

    async function openFor(one: Case): Promise<void> {
      terminal = await open(at);
      prompt = await terminal.prompt(0);
      taker = await takeOrders(at, terminal);
      prompt = await terminal.prompt(prompt.number);
      await run(`${one.command ?? 'true'}; stty -a > before`);
    }

    async function leave(): Promise<void> {
      taker?.stop();
      terminal?.close();
      await until('the end of all processes after a hangup', () => remaining(at.root, []).length === 0);
    }

    test.each(cases.map(one => [one.name, one] as const))(
      '%s',
      { timeout: 60_000 * (rounds + 1) },
      async (_name, one) => {
        const place = cases.indexOf(one) * 1000 + (forgets ? 500 : 0);
        const failures: string[] = [];
        await openFor(one);
        for (let number = 0; number < rounds; number += 1) {
          const next = random(seed + place + number);
          prepare(at, next);
          const scene = { terminal, at, next, order: taker.order };
          const alone = await plain(one, scene);
          // what is waited for must not stand there yet
          await run('clear');
          const what = `round ${number} of ${one.name}, seed ${seed}`;
          try {
            await round(one, { ...scene, above: prompt.number, span: alone.span }, alone, what);
          } catch (error) {
            // those that follow are told as well
            failures.push(String(error));
            await leave();
            await openFor(one);
          }
        }
        await leave();
        expect(failures, `${failures.length} of ${rounds}:\n${failures.join('\n\n')}`).toEqual([]);
      },
    );
  });
}
