import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { type RepositoryFiles, writeRepository, writtenRecord } from '../../repo-template/writer.ts';
import { injectFault, watchSteps } from '../../system/effects.ts';
import { quick } from '../kit/environment.ts';
import { faultOf } from '../system/stage.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tumpline-writer-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let undo: (() => void) | undefined;
afterEach(() => {
  undo?.();
  undo = undefined;
});

let count = 0;
function place(): string {
  count += 1;
  return join(scratch, String(count), 'repo');
}

function files(...pairs: [string, string | Uint8Array][]): RepositoryFiles {
  return new Map(pairs);
}

/** Every file below, its text by its path, the record left out. */
function held(directory: string): Record<string, string> {
  const found = readdirSync(directory, { recursive: true, withFileTypes: true }).filter(
    entry => !entry.isDirectory(),
  );
  const paths = found.map(entry => join(entry.parentPath, entry.name).slice(directory.length + 1)).sort();
  return Object.fromEntries(
    paths
      .filter(path => path !== writtenRecord)
      .map(path => [path, readFileSync(join(directory, path), 'utf8')]),
  );
}

const first = files(['profiles/repo_name', 'x\n'], ['a/b/b-1.ebuild', 'one\n'], ['sets/s', 'a/b\n']);
const second = files(['profiles/repo_name', 'x\n'], ['a/b/b-2.ebuild', 'two\n'], ['sets/s', 'a/c\n']);

describe('a repository', () => {
  test('has files that may be run, which sha256sum passes over', async () => {
    const location = place();
    const script = files(...first, ['files/x.sh', '#!/bin/sh\n']);
    const mode = () => statSync(join(location, 'files/x.sh')).mode & 0o777;
    const check = () =>
      spawnSync('sha256sum', ['--check', '--strict', writtenRecord], { cwd: location }).status;
    await writeRepository(location, script);
    expect([mode(), check()]).toEqual([0o644, 0]);
    const change = await writeRepository(location, script, new Set(['files/x.sh']));
    expect(change).toEqual({ added: [], changed: ['files/x.sh'], removed: [] });
    expect([mode(), check()]).toEqual([0o755, 0]);
    expect((await writeRepository(location, script, new Set(['files/x.sh']))).changed).toEqual([]);
    const fresh = place();
    await writeRepository(fresh, script, new Set(['files/x.sh']));
    expect(statSync(join(fresh, 'files/x.sh')).mode & 0o777).toBe(0o755);
  });

  test('appears with modes that every user can read, and sha256sum finds its record true', async () => {
    const location = place();
    const umask = process.umask(0o077);
    const change = await writeRepository(location, files(...first, ['files/x', new Uint8Array([0, 255])]));
    process.umask(umask);
    expect(change.added).toEqual(['a/b/b-1.ebuild', 'files/x', 'profiles/repo_name', 'sets/s']);
    expect(statSync(location).mode & 0o777).toBe(0o755);
    expect(statSync(join(location, 'a/b')).mode & 0o777).toBe(0o755);
    expect(statSync(join(location, 'a/b/b-1.ebuild')).mode & 0o777).toBe(0o644);
    const checked = spawnSync('sha256sum', ['--check', '--strict', writtenRecord], {
      cwd: location,
      encoding: 'utf8',
    });
    expect(checked.stdout.split('\n').filter(line => line.endsWith(': OK'))).toHaveLength(4);
    expect(checked.status).toBe(0);
    expect(readdirSync(join(location, '..'))).toEqual(['repo']);
  });

  test('is changed to what is wanted, empty directories go', async () => {
    const location = place();
    await writeRepository(location, first);
    expect(await writeRepository(location, second)).toEqual({
      added: ['a/b/b-2.ebuild'],
      changed: ['sets/s'],
      removed: ['a/b/b-1.ebuild'],
    });
    expect(held(location)).toEqual(Object.fromEntries(second));
    await writeRepository(location, files(['profiles/repo_name', 'x\n']));
    expect(existsSync(join(location, 'a'))).toBe(false);
  });

  test('that is already as wanted is not touched', async () => {
    const location = place();
    await writeRepository(location, first);
    const steps: string[] = [];
    undo = watchSteps((step, path) => steps.push(`${step} ${path}`));
    expect(await writeRepository(location, first)).toEqual({ added: [], changed: [], removed: [] });
    expect(steps).toEqual([]);
  });

  test('may stand in an empty directory, and keep a .git', async () => {
    const location = place();
    mkdirSync(location, { recursive: true });
    await writeRepository(location, first);
    mkdirSync(join(location, '.git'));
    writeFileSync(join(location, '.git/HEAD'), 'x');
    await writeRepository(location, second);
    expect(existsSync(join(location, '.git/HEAD'))).toBe(true);
  });
});

describe('what is not ours', () => {
  test.each([
    ['a foreign repository', (at: string) => rmSync(join(at, writtenRecord)), 'did not write'],
    ['a file beside ours', (at: string) => writeFileSync(join(at, 'a/mine'), ''), 'a/mine'],
    [
      'a file of ours that was changed',
      (at: string) => writeFileSync(join(at, 'sets/s'), 'y'),
      'sets/s was changed',
    ],
    ['a link', (at: string) => symlinkSync('/etc/passwd', join(at, 'sets/t')), 'sets/t'],
    [
      'several',
      (at: string) => ['1', '2', '3'].map(name => writeFileSync(join(at, name), '')),
      'not written by tumpline: 1 and 2 more',
    ],
  ])('%s refuses the whole', async (_what, meddle, words) => {
    const location = place();
    await writeRepository(location, first);
    meddle(location);
    const before = held(location);
    const fault = await faultOf(() => writeRepository(location, second));
    expect(fault).toMatchObject({ code: 'refused', hint: `mv ${location} ${location}.mine` });
    expect(fault.message).toContain(words);
    expect(held(location)).toEqual(before);
  });

  test('a link or a file in its place refuses', async () => {
    for (const make of [(at: string) => symlinkSync('.', at), (at: string) => writeFileSync(at, '')]) {
      const location = place();
      mkdirSync(join(location, '..'), { recursive: true });
      make(location);
      expect((await faultOf(() => writeRepository(location, first))).code).toBe('refused');
    }
  });

  test.each(['../x', '/x', 'a//b', 'a/./b', '', 'a/', '.git/config', 'a/.git/x', 'a\nb', writtenRecord])(
    'the path %j is refused before anything is written',
    async path => {
      const location = place();
      const fault = await faultOf(() => writeRepository(location, files(...first, [path, 'x'])));
      expect(fault.code).toBe('invalid');
      expect(existsSync(location)).toBe(false);
    },
  );
});

describe('an accident', () => {
  test('while it is made leaves nothing', async () => {
    for (const nth of [1, 2, 3, 4]) {
      const location = place();
      undo = injectFault('write', 'ENOSPC', nth);
      expect((await faultOf(() => writeRepository(location, first))).message).toContain('no space left');
      undo();
      expect(readdirSync(join(location, '..'))).toEqual([]);
    }
  });

  test('before any step of a change leaves every file old or new, and the next call finishes', async () => {
    let steps = 0;
    const counted = place();
    await writeRepository(counted, first);
    undo = watchSteps(() => {
      steps += 1;
    });
    await writeRepository(counted, second);
    undo();
    expect(steps).toBeGreaterThan(15);
    for (let last = 0; last < steps; last += quick ? 5 : 1) {
      const location = place();
      await writeRepository(location, first);
      let left = last;
      undo = watchSteps(() => {
        left -= 1;
        if (left < 0) throw Object.assign(new Error('gone'), { code: 'EIO' });
      });
      await faultOf(() => writeRepository(location, second));
      undo();
      for (const [path, text] of Object.entries(held(location)))
        if (!path.includes('.tumpline-')) expect([first.get(path), second.get(path)]).toContain(text);
      await writeRepository(location, second);
      expect(held(location)).toEqual(Object.fromEntries(second));
    }
  });

  test('a stage and half a file of a killed call are cleared away', async () => {
    const location = place();
    mkdirSync(join(location, '../.repo.tumpline-77/a'), { recursive: true });
    chmodSync(join(location, '..'), 0o755);
    await writeRepository(location, first);
    expect(readdirSync(join(location, '..'))).toEqual(['repo']);
    writeFileSync(join(location, 'sets/.s.tumpline-77-1'), 'hal');
    await writeRepository(location, second);
    expect(Object.keys(held(location))).not.toContain('sets/.s.tumpline-77-1');
  });
});
