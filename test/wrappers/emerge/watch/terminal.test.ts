/** A plain emerge in a terminal of its own, watched from another one: it is not touched, and the terminal is given back. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { builtTree } from '../../../commands/built.ts';
import { noteReduced, quick, emerge as realEmerge } from '../../../kit/environment.ts';
import type { RootDeclaration } from '../../../testbed/declaration.ts';
import { makeRoot, type Root } from '../../../testbed/root.ts';
import { comparable, processOf, sources } from '../terminal/stage.ts';
import { openTerminal, type Terminal, until } from '../terminal/tmux.ts';

const chatter = [
  'src_compile() {',
  '\tfor i in {1..400}; do',
  '\t\techo "chatter line $i"',
  `\t\t[[ -e ${'$'}{EPREFIX}/tmp/go ]] && return`,
  '\t\tsleep 0.1',
  '\tdone',
  '}',
].join('\n');

const declaration: RootDeclaration = {
  ebuilds: {
    'dev-libs/ground-1': {
      phases: "src_compile() { printf 'raw \\033[2J\\033[?1049l\\033]0;x\\007end\\n'; }",
    },
    'dev-libs/middle-1': { DEPEND: 'dev-libs/ground', RDEPEND: 'dev-libs/ground', phases: chatter },
    'app-misc/tower-1': { DEPEND: 'dev-libs/middle', RDEPEND: 'dev-libs/middle' },
    'dev-libs/other-1': { phases: chatter },
    'app-misc/broken-1': { DEPEND: 'dev-libs/middle', fail: 'compile' },
  },
};

let tree: string;
beforeAll(async () => {
  tree = await builtTree();
});

if (quick) noteReduced('watch: one source, and not every way to leave');
const thorough = test.skipIf(quick);

describe.each(sources.slice(0, quick ? 1 : 2))('%s', source => {
  let root: Root;
  let terminal: Terminal;
  let running: ReturnType<Root['start']> | undefined;
  let number = 0;

  beforeAll(async () => {
    root = await makeRoot({ ...declaration, observability: source === 'status socket' });
    const environment = {
      ...root.environment,
      TUMPLINE_EMERGE: realEmerge,
      TUMPLINE_DEBUG: join(root.directory, 'tmp/debug'),
      PATH: `${join(tree, 'bin')}:${root.environment['PATH']}`,
    };
    terminal = await openTerminal({ columns: 80, rows: 24 }, environment, root.directory);
    await run('stty -a > before; printf "above\\n"');
  });
  afterEach(async () => {
    running?.kill('SIGKILL');
    await running;
    const watcher = processOf(root, 'graph --watch');
    if (watcher === undefined) return;
    // a test that failed
    process.kill(watcher, 'SIGCONT');
    process.kill(watcher, 'SIGTERM');
    number = (await terminal.prompt(number)).number;
  });
  afterAll(() => {
    terminal?.close();
    root?.remove();
  });

  async function run(line: string) {
    await terminal.type(line);
    const prompt = await terminal.prompt(number);
    number = prompt.number;
    return prompt;
  }

  const shows = (what: string | RegExp) =>
    until(
      String(what),
      async () => {
        const screen = (await terminal.screen()).join('\n');
        return (typeof what === 'string' ? screen.includes(what) : what.test(screen)) && screen;
      },
      20_000,
      async () => (await terminal.screen()).join('\n'),
    );

  /** Starts emerge without us, and waits until its second package is built. */
  async function begin(...args: string[]): Promise<void> {
    await root.run('rm', ['-rf', 'tmp/go', 'var/db/pkg'], { cwd: root.directory });
    running = root.start(['--color=n', ...args]);
    await until('the build', () =>
      existsSync(join(root.directory, 'var/tmp/portage/dev-libs/middle-1/.configured')),
    );
  }

  /** How emerge ends once it may. */
  async function end() {
    await root.run('touch', ['tmp/go'], { cwd: root.directory });
    return running!;
  }

  /** The prompt below what stood there before, the shell's own modes, a cursor. */
  async function givenBack(status: number): Promise<void> {
    const prompt = await terminal.prompt(number);
    number = prompt.number;
    expect(prompt.status).toBe(status);
    const state = await terminal.state();
    expect([state.cursorShown, state.upper, state.lower]).toEqual([true, 0, state.rows - 1]);
    const text = (await terminal.history()).join('\n');
    expect(text).toContain('above');
    expect(text).not.toMatch(/since \d|[┃━]|q quit/);
    await run('stty -a | cmp - before && echo as before');
    expect((await terminal.screen()).join('\n')).toContain('as before');
    await run('clear; printf "above\\n"');
  }

  test('attached late: walk, read a log, leave and come again; emerge prints and ends as without us', {
    timeout: 180_000,
  }, async () => {
    await begin('--oneshot', 'app-misc/tower');
    await terminal.type('tumpline graph --watch');
    // two of three are not merged yet, and the first stands in the log alone
    await shows(/1\/3 done/);
    await shows(/✔ ground-1.*┃ middle-1.*◎ tower-1/);
    await shows(/emerge --color=n --oneshot app-misc\/tower.* since \d/);
    await terminal.key('Right');
    await shows(/app-misc\/tower-1 {3}waiting.*needs 1, 1 not done/);
    await terminal.key('l');
    await shows('its build has not begun yet');
    await terminal.key('q');
    await terminal.key('Left');
    await shows(/dev-libs\/middle-1 {3}/);
    await terminal.key('l');
    const first = Number(/chatter line (\d+)\n(?!.*chatter)/.exec(await shows(/chatter line \d+/))?.[1]);
    await until('more lines', async () => {
      const lines = (await terminal.screen()).filter(line => line.includes('chatter line'));
      return Number(lines.at(-1)?.replace(/\D/g, '')) > first;
    });
    await terminal.key('g');
    await shows('G to the end');
    await shows(/chatter line 1\n/);
    await terminal.key('?');
    await shows('emerge goes on and never notices');
    for (const key of ['q', 'q', 'q']) await terminal.key(key);
    await givenBack(0);

    await terminal.type('tumpline graph --watch');
    await shows(/1\/3 done/);
    await terminal.key('C-c');
    await givenBack(130);

    const watched = await end();
    const alone = await (async () => {
      await root.run('rm', ['-rf', 'var/db/pkg'], { cwd: root.directory });
      return root.emerge(['--color=n', '--oneshot', 'app-misc/tower']);
    })();
    expect(watched.exitCode).toBe(0);
    const printed = ({ stdout, stderr }: { stdout: unknown; stderr: unknown }) =>
      comparable(`${stdout}\n${stderr}`.split('\n')).filter(line => !/chatter line|took|SyncLock/.test(line));
    expect(printed(watched)).toEqual(printed(alone));
    expect(existsSync(join(root.directory, 'var/lib/tumpline/emerge/last.json'))).toBe(false);
  });

  thorough(
    'what the log of a build says to the terminal is not said by us',
    { timeout: 120_000 },
    async () => {
      await begin('app-misc/tower');
      await terminal.type('tumpline graph --watch');
      await shows(/1\/3 done/);
      await shows(/✔ ground-1.*┃ middle-1/);
      await terminal.key('Left');
      await shows(/dev-libs\/ground-1 {3}done/);
      await terminal.key('l');
      await shows(/raw end/);
      await shows(/dev-libs\/ground-1 .*\.log/);
      await terminal.key('q');
      await terminal.key('q');
      await givenBack(0);
      await end();
    },
  );

  thorough('Ctrl-Z and fg, another size, TERM and HUP', { timeout: 180_000 }, async () => {
    await begin('app-misc/tower');
    await terminal.type('tumpline graph --watch');
    await shows(/1\/3 done/);
    await terminal.key('C-z');
    await givenBack(148);
    await terminal.type('fg');
    await shows(/1\/3 done/);
    for (const [columns, rows] of [
      [100, 40],
      [60, 12],
      [80, 24],
    ] as const) {
      await terminal.resize(columns, rows);
      await until(`${columns}x${rows}`, async () => {
        const screen = await terminal.screen();
        return screen.length === rows && /q quit/.test(screen.at(-1) ?? '') && /since/.test(screen[0] ?? '');
      });
    }
    await terminal.key('q');
    await givenBack(0);
    for (const [signal, status] of [
      ['SIGTERM', 143],
      ['SIGHUP', 129],
      ['SIGINT', 130],
    ] as const) {
      await terminal.type('tumpline graph --watch');
      await shows(/1\/3 done/);
      process.kill(processOf(root, 'graph --watch')!, signal);
      await givenBack(status);
    }
    await end();
  });

  thorough('the end of emerge is told, and waited for nobody but q', { timeout: 180_000 }, async () => {
    await begin('app-misc/broken');
    await terminal.type('tumpline graph --watch');
    await shows(/1\/3 done/);
    expect((await end()).exitCode).toBe(1);
    await shows(/emerge ended at .* with status 1/);
    await shows(/2\/3 done {3}0 running {3}1 failed/);
    await terminal.key('l');
    await shows('die "compile fails as declared"');
    await terminal.key('l');
    await terminal.key('q');
    await givenBack(0);

    await begin('app-misc/tower');
    await terminal.type('tumpline graph --watch');
    await shows(/1\/3 done/);
    expect((await end()).exitCode).toBe(0);
    await shows(/emerge ended at .*, all done/);
    await shows(/3\/3 done/);
    await terminal.key('q');
    await givenBack(0);
  });

  thorough(
    'kill -9 leaves nothing that reset does not mend, and emerge alone',
    {
      timeout: 120_000,
    },
    async () => {
      await begin('app-misc/tower');
      await terminal.type('tumpline graph --watch');
      await shows(/1\/3 done/);
      process.kill(processOf(root, 'graph --watch')!, 'SIGKILL');
      await until('the end of it', () => processOf(root, 'graph --watch') === undefined);
      await terminal.type('reset; stty sane; clear; printf "above\\n"; false');
      await givenBack(1);
      expect((await end()).exitCode).toBe(0);
    },
  );

  test('without a terminal: text, once per finished package; without --pid: one, none or several', {
    timeout: 180_000,
  }, async () => {
    const watch = (...args: string[]) =>
      root.run(join(tree, 'bin/tumpline'), ['graph', '--watch', ...args], {
        env: { TUMPLINE_EMERGE: realEmerge, TUMPLINE_DEBUG: join(root.directory, 'tmp/text') },
      });
    const none = await watch();
    expect([none.exitCode, none.stdout]).toEqual([1, '']);
    expect(none.stderr).toMatch(/^tumpline: graph --watch: no emerge is running that merges\n/);

    await begin('app-misc/tower');
    const text = watch('--pid', String(running!.pid));
    await until('its edges', () => root.readText('tmp/text')?.includes('edges on it'), 20_000);
    await end();
    const { stdout, exitCode } = await text;
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/┃ middle-1[\s\S]* 1\/3 done/);
    expect(stdout).toMatch(/ 3\/3 done/);

    await begin('app-misc/tower');
    const other = root.start(['--color=n', '--oneshot', 'dev-libs/other']);
    const several = await until(
      'both',
      async () => {
        const found = await watch();
        return found.exitCode === 2 && found;
      },
      20_000,
    );
    const pids = [running!.pid, other.pid].sort((a, b) => a! - b!);
    for (const pid of pids) expect(several.stderr).toContain(`${pid} (emerge --color=n `);
    expect(several.stderr).toContain(`try: tumpline graph --watch --pid ${pids[0]}\n`);
    other.kill('SIGKILL');
    await other;
    await end();
  });
});
