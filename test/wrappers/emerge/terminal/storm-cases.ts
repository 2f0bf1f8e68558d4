/** What happens to a terminal while emerge runs in it: each case at a moment that the seed chooses. */
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Random } from '../../../kit/random.ts';
import type { RootDeclaration } from '../../../testbed/declaration.ts';
import { interrupt, pictureRows, type Stage } from './stage.ts';
import { pause, type Size, type Terminal, until } from './tmux.ts';

export const size: Size = { columns: 80, rows: 24 };
export const pageLines = 60;

// as long as it is wanted
const chatty = `src_compile() {\n\tfor i in {1..40}; do echo "chatty line $i"; sleep 0.03; done
\twhile [[ -e "\${EPREFIX}/tmp/endless" ]]; do sleep 0.1; done\n}`;

const names = ['first', 'second', 'third', 'chatty', 'curious', 'pager'];

export const packages: RootDeclaration = {
  // from the first run on they are merged again
  installed: Object.fromEntries(names.map(name => [`app-misc/${name}-1`, {}])),
  ebuilds: {
    'app-misc/chatty-1': { phases: chatty },
    'app-misc/first-1': { sleep: 0.5 },
    'app-misc/second-1': { sleep: 0.8 },
    'app-misc/third-1': { RDEPEND: 'app-misc/first', sleep: 0.4 },
    'app-misc/curious-1': {
      PROPERTIES: 'interactive',
      phases: `pkg_setup() {\n\tread -r -p 'first question? ' answer; echo "said $answer"\n}
src_compile() {\n\tsleep 0.4; read -r -p 'second question? ' answer; echo "said $answer"
\tfor i in {1..25}; do echo "line $i"; done\n}`,
    },
    'app-misc/pager-1': {
      phases: `src_compile() {\n\techo before; sleep "$(<"\${EPREFIX}/tmp/delay")"
\tless "\${EPREFIX}/tmp/page" </dev/tty >/dev/tty 2>/dev/tty
\tfor i in {1..25}; do echo "after $i"; done; sleep 0.5\n}`,
    },
  },
};

export interface Scene {
  readonly terminal: Terminal;
  /** Has a process do it that got the terminal from the shell, as emerge did, and does not open it. */
  readonly order: (command: string) => Promise<void>;
  readonly at: Stage;
  readonly next: Random;
  /** Number of the prompt that it began at. */
  readonly above: number;
  /** Milliseconds that emerge alone takes. */
  readonly span: number;
}

export interface Case {
  readonly name: string;
  readonly words: string;
  /** Goes on beside the run, plain or not. */
  readonly beside?: (scene: Scene) => Promise<void>;
  /** Only with the picture: what disturbs it. */
  readonly disturb?: (scene: Scene) => Promise<void>;
  /** The disturbance, where it is a command that leaves the terminal in a state of its own. */
  readonly command?: string;
  /** What was printed before is gone, or stands in the history with the picture that was cleared. */
  readonly cleared?: boolean;
  /** Rows below the cursor are folded, for which xterm moves the cursor down: an empty line stays. */
  readonly narrows?: boolean;
  /** xterm gives the margins back and clears nothing: lines printed before the next frame do not cover our rows. */
  readonly uncovers?: boolean;
  /** Ends by Ctrl-C: what stands above the first is what emerge alone prints. */
  readonly interrupted?: boolean;
  /** Output is no terminal: nothing of ours may even begin. */
  readonly piped?: boolean;
}

const one = '--oneshot app-misc/chatty';

/** From before the region stands to after it has left. */
const anyTime = ({ next, span }: Scene) => pause(next() * (span + 700));

function shown(terminal: Terminal, text: string): Promise<unknown> {
  return until(
    text,
    async () => (await terminal.screen()).some(line => line.includes(text)),
    30_000,
    async () => (await terminal.screen()).join('\n'),
  );
}

/** What a child would do, at a moment that no child would choose. */
function child(command: string): Pick<Case, 'disturb' | 'command'> {
  return {
    command,
    async disturb(scene) {
      await anyTime(scene);
      await scene.order(command);
    },
  };
}

async function storm({ terminal, next, span }: Scene): Promise<void> {
  await pause(next() * span);
  const end = Date.now() + 300 + next.below(900);
  while (Date.now() < end) {
    await terminal.resize(40 + next.below(120), 10 + next.below(50));
    await pause(next.chance(0.3) ? next.below(500) : next.below(40));
  }
  await terminal.resize(size.columns, size.rows);
  // tmux tells a second size only a quarter of a second after the first
  const told = () => execFileSync('stty', ['-F', terminal.device, 'size'], { encoding: 'utf8' }).trim();
  await until('the size', () => told() === `${size.rows} ${size.columns}`);
}

async function page({ terminal, next, at }: Scene): Promise<void> {
  await shown(terminal, 'page line 3');
  if (next.chance(0.5)) {
    // long enough for the picture to be gone and the page to be drawn again
    let seen = '';
    await until(
      'the whole page, and full margins',
      async () => {
        const rows = await terminal.screen();
        const state = await terminal.state();
        seen = [...rows, JSON.stringify(state)].join('\n');
        const whole = rows.slice(0, size.rows - 1).every((row, index) => row === `page line ${index + 1}`);
        return whole && state.lower === size.rows - 1 && pictureRows(rows).length === 0;
      },
      5000,
      async () => `${seen}\n${at.debug().slice(-30).join('\n')}`,
    );
    await pause(next.below(1500));
    expect(pictureRows(await terminal.screen())).toEqual([]);
    if (next.chance(0.5)) {
      await terminal.key('Space');
      await shown(terminal, `page line ${size.rows + 5}`);
    }
  } else await pause(next.below(300));
  await terminal.key('q');
}

async function questions({ terminal, next }: Scene): Promise<void> {
  for (const question of ['first', 'second']) {
    await shown(terminal, `${question} question?`);
    await pause(next.below(1200));
    for (const key of ['a', 'b']) {
      await terminal.key(key);
      await pause(next.below(400));
    }
    await terminal.key('Enter');
  }
}

/** While emerge prints into a pager. */
async function leaf({ terminal, next }: Scene): Promise<void> {
  await shown(terminal, 'chatty-1');
  for (let keys = next.below(5); keys > 0; keys -= 1) {
    await pause(next.below(900));
    expect(pictureRows(await terminal.screen())).toEqual([]);
    await terminal.key(next.chance(0.7) ? 'Space' : 'b');
  }
  await terminal.key('G');
  await shown(terminal, '(END)');
  expect(pictureRows(await terminal.screen())).toEqual([]);
  await terminal.key('q');
}

/** Several at a time. */
async function interruptions({ terminal, next, at, span, above }: Scene): Promise<void> {
  const endless = join(at.root.directory, 'tmp/endless');
  writeFileSync(endless, '');
  await pause(150 + next() * span);
  for (let keys = 2 + next.below(6); keys > 0; keys -= 1) {
    await terminal.key('C-c');
    await pause(next.below(120));
  }
  await terminal.prompt(above, 3000).catch(() => interrupt(terminal, above));
  rmSync(endless);
}

export const cases: readonly Case[] = [
  { name: 'resize storm', words: one, disturb: storm, narrows: true },
  { name: 'less in a build', words: '--oneshot app-misc/pager', beside: page },
  {
    name: '--ask -j2',
    words: '--oneshot --ask -j2 app-misc/first app-misc/second app-misc/third',
    async beside({ terminal, next }) {
      await shown(terminal, '[Yes/No]');
      await pause(next.below(1500));
      await terminal.type('yes');
    },
  },
  { name: 'interactive ebuild', words: '--oneshot app-misc/first app-misc/curious', beside: questions },
  { name: 'reset', words: one, ...child('reset'), cleared: true },
  { name: 'clear', words: one, ...child('clear'), cleared: true },
  { name: 'stty sane', words: one, ...child('stty sane <&1') },
  { name: 'reset through /dev/tty', words: one, ...child('reset </dev/tty >/dev/tty 2>&1'), cleared: true },
  { name: 'tput init', words: one, ...child('tput init'), uncovers: true },
  { name: 'Ctrl-C storm', words: one, disturb: interruptions, interrupted: true },
  { name: 'into less', words: `${one} | less`, beside: leaf, piped: true },
  { name: 'RIS', words: one, ...child(String.raw`printf '\ec'`), cleared: true },
  {
    name: 'Ctrl-S and Ctrl-Q',
    words: one,
    async disturb(scene) {
      await pause(scene.next() * scene.span);
      await scene.terminal.key('C-s');
      await pause(scene.next.below(1500));
      await scene.terminal.key('C-q');
    },
  },
];

let orders = 0;

/** Begins to take orders in a terminal whose prompt stands; tells the pid of who does. */
export async function takeOrders(at: Stage, terminal: Terminal) {
  const { directory } = at.root;
  const fifo = join(directory, 'orders');
  rmSync(fifo, { force: true });
  execFileSync('mkfifo', [fifo]);
  await terminal.type(
    `(trap '' TTOU; { echo $BASHPID > taker; while read -r order; do eval "$order"; done; } <>orders &)`,
  );
  const pid = await until('who takes orders', () => Number(at.root.readText('taker') ?? 0) || undefined);
  rmSync(join(directory, 'taker'));
  return {
    pid,
    async order(command: string) {
      orders += 1;
      const mark = `done-${orders}`;
      // both ways, since nobody may be there any more
      writeFileSync(fifo, `${command}; : > ${mark}\n`, { flag: 'r+' });
      await until(command, () => existsSync(join(directory, mark)));
    },
    stop: () => writeFileSync(fifo, 'exit\n', { flag: 'r+' }),
  };
}

/** What the cases read: how long the pager waits, and what it shows. */
export function prepare(at: Stage, next: Random): void {
  const folder = join(at.root.directory, 'tmp');
  writeFileSync(join(folder, 'delay'), `${(next() * 1.2).toFixed(2)}\n`);
  const lines = Array.from({ length: pageLines }, (_, index) => `page line ${index + 1}\n`);
  writeFileSync(join(folder, 'page'), lines.join(''));
}
