import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { injectFault, type Step, watchSteps } from '../../system/effects.ts';
import { Fault } from '../../system/fault.ts';
import {
  linkEnd,
  mkdirs,
  readText,
  readTextIfPresent,
  removeEmptyDirectory,
  removeFile,
  removeTemporaries,
  writeAtomic,
} from '../../system/files.ts';
import { noteReduced } from '../kit/environment.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tumpline-files-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let undo: (() => void) | undefined;
afterEach(() => {
  undo?.();
  undo = undefined;
});

let count = 0;
function fresh(): string {
  count += 1;
  const directory = join(scratch, String(count));
  mkdirSync(directory);
  return directory;
}

function faultOf(work: () => unknown): Fault {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(Fault);
    return error as Fault;
  }
  throw new Error('no fault');
}

describe('reading', () => {
  test('a missing file is undefined or a Fault, as asked', () => {
    const path = join(fresh(), 'none');
    expect(readTextIfPresent(path)).toBeUndefined();
    expect(readTextIfPresent(join(path, 'below'))).toBeUndefined();
    expect(faultOf(() => readText(path))).toMatchObject({
      code: 'missing',
      message: `${path}: no such file or directory`,
    });
  });

  test('a directory is not silently nothing', () => {
    const directory = fresh();
    expect(faultOf(() => readTextIfPresent(directory)).message).toBe(`${directory}: is a directory`);
  });

  test('control characters of a name are escaped in the message', () => {
    const path = join(fresh(), 'a\u001b[31m\nb');
    expect(faultOf(() => readText(path)).message).toContain('a\\u001b[31m\\nb: no such file');
  });
});

describe('writeAtomic', () => {
  test('makes a file with mode 0644 whatever the umask, and its directories', () => {
    const path = join(fresh(), 'a/b/file');
    const umask = process.umask(0o077);
    try {
      writeAtomic(path, 'text');
    } finally {
      process.umask(umask);
    }
    expect(readFileSync(path, 'utf8')).toBe('text');
    expect(statSync(path).mode & 0o7777).toBe(0o644);
    expect(readdirSync(join(path, '..'))).toEqual(['file']);
  });

  test('keeps the mode and the owner of an existing file', () => {
    const path = join(fresh(), 'file');
    writeFileSync(path, 'old');
    chmodSync(path, 0o2750);
    if (process.getuid?.() === 0) chownSync(path, 1234, 4321);
    chmodSync(path, 0o2750);
    const before = statSync(path);
    writeAtomic(path, Buffer.from([0, 255, 10]));
    const after = statSync(path);
    expect([after.mode, after.uid, after.gid]).toEqual([before.mode, before.uid, before.gid]);
    expect([...readFileSync(path)]).toEqual([0, 255, 10]);
    writeAtomic(path, '', { mode: 0o600 });
    expect(statSync(path).mode & 0o7777).toBe(0o600);
  });

  test('follows links, relative ones and dangling ones too', () => {
    const directory = fresh();
    mkdirSync(join(directory, 'real'));
    symlinkSync('real/file', join(directory, 'one'));
    symlinkSync('one', join(directory, 'two'));
    expect(linkEnd(join(directory, 'two'))).toBe(join(directory, 'real/file'));
    writeAtomic(join(directory, 'two'), 'first');
    writeAtomic(join(directory, 'two'), 'second');
    expect(readFileSync(join(directory, 'real/file'), 'utf8')).toBe('second');
    expect(readlinkSync(join(directory, 'two'))).toBe('one');
    expect(lstatSync(join(directory, 'one')).isSymbolicLink()).toBe(true);
    writeAtomic(join(directory, 'two'), 'here', { overLink: true });
    expect(lstatSync(join(directory, 'two')).isFile()).toBe(true);
    expect(readFileSync(join(directory, 'real/file'), 'utf8')).toBe('second');
    symlinkSync('loop', join(directory, 'loop'));
    expect(faultOf(() => writeAtomic(join(directory, 'loop'), '')).message).toContain(
      'too many symbolic links',
    );
  });

  const steps: [Step, string, string][] = [
    ['open', 'EACCES', 'permission denied'],
    ['write', 'ENOSPC', 'no space left on the device'],
    ['fsync', 'EIO', 'input/output error'],
    ['rename', 'EROFS', 'the file system is read-only'],
  ];
  test.each(steps)('a failure at %s leaves the old content and no debris', (step, errno, words) => {
    const directory = fresh();
    const path = join(directory, 'file');
    writeFileSync(path, 'old');
    undo = injectFault(step, errno);
    const fault = faultOf(() => writeAtomic(path, 'new'));
    expect(fault.message).toBe(`${path}: ${words}`);
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(directory)).toEqual(['file']);
  });

  test('a reader between any two steps sees the old text or the new one, whole', () => {
    const path = join(fresh(), 'file');
    const [old, fresh_] = ['o'.repeat(100_000), 'n'.repeat(200_000)];
    writeAtomic(path, old);
    const seen = new Set<string>();
    undo = watchSteps(() => seen.add(readFileSync(path, 'utf8')));
    writeAtomic(path, fresh_);
    seen.add(readFileSync(path, 'utf8'));
    expect([...seen]).toEqual([old, fresh_]);
  });

  test('a really full file system: the old content stays', () => {
    const mounted = join(fresh(), 'tiny');
    mkdirSync(mounted);
    if (
      spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', mounted], { stdio: 'ignore' }).status !==
      0
    ) {
      noteReduced('a full file system is only simulated, because a tmpfs cannot be mounted here');
      return;
    }
    try {
      const path = join(mounted, 'file');
      writeAtomic(path, 'old');
      const fault = faultOf(() => writeAtomic(path, 'x'.repeat(200_000)));
      expect(fault).toMatchObject({
        message: `${path}: no space left on the device`,
        hint: `df -h ${mounted}`,
      });
      expect(readdirSync(mounted)).toEqual(['file']);
      expect(readFileSync(path, 'utf8')).toBe('old');
    } finally {
      spawnSync('umount', [mounted]);
    }
  });

  test('debris of a killed writer is found again, and nothing else is', () => {
    const directory = fresh();
    const path = join(directory, 'file');
    for (const name of ['.file.tumpline-123-1', '.file.tumpline-x', '.other.tumpline-1-1', 'file'])
      writeFileSync(join(directory, name), '');
    removeTemporaries(path);
    expect(readdirSync(directory).sort()).toEqual(['.file.tumpline-x', '.other.tumpline-1-1', 'file']);
  });
});

describe('directories', () => {
  test('mkdirs tells what it made, the topmost first', () => {
    const directory = fresh();
    const umask = process.umask(0o077);
    try {
      expect(mkdirs(join(directory, 'a/b'), 0o755)).toEqual([join(directory, 'a'), join(directory, 'a/b')]);
    } finally {
      process.umask(umask);
    }
    expect(statSync(join(directory, 'a')).mode & 0o777).toBe(0o755);
    expect(mkdirs(join(directory, 'a/b'))).toEqual([]);
    writeFileSync(join(directory, 'file'), '');
    expect(faultOf(() => mkdirs(join(directory, 'file/x'))).message).toContain('not a directory');
  });

  test('only empty directories are removed', () => {
    const directory = fresh();
    mkdirs(join(directory, 'a/b'));
    expect(removeEmptyDirectory(join(directory, 'a'))).toBe(false);
    expect(removeEmptyDirectory(join(directory, 'a/b'))).toBe(true);
    expect(removeEmptyDirectory(join(directory, 'a/b'))).toBe(true);
    expect(existsSync(join(directory, 'a'))).toBe(true);
    removeFile(join(directory, 'none'));
  });
});
