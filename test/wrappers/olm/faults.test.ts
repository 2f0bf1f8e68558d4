/** Whatever goes wrong while olm syncs, the real Portage sees a whole repository: the old one or the new one. */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { injectFault, watchSteps } from '../../../system/effects.ts';
import { locate } from '../../../system/locate.ts';
import { places } from '../../../system/places.ts';
import { olmDesk } from '../../../wrappers/olm/desk.ts';
import { syncOverlays } from '../../../wrappers/olm/sync.ts';
import { quick } from '../../kit/environment.ts';
import { random } from '../../kit/random.ts';
import type { ToyOverlay } from '../../testbed/overlay-tree.ts';
import { makeOlmDesk, type OlmDesk, started } from './olm-kit.ts';

const many = Array.from({ length: 30 }, (_, at) => `dev-x/part${at}`);

/** A package that needs thirty others; all of them are in this version alone. */
function overlay(version: number): ToyOverlay {
  const parts = many.map((name, at) => [`${name}-${version}`, at === 0 ? { inherit: 'water' } : {}] as const);
  return {
    ebuilds: { [`app-x/frog-${version}`]: { RDEPEND: many.join(' ') }, ...Object.fromEntries(parts) },
    eclasses: { water: `# ${version}\n` },
  };
}

let desk: OlmDesk;
afterEach(() => desk?.end());

async function began(version = 1): Promise<void> {
  desk = await makeOlmDesk({ guru: overlay(version) });
  desk.list('app-x/frog::guru');
  expect(await desk.olm(['sync'])).toMatchObject({ code: 0, stderr: '' });
}

const cache = () => join(desk.root.directory, 'var/cache/tumpline/olm');

/** The one version in which Portage sees every package, after a look at every byte. */
function versionSeen(): number {
  const files = desk.repository('guru');
  const record = files?.get('metadata/written-by-tumpline') ?? '';
  const lines = record.trim().split('\n');
  expect(lines.length).toBeGreaterThan(90);
  expect([...(files?.keys() ?? [])].length).toBe(lines.length + 1);
  for (const line of lines) {
    const [sum = '', path = ''] = line.split('  ');
    const content = Buffer.from(files?.get(path) ?? '', 'latin1');
    expect(createHash('sha256').update(content).digest('hex'), path).toBe(sum);
  }
  const seen = desk.visible('app-x/frog', ...many);
  const versions = new Set(seen.map(text => Number(/-(\d+):0::guru$/.exec(text)?.[1])));
  expect([seen.length, versions.size]).toEqual([31, 1]);
  return [...versions][0] ?? 0;
}

/** As if the five seconds had gone by after which the lock of a dead process counts no more. */
function ageLocks(): void {
  for (const name of existsSync(cache()) ? readdirSync(cache()) : [])
    if (name.endsWith('.lock')) utimesSync(join(cache(), name), new Date(0), new Date(0));
}

describe.skipIf(quick)('olm sync', () => {
  test('killed at twenty random moments leaves the old or the new, and the next one goes on', async () => {
    await began();
    const chance = random(Number(process.env['TUMPLINE_TEST_SEED'] ?? 6));
    desk.commit('guru', overlay(2));
    const begin = Date.now();
    await desk.olm(['sync']);
    const whole = Date.now() - begin;
    const seen = new Set<string>();
    for (let round = 3; round < 23; round += 1) {
      const before = versionSeen();
      desk.commit('guru', overlay(round));
      const { child, answer } = started(desk, ['sync']);
      await sleep(chance() * whole * 1.1);
      try {
        process.kill(-(child.pid ?? 0), 'SIGKILL');
      } catch {
        // it was done already
      }
      const { code } = await answer;
      const after = versionSeen();
      seen.add(after === round ? 'new' : 'old');
      expect([before, round], `killed: ${code === null}`).toContain(after);
      ageLocks();
    }
    expect(await desk.olm(['sync'])).toMatchObject({ code: 0 });
    expect(versionSeen()).toBe(22);
    expect(seen.has('old')).toBe(true);
    const state = readdirSync(join(desk.root.directory, 'var/lib/tumpline/olm/guru'));
    expect(state.filter(name => name.startsWith('.') || name === 'current.new')).toEqual([]);
  }, 180_000);

  test('Ctrl-C ends it with 130', async () => {
    await began();
    desk.server.refuse('stall');
    desk.commit('guru', overlay(2));
    const { child, answer } = started(desk, ['sync']);
    await sleep(700);
    process.kill(-(child.pid ?? 0), 'SIGINT');
    expect((await answer).code).toBe(130);
    expect(versionSeen()).toBe(1);
    desk.server.refuse('none');
    expect(await desk.olm(['sync'])).toMatchObject({ code: 0 });
    expect(versionSeen()).toBe(2);
  }, 60_000);

  test('twice at once: Portage waits, a person is told', async () => {
    await began();
    for (const version of [2, 3]) {
      desk.commit('guru', overlay(version));
      const both = await Promise.all([desk.olm(['sync', '--portage']), desk.olm(['sync', '--portage'])]);
      // Portage asks for nothing a second time within one run
      for (const { code, stderr } of both) expect([[0, 10].includes(code ?? 1), stderr]).toEqual([true, '']);
      const loose = await Promise.all([desk.olm(['sync']), desk.olm(['sync'])]);
      for (const { code, stderr } of loose)
        expect(code === 0 || (code === 75 && /held by process \d+ \(olm sync\)/.test(stderr)), stderr).toBe(
          true,
        );
      expect(versionSeen()).toBe(version);
    }
  }, 90_000);

  test.each(['all', 'missing', 'packs', 'cut', 'garbage'] as const)(
    'a server that answers with %s',
    async mode => {
      await began();
      desk.commit('guru', overlay(2));
      desk.server.refuse(mode);
      const answer = await desk.olm(['sync']);
      expect([0, 1, 75], answer.stderr).toContain(answer.code);
      expect(`${answer.stdout}${answer.stderr}`).toMatch(/guru: .*\S/);
      expect(versionSeen()).toBe(1);
      desk.server.refuse('none');
      expect(await desk.olm(['sync'])).toMatchObject({ code: 0 });
      expect(versionSeen()).toBe(2);
    },
    60_000,
  );

  test('a server that is gone', async () => {
    await began();
    await desk.server.stop();
    const answer = await desk.olm(['sync']);
    expect(answer).toMatchObject({ code: 0, stderr: '' });
    expect(answer.stdout).toMatch(/last answered today, and what it gave then stays/);
    expect(versionSeen()).toBe(1);
  }, 60_000);

  test('a cache of which anything is spoilt, or that is gone', async () => {
    await began();
    const chance = random(9);
    const git = join(cache(), 'guru/git');
    const files = () =>
      readdirSync(git, { recursive: true, withFileTypes: true })
        .filter(entry => entry.isFile())
        .map(entry => join(entry.parentPath, entry.name))
        .sort();
    for (let round = 2; round < 10; round += 1) {
      const victim = chance.pick(files());
      const { size } = statSync(victim);
      const way = chance.below(3);
      if (way === 0) rmSync(victim);
      else if (way === 1) truncateSync(victim, chance.below(size + 1));
      else {
        rmSync(`${victim}.new`, { force: true });
        const bytes = readFileSync(victim);
        for (let at = 0; at < 20 && size > 0; at += 1) bytes[chance.below(size)] = chance.below(256);
        writeFileSync(`${victim}.new`, bytes);
        renameSync(`${victim}.new`, victim);
      }
      desk.commit('guru', overlay(round));
      const answer = await desk.olm(['sync']);
      expect([round, round - 1], `${victim} ${way}: ${answer.stderr}`).toContain(versionSeen());
      const next = await desk.olm(['sync']);
      expect(next.code, `${victim} ${way}: ${next.stderr}`).toBe(0);
      expect(versionSeen()).toBe(round);
    }
    rmSync(cache(), { recursive: true });
    expect(await desk.olm(['sync'])).toMatchObject({ code: 0 });
    for (const path of ['guru/inputs.json', 'guru/git/HEAD', 'guru/git/config']) {
      writeFileSync(join(cache(), path), '\0rubbish');
      expect(await desk.olm(['sync']), path).toMatchObject({ code: 0 });
      expect(versionSeen()).toBe(9);
    }
  }, 180_000);

  test('a list of rubbish', async () => {
    await began();
    const path = join(desk.root.directory, 'etc/overlayman/packages');
    const lists = [
      Buffer.from([0xff, 0xfe, 0, 1, 2, 0x0a, 0x80, 0x81]),
      Buffer.from('\0'.repeat(5000)),
      Buffer.from('app-x/frog::guru\r\n[\u001b[31m\r\n'),
      Buffer.from(`${'x'.repeat(100_000)}\n`),
      Buffer.from('app-x/frog\n!app-x/frog::guru\napp-x/frog[a]::guru\n../../etc::guru\n'),
    ];
    for (const list of lists) {
      writeFileSync(path, list);
      const answer = await desk.olm(['sync']);
      expect(answer.code, answer.stdout).toBe(1);
      // no control character comes through
      const codes = [...answer.stderr.replaceAll('\n', '')].map(one => one.codePointAt(0) ?? 0);
      expect(codes.filter(code => code < 32 || code === 127)).toEqual([]);
      expect(versionSeen()).toBe(1);
    }
    rmSync(path);
    mkdirSync(join(path, 'more'), { recursive: true });
    writeFileSync(join(path, 'more/frogs'), 'app-x/frog::guru\n');
    expect(await desk.olm(['sync'])).toMatchObject({ code: 0 });
    expect(versionSeen()).toBe(1);
  }, 90_000);

  test('a disk that is full, or a file system that is read-only, at any step', async () => {
    await began();
    const located = locate(desk.environment);
    const own = olmDesk(
      located,
      places(located, desk.environment),
      { age: 14, uncached: 'no', keep: 3 },
      {
        environment: desk.environment,
      },
    );
    let version = 2;
    let steps = 0;
    desk.commit('guru', overlay(version));
    const stop = watchSteps(() => {
      steps += 1;
    });
    await syncOverlays(own);
    stop();
    expect(versionSeen()).toBe(2);
    expect(steps).toBeGreaterThan(80);
    const chance = random(4);
    const kinds = ['open', 'write', 'fsync', 'rename', 'fsync-directory', 'mkdir', 'link'] as const;
    for (const kind of kinds) {
      for (const errno of ['ENOSPC', 'EROFS']) {
        version += 1;
        desk.commit('guru', overlay(version));
        const restore = injectFault(
          kind,
          errno,
          1 + chance.below(kind === 'write' || kind === 'mkdir' ? 60 : 4),
        );
        const report = await syncOverlays(own);
        restore();
        expect([version, version - 1], `${kind} ${errno}`).toContain(versionSeen());
        if (versionSeen() !== version)
          expect(report.status, `${kind} ${errno} ${JSON.stringify(report.overlays)}`).toBe(1);
        expect(await syncOverlays(own)).toMatchObject({ status: 0 });
        expect(versionSeen()).toBe(version);
      }
    }
  }, 180_000);
});
