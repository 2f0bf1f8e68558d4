/** A repository laid out as KDE's overlay is, in a private root: what Portage, the commands and the hook make of it. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lintRepositorySets } from '../../repo-template/lint.ts';
import { type Desk, makeDesk } from '../commands/kit.ts';
import { emerge, noteReduced, quick } from '../kit/environment.ts';
import { type KdeChange, kdeSets, writeKdeOverlay } from '../testbed/kde-overlay.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tumpline-kde-'));
const upstream = join(scratch, 'kde');
const plasma = ['kwin', 'plasma-desktop', 'plasma-workspace', 'systemsettings', 'discover', 'oxygen'];
const frameworks = ['kio', 'kconfig', 'solid', 'syntax-highlighting', 'baloo', 'attica'];
let desk: Desk;
let nodes: string;

async function makeEverything(): Promise<void> {
  const cpvs = [
    ...plasma.map(name => `kde-plasma/${name}-6.6.2`),
    ...frameworks.map(name => `kde-frameworks/${name}-6.20.0`),
    'kde-misc/plasma-extra-1',
    'app-t/a-1',
  ];
  desk = await makeDesk({
    observability: false,
    ebuilds: { 'app-t/a-1': {} },
    installed: Object.fromEntries(
      cpvs.map(cpv => [cpv, { repository: cpv.startsWith('kde') ? 'kde' : 'testbed' }]),
    ),
    worldSets: ['@kde-plasma', '@kde-frameworks', '@mine'],
    sets: { mine: ['app-t/a', '@kde-deps'] },
    reposConf: `[kde]\nlocation = %(EPREFIX)s/var/db/repos/kde\nsync-type = git\nsync-uri = file://${upstream}\n`,
  });
  nodes = watchNode();
  expect((await sync()).exitCode).toBe(0);
}
beforeAll(async () => {
  await release();
  if (quick) noteReduced('sets as KDE ships them: only the lint');
  else await makeEverything();
}, 120_000);
afterAll(() => {
  if (!quick) desk.root.remove();
  rmSync(scratch, { recursive: true, force: true });
});

function git(...args: string[]): void {
  const identity = ['user.name=u', 'user.email=u@example.org', 'commit.gpgsign=false'].flatMap(one => [
    '-c',
    one,
  ]);
  const { status, stderr } = spawnSync('git', ['-C', upstream, ...identity, ...args], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
}

/** What upstream has from now on. */
async function release(change: KdeChange = {}): Promise<void> {
  await writeKdeOverlay(upstream, change);
  if (!existsSync(join(upstream, '.git'))) git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '--message=release');
}

function program(name: string, text: string): void {
  const directory = join(scratch, 'bin');
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(directory, name), 0o755);
}

/** A node at the head of PATH that notes each start. */
function watchNode(): string {
  program('node', `echo x >>${scratch}/starts\nexec ${process.execPath} "$@"`);
  return join(scratch, 'bin');
}

/** A directory with every program of PATH but this one. */
function programsWithout(name: string): string {
  const directory = join(scratch, `without-${name}`);
  if (existsSync(directory)) return directory;
  mkdirSync(directory);
  const seen = new Set([name]);
  for (const from of (desk.environment['PATH'] ?? '').split(':').filter(existsSync))
    for (const found of readdirSync(from)) {
      if (!seen.has(found)) symlinkSync(join(from, found), join(directory, found));
      seen.add(found);
    }
  return directory;
}

function starts(): number {
  const file = join(scratch, 'starts');
  const count = existsSync(file) ? readFileSync(file, 'utf8').length / 2 : 0;
  rmSync(file, { force: true });
  return count;
}

async function sync(path = `${nodes}:${desk.environment['PATH']}`) {
  const result = await desk.root.emerge(['--sync', 'kde'], {
    env: { PATH: path },
  });
  const lines = result.stdout.split('\n').filter(line => /^(kde-\w|mine|tumpline)[\w-]*:/.test(line));
  return { ...result, lines };
}

function put(path: string, text: string): void {
  const file = join(desk.root.directory, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function merges(text: string): string[] {
  return [...text.matchAll(/^\[ebuild [^\]]*\] ([^\s:[]+)/gm)].map(([, cpv]) => cpv ?? '').sort();
}

test('80 set files pass the lint', () => {
  expect(Object.keys(kdeSets())).toHaveLength(80);
  expect(lintRepositorySets(upstream)).toEqual([]);
});

describe.skipIf(quick)('before anything is switched on', () => {
  test('and the command that looks at a repository', () => {
    const checked = desk.tumpline(['sets', 'check', '--repository', upstream]);
    expect([checked.status, checked.stdout]).toEqual([0, '80 sets, nothing is wrong\n']);
  });

  test('they are listed, by Portage and by us, and every one is sound', async () => {
    const names = Object.keys(kdeSets()).sort();
    const listed = await desk.root.emerge(['--list-sets']);
    expect(
      listed.stdout
        .split('\n')
        .filter(name => name.startsWith('kde-'))
        .sort(),
    ).toEqual(names);
    const { sets } = JSON.parse(desk.tumpline(['sets', 'list', '--json']).stdout) as {
      sets: { name: string; repository: string | null }[];
    };
    expect(
      sets
        .filter(({ repository }) => repository === 'kde')
        .map(({ name }) => name)
        .sort(),
    ).toEqual(names);
    const { status, stdout } = desk.tumpline(['sets', 'check', ...names]);
    expect([status, stdout]).toEqual([0, '80 sets, nothing is wrong\n']);
  });

  test('merged in pretence: nested, versioned, the same through the wrapper', async () => {
    const targets = ['@kde-gear', '@kde-frameworks', '@kde-plasma'];
    const plain = await desk.root.emerge(['--pretend', ...targets]);
    expect([plain.exitCode, plain.stderr]).toEqual([0, '']);
    const gear = merges(plain.stdout).filter(cpv => cpv.startsWith('kde-apps/'));
    expect(gear).toHaveLength(20);
    expect(gear.every(cpv => cpv.endsWith('-25.12.0'))).toBe(true);
    expect(merges(plain.stdout).filter(cpv => cpv.endsWith('-6.20.0'))).toHaveLength(6);
    expect(merges(plain.stdout)).toContain('kde-plasma/kwin-6.6.2');
    const wrapped = await desk.root.run(join(desk.tree, 'bin/emerge'), ['--pretend', ...targets], {
      env: { TUMPLINE_EMERGE: emerge },
    });
    expect([wrapped.exitCode, wrapped.stderr, merges(wrapped.stdout)]).toEqual([0, '', merges(plain.stdout)]);
  });

  test("a user's set of the same name loses, with noise on every call", async () => {
    put('etc/portage/sets/kde-plasma', 'kde-plasma/kwin\n');
    const { stderr, stdout } = await desk.root.emerge(['--pretend', '@kde-plasma']);
    expect(stderr + stdout).toContain("Redefinition of set 'kde-plasma'");
    expect(merges(stdout).length).toBeGreaterThan(5);
    rmSync(join(desk.root.directory, 'etc/portage/sets/kde-plasma'));
  });
});

describe.skipIf(quick)('with the part on', () => {
  beforeAll(async () => {
    const { status, stderr } = desk.tumpline(['enable', 'sets']);
    expect([status, stderr]).toEqual([0, '']);
    // the first one finds the configuration changed
    expect((await sync()).lines).toEqual([]);
    starts();
  });

  test('a sync without anything new says nothing and does not start Node', async () => {
    const { exitCode, lines, stderr } = await sync();
    expect([exitCode, lines, stderr]).toEqual([0, [], '']);
    expect(starts()).toBe(0);
  });

  test('what changed is told in a line for each selected set, with what depclean would do', async () => {
    await release({ added: ['spectacle', 'aurora', 'union'], removed: ['oxygen'], frameworks: '6.21' });
    const { exitCode, lines, stderr } = await sync();
    expect([exitCode, stderr]).toEqual([0, '']);
    const { stdout } = await desk.root.emerge(['--pretend', '--depclean']);
    // the new versions are not installed yet, and depclean keeps only what a set names
    const old = frameworks.map(name => `kde-frameworks/${name}-6.20.0`).sort();
    expect(lines).toEqual([
      'kde-plasma: +3 -1; depclean would now remove: kde-plasma/oxygen-6.6.2',
      `kde-frameworks: 6 with other versions; depclean would now remove: ${old.join(', ')}`,
    ]);
    const said = /^All selected packages: (.*)$/m.exec(stdout)?.[1]?.split(' ').sort();
    expect(said).toEqual([...old, 'kde-plasma/oxygen-6.6.2'].map(cpv => `=${cpv}`));
    expect(starts()).toBe(1);
    const emaint = join(dirname(emerge), 'emaint');
    await release({ added: ['spectacle', 'aurora'], removed: ['oxygen'], frameworks: '6.21' });
    const other = await desk.root.run(emaint, ['sync', '--repo', 'kde'], {
      env: { PATH: `${nodes}:${desk.environment['PATH']}` },
    });
    expect([other.exitCode, other.stdout]).toEqual([0, expect.stringContaining('\nkde-plasma: -1\n')]);
    expect(starts()).toBe(1);
    const again = await sync();
    expect([again.exitCode, again.lines, starts()]).toEqual([0, [], 0]);
  });

  test("the user's own set wins, in silence, and the repository's others follow the sync", async () => {
    put('etc/portage/sets/kde-plasma', 'kde-plasma/kwin\n@kde-deps\n');
    expect(desk.tumpline(['sets', 'check'])).toMatchObject({ status: 0 });
    await release({ added: ['spectacle'], frameworks: '6.19' });
    const { exitCode, lines, stderr } = await sync();
    // what the user wrote is no news of the sync's
    expect([exitCode, lines, stderr]).toEqual([0, ['kde-frameworks: 6 with other versions'], '']);
    const { stdout, stderr: noise } = await desk.root.emerge(['--pretend', '--emptytree', '@kde-plasma']);
    expect([merges(stdout), noise]).toEqual([['kde-misc/plasma-extra-1', 'kde-plasma/kwin-6.7.0'], '']);
    const others = await desk.root.emerge(['--pretend', '@kde-plasma-6.6', '@kde-frameworks']);
    expect(others.stdout + others.stderr).not.toContain('Redefinition');
    expect(merges(others.stdout)).toEqual(
      expect.arrayContaining(['kde-plasma/spectacle-6.6.2', 'kde-frameworks/kio-6.19.0']),
    );
    rmSync(join(desk.root.directory, 'etc/portage/sets/kde-plasma'));
    await sync();
  });

  test('a line that Portage would drop and a set that is gone are told, and the sync has succeeded', async () => {
    await release({ added: ['spectacle'], line: 'solo', without: ['kde-frameworks'] });
    const { exitCode, lines } = await sync();
    expect(exitCode).toBe(0);
    expect(lines[0]).toMatch(/^kde-plasma: broken: \S+\/sets\/kde-plasma-6\.6 line \d+: 'solo' is no atom/);
    expect(lines[1]).toBe(
      'kde-frameworks: no longer in any repository; to let go of it: emerge --deselect @kde-frameworks',
    );
    await release();
    expect((await sync()).exitCode).toBe(0);
  });

  test('nothing that goes wrong in the hook fails a sync', async () => {
    await release({ added: ['spectacle'] });
    const without = await sync(programsWithout('node'));
    expect([without.exitCode, without.stderr]).toEqual([
      0,
      expect.stringContaining('node: not found in PATH'),
    ]);
    put('var/lib/tumpline/sets/synced.json', '{ "x": ');
    const forgotten = await sync();
    expect([forgotten.exitCode, forgotten.lines]).toEqual([0, []]);
    await release({ removed: ['oxygen'] });
    program('node', 'echo crash >&2; exit 9');
    const crashed = await sync();
    expect([crashed.exitCode, crashed.stderr]).toEqual([0, expect.stringContaining('crash')]);
    // two minutes are too long for a test
    program('node', 'sleep 60');
    program(
      'timeout',
      `[ "$4" = 120 ] || exit; shift 4; exec ${programsWithout('node')}/timeout -k 1 1 "$@"`,
    );
    const hung = await sync();
    expect([hung.exitCode, hung.timedOut]).toEqual([0, false]);
  });

  test('disable takes the hook and its memory away', async () => {
    expect(desk.tumpline(['disable', 'sets']).status).toBe(0);
    expect(existsSync(join(desk.root.directory, 'etc/portage/postsync.d'))).toBe(false);
    expect(existsSync(join(desk.root.directory, 'var/lib/tumpline/sets/synced.json'))).toBe(false);
    expect((await sync()).exitCode).toBe(0);
  });
});
