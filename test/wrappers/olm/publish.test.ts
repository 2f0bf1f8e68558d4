import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statfsSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { recordOf, sha256 } from '../../../repo-template/writer.ts';
import { injectFault, type Step, watchSteps } from '../../../system/effects.ts';
import { Fault } from '../../../system/fault.ts';
import { publish, type StateDocument } from '../../../wrappers/olm/publish.ts';
import { publishedOverlays, readPublished } from '../../../wrappers/olm/published.ts';
import { quick } from '../../kit/environment.ts';

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'tumpline-publish-'));
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

const filesOf = (version: string) =>
  new Map<string, Uint8Array>([
    ['app-misc/foo/foo-1.ebuild', Buffer.from(`EAPI=8\n# ${version}\n`)],
    ['metadata/layout.conf', Buffer.from('masters = gentoo\n')],
    ['profiles/odd', Buffer.from([0xff, 0x00, 0xfe])],
    ['profiles/repo_name', Buffer.from('zz\n')],
  ]);

const document = (revision: string): StateDocument => ({
  overlay: 'zz',
  uri: 'https://zz.invalid/zz.git',
  revision,
  selections: [],
  packages: [],
  eclasses: [],
  licenses: [],
  missing: [],
});

/** What Portage would see. */
function seen(): string | undefined {
  const link = join(state, 'zz/current');
  if (!existsSync(link)) return undefined;
  for (const [path, content] of filesOf('a'))
    if (!path.endsWith('.ebuild')) expect(readFileSync(join(link, path)).equals(content)).toBe(true);
  return /# (\w+)/.exec(readFileSync(join(link, 'app-misc/foo/foo-1.ebuild'), 'utf8'))?.[1];
}

test('a generation for what is new, none for what is the same', async () => {
  expect(readPublished(state, 'zz')).toBeUndefined();
  expect(await publish(state, 'zz', filesOf('a'), document('1'))).toEqual({
    changed: true,
    generation: 'generation-1',
  });
  expect(readlinkSync(join(state, 'zz/current'))).toBe('generation-1');
  expect(readPublished(state, 'zz')).toMatchObject({ revision: '1', digest: sha256(recordOf(filesOf('a'))) });
  const reversed = new Map([...filesOf('a')].reverse());
  expect(await publish(state, 'zz', reversed, document('2'))).toEqual({
    changed: false,
    generation: 'generation-1',
  });
  expect(readPublished(state, 'zz')).toMatchObject({ schema: 'tumpline.olm.state/1', revision: '2' });
  expect(await publish(state, 'zz', filesOf('b'), document('3'))).toEqual({
    changed: true,
    generation: 'generation-2',
  });
  expect(seen()).toBe('b');
  expect(readdirSync(join(state, 'zz')).sort()).toEqual([
    'current',
    'generation-1',
    'generation-1.json',
    'generation-2',
    'generation-2.json',
  ]);
  expect(publishedOverlays(state)).toEqual(['zz']);
});

test('a path that leads out of the generation is refused, and the old stays', async () => {
  await publish(state, 'zz', filesOf('a'), document('1'));
  for (const path of ['../x', '/x', 'a/../../x', 'a//b', '.git/config', 'a\nb']) {
    const files = new Map([...filesOf('b'), [path, Buffer.from('x')] as const]);
    await expect(publish(state, 'zz', files, document('2'))).rejects.toThrow(Fault);
  }
  expect(seen()).toBe('a');
  expect(readdirSync(join(state, 'zz')).sort()).toEqual(['current', 'generation-1', 'generation-1.json']);
});

test('a spoilt document or generation is made anew', async () => {
  await publish(state, 'zz', filesOf('a'), document('1'));
  for (const spoilt of ['', '{"sch', '[]', 'null', '{"schema":"tumpline.olm.state/1"}']) {
    writeFileSync(join(state, 'zz/generation-1.json'), spoilt);
    expect(readPublished(state, 'zz'), spoilt).toBeUndefined();
  }
  expect((await publish(state, 'zz', filesOf('a'), document('2'))).changed).toBe(false);
  expect(readPublished(state, 'zz')?.revision).toBe('2');
  rmSync(join(state, 'zz/generation-1/metadata'), { recursive: true });
  expect(await publish(state, 'zz', filesOf('a'), document('3'))).toEqual({
    changed: true,
    generation: 'generation-2',
  });
  rmSync(join(state, 'zz/generation-2'), { recursive: true });
  expect(readPublished(state, 'zz')).toBeUndefined();
  expect((await publish(state, 'zz', filesOf('a'), document('4'))).changed).toBe(true);
  expect(seen()).toBe('a');
});

async function stepsOf(work: () => Promise<unknown>): Promise<Step[]> {
  const steps: Step[] = [];
  const stop = watchSteps(step => steps.push(step));
  await work();
  stop();
  return steps;
}

describe('trouble at any step', () => {
  test('a kill leaves the old or the new, and the next call sweeps', async () => {
    await publish(state, 'zz', filesOf('a'), document('1'));
    const steps = await stepsOf(() => publish(state, 'zz', filesOf('b'), document('2')));
    expect(steps.length).toBeGreaterThan(10);
    let old = 'b';
    for (let killed = 1; killed <= steps.length; killed += 1) {
      const next = `v${killed}`;
      let left = killed;
      // nothing touches the disk any more, not even what would tidy up
      const stop = watchSteps(() => {
        left -= 1;
        if (left <= 0) throw new Error('killed');
      });
      const result = await publish(state, 'zz', filesOf(next), document(next)).catch(() => undefined);
      stop();
      expect([old, next]).toContain(seen());
      if (result) expect(seen()).toBe(next);
      expect(readPublished(state, 'zz')?.revision).toBe(seen() === 'b' ? '2' : seen());
      old = seen() ?? '';
    }
    await publish(state, 'zz', filesOf('z'), document('z'));
    const names = readdirSync(join(state, 'zz'));
    expect(names.filter(name => !/^(?:generation-\d+(?:\.json)?|current)$/.test(name))).toEqual([]);
    for (const name of names) expect(existsSync(join(state, 'zz', name.replace(/\.json$/, '')))).toBe(true);
    expect(seen()).toBe('z');
  });

  test.each(quick ? ['ENOSPC'] : ['ENOSPC', 'EROFS', 'EACCES'])(
    '%s: one sentence, the old stays, nothing is left over',
    async errno => {
      await publish(state, 'zz', filesOf('a'), document('1'));
      for (const step of ['mkdir', 'write', 'open', 'rename', 'link'] as const) {
        for (let nth = 1; nth < 9; nth += 1) {
          const stop = injectFault(step, errno, nth);
          let fault: unknown;
          await publish(state, 'zz', filesOf('b'), document('2')).catch(error => {
            fault = error;
          });
          stop();
          if (fault === undefined) break;
          expect(fault).toBeInstanceOf(Fault);
          expect((fault as Fault).message).not.toContain('\n');
          expect(seen()).toBe('a');
          expect(readdirSync(join(state, 'zz')).sort()).toEqual([
            'current',
            'generation-1',
            'generation-1.json',
          ]);
        }
        if (seen() === 'b') {
          rmSync(join(state, 'zz'), { recursive: true });
          await publish(state, 'zz', filesOf('a'), document('1'));
        }
      }
    },
  );

  test.runIf(process.getuid?.() === 0 && existsSync('/dev/shm'))('a disk that is full', async () => {
    const { execa } = await import('execa');
    const small = join(state, 'small');
    await execa('mkdir', [small]);
    const mounted = await execa('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'none', small], {
      reject: false,
    });
    if (mounted.exitCode !== 0) return;
    try {
      expect(statfsSync(small).blocks).toBeLessThan(200);
      await publish(small, 'zz', filesOf('a'), document('1'));
      const big = new Map([...filesOf('b'), ['files/big', Buffer.alloc(512 * 1024)] as const]);
      await expect(publish(small, 'zz', big, document('2'))).rejects.toMatchObject({
        message: expect.stringMatching(/no space left on the device$/),
        hint: `df -h ${small}/zz`,
      });
      expect(readdirSync(join(small, 'zz')).sort()).toEqual(['current', 'generation-1', 'generation-1.json']);
      expect((await publish(small, 'zz', filesOf('c'), document('3'))).changed).toBe(true);
    } finally {
      await execa('umount', [small]);
    }
  });

  test('a link of somebody else is not followed', async () => {
    await publish(state, 'zz', filesOf('a'), document('1'));
    const elsewhere = mkdtempSync(join(tmpdir(), 'tumpline-elsewhere-'));
    rmSync(join(state, 'zz/current'));
    symlinkSync(elsewhere, join(state, 'zz/current'));
    expect(readPublished(state, 'zz')).toBeUndefined();
    expect((await publish(state, 'zz', filesOf('b'), document('2'))).changed).toBe(true);
    expect(readdirSync(elsewhere)).toEqual([]);
    expect(seen()).toBe('b');
    rmSync(elsewhere, { recursive: true });
  });
});
