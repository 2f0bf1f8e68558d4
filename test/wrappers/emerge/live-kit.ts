/** A live run on a terminal of its own, in a root with packages that are quick, long, broken, or stuck in the resolver. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { emerge as realEmerge } from '../../kit/environment.ts';
import type { RootDeclaration } from '../../testbed/declaration.ts';
import { makeRoot, type Root } from '../../testbed/root.ts';
import { folder, onPty, type Step, type TerminalOutcome } from './front-kit.ts';
import { wrapperTree } from './terminal/stage.ts';

const declaration: RootDeclaration = {
  ebuilds: {
    'app-misc/quick-1': {},
    'app-misc/broken-1': { fail: 'compile' },
    'app-misc/long-1': {
      phases: 'src_compile() {\n\techo compile-now\n\tfor i in {1..200}; do sleep 0.1; done\n}',
    },
    // no md5-cache: the resolver must source it, and hangs there
    'app-misc/stuck-1': { inherit: 'stuck' },
  },
  eclasses: { stuck: 'read -r -t 3 <> <(:)\n' },
};

let tree: string;
export let front: string;
export let place: string;
export let root: Root;
beforeAll(async () => {
  [tree, root] = await Promise.all([wrapperTree(), makeRoot(declaration)]);
  front = join(tree, 'bin/emerge');
  place = folder();
});
afterAll(() => {
  root?.remove();
  for (const path of [tree, place]) rmSync(path, { recursive: true, force: true });
});

/** Processes whose environment names this place. */
function remaining(mark: string): string[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(pid => {
      try {
        if (!readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark)) return [];
        const line = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ');
        return line === '' ? [] : [`${pid} ${line}`];
      } catch {
        return [];
      }
    });
}

async function nobodyLeft(mark: string): Promise<void> {
  const end = Date.now() + 15_000;
  while (remaining(mark).length > 0 && Date.now() < end) await new Promise(done => setTimeout(done, 50));
  expect(remaining(mark)).toEqual([]);
}

let count = 0;
export async function onTerminal(
  argv: readonly string[],
  steps: readonly Step[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<TerminalOutcome> {
  count += 1;
  const mark = `run-${count}-${process.pid}`;
  const outcome = await onPty(argv, {
    env: {
      ...root.environment,
      PYTHONHASHSEED: '0',
      TERM: 'xterm',
      TUMPLINE_EMERGE: realEmerge,
      RUN_MARK: mark,
      ...env,
    },
    cwd: root.directory,
    steps,
    timeout: 45,
  });
  expect(outcome.late, outcome.output).toBe(false);
  expect(outcome.undone, outcome.output).toBe(0);
  await nobodyLeft(`RUN_MARK=${mark}`);
  return outcome;
}

/** Whether the cursor is left hidden; Portage killed beside its spinner does so. */
export function cursorHidden({ output }: TerminalOutcome): boolean {
  return output.lastIndexOf('\x1b[?25h') < output.lastIndexOf('\x1b[?25l');
}

/** The margins that the terminal is left with are full. */
export function expectFullMargins({ output }: TerminalOutcome): void {
  const margins = [...output.replaceAll('\x1b', '^').matchAll(/\^\[(\d+;\d+)?r/g)].map(
    found => found[1] ?? '',
  );
  expect(margins.at(-1) ?? '').toBe('');
}
