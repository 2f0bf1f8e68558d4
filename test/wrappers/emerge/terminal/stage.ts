/** What the terminal tests share: the wrapper as it is installed, a root to merge in, and what must hold afterwards. */
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { bundling } from '../../../../build/bundling.mjs';
import { isObservable, emerge as realEmerge, top } from '../../../kit/environment.ts';
import type { RootDeclaration } from '../../../testbed/declaration.ts';
import { makeRoot, type Root } from '../../../testbed/root.ts';
import { openTerminal, type Prompt, type Size, type Terminal, until } from './tmux.ts';

export type Source = 'status socket' | 'log and marks';
/** Where the state of a run comes from, as far as that Portage has it. */
export const sources: readonly Source[] = isObservable()
  ? ['status socket', 'log and marks']
  : ['log and marks'];

/** Makes the wrapper's part of an installed tree. */
export async function wrapperTree(): Promise<string> {
  const tree = mkdtempSync(join(tmpdir(), 'tumpline-wrapper-'));
  for (const [to, from, mode] of [
    ['bin/emerge', 'wrappers/emerge/emerge.sh', 0o755],
    ['libexec/tumpline/live.sh', 'wrappers/emerge/live.sh', 0o755],
    ['lib/tumpline/portage-helper.py', 'system/portage-helper.py', 0o644],
    ['lib/tumpline/borrower.py', 'wrappers/emerge/live/borrower.py', 0o644],
  ] as const) {
    mkdirSync(dirname(join(tree, to)), { recursive: true });
    copyFileSync(join(top, from), join(tree, to));
    chmodSync(join(tree, to), mode);
  }
  for (const [name, entry] of [
    ['painter', 'wrappers/emerge/painter.ts'],
    ['sets', 'sets/front.ts'],
  ])
    await build({
      ...bundling,
      entryPoints: [join(top, entry!)],
      outfile: join(tree, `lib/tumpline/${name}.cjs`),
      absWorkingDir: top,
    });
  return tree;
}

/** Three packages in a row whose phases last long enough to be seen, and one that fails. */
export const packages: RootDeclaration = {
  ebuilds: {
    'dev-libs/ground-1': { sleep: { configure: 0.3, compile: 0.6 } },
    'dev-libs/middle-1': {
      DEPEND: 'dev-libs/ground',
      RDEPEND: 'dev-libs/ground',
      sleep: { compile: 0.7, install: 0.3 },
    },
    'app-misc/tower-1': { DEPEND: 'dev-libs/middle', RDEPEND: 'dev-libs/middle', sleep: { compile: 0.6 } },
    'app-misc/broken-1': { DEPEND: 'dev-libs/ground', sleep: { configure: 0.6 }, fail: 'compile' },
    'app-misc/long-1': { sleep: { compile: 600 } },
    'app-misc/other-1': { sleep: { compile: 600 } },
    'app-misc/chatty-1': {
      phases: 'src_compile() {\n\tfor i in {1..60}; do echo "chatty line $i"; sleep 0.05; done\n}',
    },
  },
};

export interface Stage {
  readonly root: Root;
  readonly tree: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The log of TUMPLINE_DEBUG so far. */
  debug(): string[];
  open(size: Size, more?: Readonly<Record<string, string>>): Promise<Terminal>;
}

export async function stage(
  tree: string,
  source: Source,
  declaration: RootDeclaration = packages,
): Promise<Stage> {
  const root = await makeRoot({ ...declaration, observability: source === 'status socket' });
  const debugFile = join(root.directory, 'tmp/debug');
  const environment = {
    ...root.environment,
    PATH: `${join(tree, 'bin')}:${dirname(realEmerge)}:${root.environment['PATH']}`,
    TUMPLINE_DEBUG: debugFile,
  };
  return {
    root,
    tree,
    environment,
    debug: () => (root.readText('tmp/debug') ?? '').split('\n').filter(Boolean),
    open: (size, more = {}) =>
      openTerminal(size, { ...environment, ...more, TERM: 'screen-256color' }, root.directory),
  };
}

/** Processes that belong to the root, the shells of the tests apart: pid and command line. */
export function remaining(root: Root, shells: readonly number[]): string[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && !shells.includes(Number(name)))
    .flatMap(pid => {
      try {
        if (!readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`=${root.eprefix}\0`)) return [];
        const words = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
        return words === '' || words.startsWith('tmux ') ? [] : [`${pid} ${words}`];
      } catch {
        return [];
      }
    });
}

/** The first pid of the root's processes whose command line contains `part`. */
export function processOf(root: Root, part: string | RegExp): number | undefined {
  const found = remaining(root, []).find(line =>
    typeof part === 'string' ? line.includes(part) : part.test(line),
  );
  return found === undefined ? undefined : Number(found.split(' ')[0]);
}

/** Row of the picture's counts, and what only the picture contains. */
export const statusRow = /^ \d+\/\d+ done {3}\d+ running( {3}\d+ to merge)? {3}\d+ failed/;
const pictureText = /^ ?\d+\/\d+ done {3}|[┃━╭╮╰╯▶]|[○●✔] \S+/;

export function pictureRows(lines: readonly string[]): string[] {
  return lines.filter(line => pictureText.test(line));
}

/** Waits until the picture stands, and gives its status row. */
export function picture(terminal: Terminal, timeout?: number): Promise<string> {
  return until(
    'the picture',
    async () => {
      const rows = await terminal.screen();
      return statusRow.test(rows.at(-1) ?? '') && rows.at(-1);
    },
    timeout,
    async () => (await terminal.screen()).join('\n'),
  );
}

/** What differs between two runs of emerge: times, sizes, load. */
export function comparable(lines: readonly string[]): string[] {
  return lines.map(line =>
    line
      .replace(/^<\d+:(\d+)>.*/, '<$1>')
      .replace(/took \d+\.\d+ s/, 'took N s')
      .replace(/(mtimedb)\w{8}\b/, '$1')
      .replace(/\d{8}-\d{6}/, 'DATE'),
  );
}

/** What was printed since the prompt `number` was typed at, that prompt left out. */
export async function since(terminal: Terminal, number: number): Promise<string[]> {
  const lines = await terminal.history();
  return lines.slice(lines.findLastIndex(line => line.startsWith(`<${number}:`)) + 1);
}

/**
 * Ctrl-C until the prompt stands. Once is not always enough: emerge may be too young to die of it, and a build that it
 * is just about to start then does not hear of it.
 */
export async function interrupt(terminal: Terminal, above: number): Promise<Prompt> {
  const prompt = await until('the prompt after Ctrl-C', async () => {
    await terminal.key('C-c');
    return terminal.prompt(above, 3000).catch(() => undefined);
  });
  return asInterrupted(terminal, above, prompt);
}

/** The prompt with the status 130 where Portage itself ended with another one for its own reasons. */
export async function asInterrupted(terminal: Terminal, above: number, prompt: Prompt): Promise<Prompt> {
  // Portage's own races, without us too: interrupted while it cleans a build directory, it finds no place for its die
  // hooks, prints a trace, and ends itself with TERM; a KeyboardInterrupt that Python ignores (in a destructor) is lost,
  // and what the same Ctrl-C killed counts as a failure
  const words = ['Traceback', 'Exception ignored', 'the child was interrupted'];
  const trace = (await since(terminal, above)).some(line => words.some(word => line.includes(word)));
  const lost = trace && [1, 141, 143].includes(prompt.status);
  return lost ? { ...prompt, status: 130 } : prompt;
}

/**
 * The terminal is emerge's or the shell's alone: full margins, a cursor, nothing of the picture on the screen, nor in
 * what scrolled away unless something was `cleared`. Where lines were printed over it (`uncovered`), only the caller can
 * tell what is left of it.
 */
export async function standsFree(
  terminal: Terminal,
  what: string,
  cleared = false,
  uncovered = false,
): Promise<void> {
  let seen = '';
  await until(
    `${what}: a terminal without us`,
    async () => {
      const state = await terminal.state();
      const screen = await terminal.screen();
      const later = await terminal.state();
      const debris = uncovered ? [] : pictureRows(cleared ? screen : await terminal.history());
      seen = `${JSON.stringify(state)} ${debris.join('|')}\n${screen.join('\n')}`;
      // something may be printed between two looks
      if (state.y !== later.y) return false;
      const free = state.upper === 0 && state.lower === state.rows - 1 && state.cursorShown;
      return free && debris.length === 0 && screen.length <= state.y + 1;
    },
    10_000,
    async () => seen,
  );
}
