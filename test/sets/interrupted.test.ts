/** Generating the sets, killed right before each step; and several at once, with somebody who reads all the while. */
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCatalogue } from '../../sets/catalogue.ts';
import { takeBack } from '../../sets/disabling.ts';
import { enablingText } from '../../sets/enabling.ts';
import { locate } from '../../system/locate.ts';
import { emerge, noteReduced, quick } from '../kit/environment.ts';
import { writeProgram } from '../kit/program.ts';
import { makeRoot, type Root } from '../testbed/root.ts';

const full = test.skipIf(quick);
if (quick) noteReduced('generated sets: nobody is killed, and nobody writes at the same time');

let root: Root;
let program: string;
let environment: Record<string, string>;
beforeAll(async () => {
  root = await makeRoot({
    observability: false,
    worldSets: ['@kit'],
    sets: { kit: ['app/a'], other: ['app/b'] },
  });
  environment = { ...root.environment, TUMPLINE_EMERGE: emerge };
  program = join(root.directory, 'victim.cjs');
  await writeProgram(
    `
    import { watchSteps } from './system/effects.ts';
    import { locate } from './system/locate.ts';
    import { generate } from './sets/generate.ts';
    import { writeBack } from './sets/disabling.ts';
    let left = Number(process.argv[2]);
    watchSteps(() => { left -= 1; if (left === 0) process.kill(process.pid, 'SIGKILL'); });
    async function main() {
      if (process.argv[3] === 'leave') {
        await writeBack(locate(process.env), process.env);
        return;
      }
      for (let time = Number(process.argv[3] ?? 1); time > 0; time -= 1)
        await generate(locate(process.env), { force: true });
    }
    void main();`,
    program,
  );
  // as enable sets leaves it
  const conf = join(root.directory, 'etc/portage/sets.conf');
  mkdirSync(conf);
  writeFileSync(join(conf, 'zz-tumpline.conf'), enablingText({ copied: [], renamed: [] }));
});
afterAll(() => root.remove());

const state = () => join(root.directory, 'var/lib/tumpline/sets');

function source(name: string, text: string): void {
  writeFileSync(join(root.directory, 'etc/portage/sets', name), text);
}

/** Lets the time pass after which a silent holder counts as dead. */
function ageLock(): void {
  const lock = join(root.directory, 'run/tumpline/sets.lock');
  if (existsSync(lock)) utimesSync(lock, 1, 1);
}

function run(killedAt: number, what = '1'): boolean {
  const { signal, status, stderr } = spawnSync(process.execPath, [program, String(killedAt), what], {
    env: environment,
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (signal === null) expect([status, stderr]).toEqual([0, '']);
  return signal === 'SIGKILL';
}

function generated(): Record<string, string> {
  const directory = join(state(), 'generated');
  const text = (name: string) =>
    readFileSync(join(directory, name), 'utf8').split('\n').slice(1).join(' ').trim();
  return Object.fromEntries(readdirSync(directory).map(name => [name, text(name)]));
}

/** Sources, and what is made of them. An entry goes from one set to the other: half of a change would lose it. */
const stages = [
  { sources: { kit: 'app/a\n', other: 'app/b\n' }, made: { kit: 'app/a', other: 'app/b' } },
  {
    sources: { kit: '# nothing of before\n@third\n', other: 'app/b\napp/a\n', third: 'app/c\n' },
    made: { kit: '@third', other: 'app/b app/a', third: 'app/c' },
  },
] as const;

function arrange({ sources }: { readonly sources: Readonly<Record<string, string>> }): void {
  rmSync(join(root.directory, 'etc/portage/sets'), { recursive: true });
  mkdirSync(join(root.directory, 'etc/portage/sets'));
  for (const [name, text] of Object.entries(sources)) source(name, text);
}

full('killed at every step: Portage sees the old sets or the new ones', () => {
  arrange(stages[0]);
  expect(run(0)).toBe(false);
  let killed = 0;
  for (let nth = 1; ; nth += 1) {
    const [old, wanted] = nth % 2 === 1 ? stages : ([stages[1], stages[0]] as const);
    arrange(wanted);
    const wasKilled = run(nth);
    expect([old.made, wanted.made], `step ${nth}`).toContainEqual(generated());
    ageLock();
    expect(run(0)).toBe(false);
    expect(generated(), `step ${nth}`).toEqual(wanted.made);
    const left = readdirSync(state()).filter(name => /^generation-|tumpline-|new$/.test(name));
    expect(left, `step ${nth}`).toEqual([expect.stringMatching(/^generation-\d+$/)]);
    if (!wasKilled) break;
    killed += 1;
  }
  expect(killed).toBeGreaterThan(20);
});

full('killed while the sources are made plain: one of both is there, and all can be taken back', () => {
  const kit = '# mine\napp/a\napp/x\n-app/x\n';
  const at = (name: string) => join(root.directory, 'etc/portage/sets', name);
  const linked = join(root.directory, 'etc/linked');
  let killed = 0;
  for (let nth = 1; ; nth += 2) {
    arrange({ sources: { kit, other: 'app/b\n' } });
    writeFileSync(linked, kit);
    symlinkSync(linked, at('link'));
    expect(run(0)).toBe(false);
    const wasKilled = run(nth, 'leave');
    for (const name of ['kit', 'link'])
      expect([kit, expect.stringMatching(/^# written by.*\napp\/a\n$/)]).toContainEqual(
        readFileSync(at(name), 'utf8'),
      );
    ageLock();
    expect(run(0)).toBe(false);
    expect(generated(), `step ${nth}`).toEqual({ kit: 'app/a', link: 'app/a', other: 'app/b' });
    expect(run(0, 'leave')).toBe(false);
    expect(readFileSync(at('kit'), 'utf8')).toMatch(/^# written by.*\napp\/a\n$/);
    expect(readFileSync(linked, 'utf8')).toBe(kit);
    const located = locate(environment);
    expect(takeBack(readCatalogue(located, environment))).toEqual([]);
    expect([readFileSync(at('kit'), 'utf8'), readlinkSync(at('link'))], `step ${nth}`).toEqual([kit, linked]);
    if (!wasKilled) break;
    killed += 1;
  }
  expect(killed).toBeGreaterThan(10);
});

full('several at once, and a reader that never finds a set missing or empty', async () => {
  source('kit', 'app/a\n');
  source('other', 'app/b\n');
  run(0);
  const writers = Array.from({ length: 3 }, () =>
    spawn(process.execPath, [program, '0', '12'], {
      env: environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    }),
  );
  let said = '';
  const ends = writers.map(child => {
    child.stderr.on('data', data => {
      said += String(data);
    });
    return new Promise<number | null>(done => child.on('exit', done));
  });
  let reads = 0;
  let running = true;
  const all = Promise.all(ends).then(codes => {
    running = false;
    return codes;
  });
  for (let round = 0; running; round += 1) {
    source('kit', `app/a\napp/x${round % 2}\n`);
    for (const name of ['kit', 'other']) {
      expect(readFileSync(join(state(), 'generated', name), 'utf8')).toMatch(/\napp\/[ab]\n/);
      reads += 1;
    }
    await new Promise(resolve => setTimeout(resolve, 2));
  }
  expect([await all, said]).toEqual([[0, 0, 0], '']);
  expect(reads).toBeGreaterThan(50);
  source('kit', 'app/a\n');
  run(0);
  expect(generated()).toMatchObject({ kit: 'app/a', other: 'app/b' });
});
