/** Sixteen jobs at once: what each frame says is what the builds themselves and emerge.log say of that moment. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noteReduced, quick } from '../../../kit/environment.ts';
import { type Stage, sources, stage, statusRow, wrapperTree } from '../terminal/stage.ts';
import { pause } from '../terminal/tmux.ts';
import { expectTrue, kept, statesOf } from './kit.ts';

const jobs = 16;
/** Seconds by which a frame may be late: two between frames at most, and a machine with far more to do than it can. */
const lag = 8;

/** Says when it builds, and goes on once so many have said so. */
const together = (count: number) => `src_compile() {
	local begun
	echo "$EPOCHREALTIME $PN" >> "\${EPREFIX}/tmp/begun"
	for i in {1..600}; do
		mapfile -t begun < "\${EPREFIX}/tmp/begun"
		[[ \${#begun[@]} -ge ${count} ]] && break
		sleep 0.2
	done
	sleep 2
}`;

/** Each says when it builds; the first twenty need nothing, the others some of them. */
const names = Array.from({ length: 30 }, (_, number) => `p${String(number).padStart(2, '0')}`);
const ebuilds = Object.fromEntries(
  names.map((name, number) => [
    `app-misc/${name}-1`,
    {
      DEPEND: number < 20 ? '' : `app-misc/${names[number - 20]} app-misc/${names[number - 11]}`,
      phases: together(number < jobs ? jobs : 0),
    },
  ]),
);

interface Look {
  /** Epoch seconds just before and after the screen was read. */
  readonly from: number;
  readonly to: number;
  readonly rows: readonly string[];
}

/** Epoch seconds at which each package was built, and merged: emerge.log tells whole seconds. */
function timesOf({ root }: Stage): { begun: Map<string, number>; done: Map<string, number> } {
  const text = root.readText('tmp/begun') ?? '';
  const begun = text
    .split('\n')
    .filter(Boolean)
    .map(line => line.split(' '));
  const log = (root.readText('var/log/emerge.log') ?? '').split('\n');
  const done = log.flatMap(line => {
    const [, time, name] =
      /^(\d+): {2}::: completed emerge \(\d+ of \d+\) app-misc\/(\w+)-1 /.exec(line) ?? [];
    return name === undefined ? [] : [[name, Number(time)] as const];
  });
  return { begun: new Map(begun.map(([time, name]) => [name!, Number(time)])), done: new Map(done) };
}

/** What a frame says that cannot have been so between `lag` before it and now. */
function wrongIn({ from, to, rows }: Look, { begun, done }: ReturnType<typeof timesOf>): string[] {
  const wrong: string[] = [];
  const count = (times: ReadonlyMap<string, number>, until: number) =>
    [...times.values()].filter(time => time <= until).length;
  const status = rows.at(-1) ?? '';
  const [, merged = -1, total, running = -1, waits = 0, failed] = (
    /^ (\d+)\/(\d+) done {3}(\d+) running(?: {3}(\d+) to merge)? {3}(\d+) failed/.exec(status) ?? []
  ).map(Number);
  if (total !== names.length || failed !== 0) wrong.push(status);
  // a second that the log writes down may be nearly over
  if (merged > count(done, to) || merged < count(done, from - lag - 1)) wrong.push(`${merged} done`);
  // one of them may be merged, besides those that are built
  if (running > jobs + 1) wrong.push(`${running} running`);
  const least = count(begun, from - lag) - count(done, to);
  const most = names.length - count(done, from - lag - 1);
  if (running + waits < least || running + waits > most) wrong.push(`${running} + ${waits} begun`);
  for (const [, mark = '', name = ''] of rows.join('\n').matchAll(/([✔●◐○◎✘⊘]) (p\d\d)-1/g)) {
    const [start = Infinity, end = Infinity] = [begun.get(name), done.get(name)];
    if (mark === '✔' && end > to) wrong.push(`${name} is not merged yet`);
    if ('●◐'.includes(mark) && end + 1 < from - lag) wrong.push(`${name} was merged ${from - end} before`);
    if (mark === '◐' && start + 2 > to) wrong.push(`${name} is still built`);
    if ('○◎'.includes(mark) && start < from - lag) wrong.push(`${name} was begun ${from - start} before`);
    if ('✘⊘'.includes(mark)) wrong.push(`${mark} ${name}`);
  }
  return wrong.map(what => `${what}: ${status}`);
}

if (quick) noteReduced('no sixteen jobs at once');
describe.skipIf(quick)(`--jobs=${jobs} over ${names.length} packages`, () => {
  let tree: string;
  beforeAll(async () => {
    tree = await wrapperTree();
  });
  afterAll(() => rmSync(tree, { recursive: true, force: true }));

  // the socket counts for itself: the log is what may be misread
  test.each(sources.slice(-1))(
    'every frame is true: %s',
    async source => {
      const at = await stage(tree, source, { ebuilds });
      mkdirSync(join(at.root.directory, 'etc'), { recursive: true });
      writeFileSync(join(at.root.directory, 'etc/tumpline.conf'), '[graph]\nrows = 30\nnodes = 30\n');
      const terminal = await at.open({ columns: 120, rows: 55 });
      const looks: Look[] = [];
      try {
        // where Portage knows it: a small PORTAGE_TMPDIR is no reason for fewer jobs
        const free = '--jobs-tmpdir-require-free-gb=0';
        const unlimited = (await at.root.emerge([free, '--version'])).exitCode === 0 ? free : '';
        const output = join(at.root.directory, 'tmp/output');
        const words = `--jobs=${jobs} ${unlimited} --verbose --oneshot ${names.map(name => `app-misc/${name}`).join(' ')}`;
        await terminal.type(`emerge --color=n ${words}`);
        let over = false;
        const ended = terminal.prompt(1, 300_000).finally(() => {
          over = true;
        });
        ended.catch(() => {});
        while (!over) {
          const from = Date.now() / 1000;
          const rows = await terminal.screen();
          const to = Date.now() / 1000;
          if (statusRow.test(rows.at(-1) ?? '')) looks.push({ from, to, rows });
          await pause(250);
        }
        const { status } = await ended;
        writeFileSync(output, (await terminal.history()).join('\n'));
        const times = timesOf(at);
        expect(status).toBe(0);
        expect([...times.done.keys()].toSorted()).toEqual(names);
        expect(looks.length).toBeGreaterThan(20);
        expect(looks.flatMap(look => wrongIn(look, times))).toEqual([]);
        // they did run at once
        const atOnce = looks.map(({ rows }) => Number(/(\d+) running/.exec(rows.at(-1) ?? '')?.[1]));
        expect(Math.max(...atOnce)).toBeGreaterThanOrEqual(jobs);
        const [document] = kept(at.root);
        const log = (at.root.readText('var/log/emerge.log') ?? '').split('\n');
        expectTrue(at.root, { status, output: readFileSync(output, 'utf8'), log, kept: document });
        expect(new Set(Object.values(statesOf(document!)))).toEqual(new Set(['done']));
      } finally {
        terminal.close();
        at.root.remove();
      }
    },
    400_000,
  );
});
