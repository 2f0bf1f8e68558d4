/** `--resume` in its forms: what it goes on with is shown, what it drops is not, and it is shown only once it merges. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { noteReduced, quick } from '../../../kit/environment.ts';
import { rootWith } from '../../../testbed/kept-roots.ts';
import { sources } from '../terminal/stage.ts';
import { expectTrue, merge, statesOf } from './kit.ts';

const breaks = (name: string) => `src_compile() { [[ -e "\${EPREFIX}/mended" ]] || die "${name} breaks"; }`;

/** `one` and `two` break until they are mended. */
const ebuilds = {
  'app-misc/one-1': { phases: breaks('one') },
  'app-misc/on-one-1': { DEPEND: 'app-misc/one' },
  'app-misc/two-1': { phases: breaks('two') },
  'app-misc/on-two-1': { DEPEND: 'app-misc/two' },
  'app-misc/free-1': {},
  'app-misc/other-1': {},
};
const asked = 'app-misc/on-one app-misc/on-two app-misc/free';
const mend = (directory: string) => writeFileSync(join(directory, 'mended'), '');

if (quick) noteReduced('--resume: one source of states, one form');
const thorough = test.skipIf(quick);

describe.each(quick ? sources.slice(0, 1) : sources)('%s', source => {
  const observability = source === 'status socket';

  thorough(
    'a failure, then --resume, then --resume --skipfirst',
    async () => {
      const root = await rootWith({ observability, ebuilds });
      const first = await merge(root, `--verbose ${asked}`);
      expectTrue(root, first);
      expect(first.status).toBe(1);
      // now there is only a backup of the list
      expect((await merge(root, '--oneshot app-misc/other')).status).toBe(0);
      const again = await merge(root, '--verbose --resume');
      expectTrue(root, again);
      expect(again.status).toBe(1);
      expect(statesOf(again.kept!)).toEqual(statesOf(first.kept!));
      const skipped = await merge(root, '--verbose --resume --skipfirst --keep-going');
      expectTrue(root, skipped);
      // what stood first in the list, and what needs it
      const broken = first.log.join('\n').includes('app-misc/one-1') ? 'one' : 'two';
      const other = broken === 'one' ? 'two' : 'one';
      const dropped = { [`${other}-1`]: 'failed', [`on-${other}-1`]: 'dropped' };
      const free = statesOf(first.kept!)['free-1'] === 'done' ? {} : { 'free-1': 'done' };
      expect(statesOf(skipped.kept!)).toEqual({ ...dropped, ...free });
      expect(skipped.status).toBe(1);
    },
    300_000,
  );

  thorough.each(['', '--jobs=4'])(
    '--keep-going %s with two failures: what hangs on them is dropped',
    async jobs => {
      const root = await rootWith({ observability, ebuilds });
      const run = await merge(root, `--verbose --keep-going ${jobs} ${asked}`);
      expectTrue(root, run);
      expect(run.status).toBe(1);
      expect(statesOf(run.kept!)).toEqual({
        'one-1': 'failed',
        'on-one-1': 'dropped',
        'two-1': 'failed',
        'on-two-1': 'dropped',
        'free-1': 'done',
      });
    },
    300_000,
  );

  thorough(
    'interrupted, then --resume',
    async () => {
      const slow = {
        phases: `src_compile() { touch "\${EPREFIX}/there"; [[ -e "\${EPREFIX}/mended" ]] || sleep 12; }`,
      };
      const root = await rootWith({
        observability,
        ebuilds: { ...ebuilds, 'app-misc/two-1': slow, 'app-misc/one-1': {} },
      });
      const there = join(root.directory, 'there');
      const keys = `trap : INT\n(while ! [ -e '${there}' ]; do sleep 0.1; done; sleep 1; kill -INT 0) &`;
      const first = await merge(root, `--verbose ${asked}`, { before: keys });
      expectTrue(root, first);
      expect(existsSync(there)).toBe(true);
      const left = Object.entries(statesOf(first.kept!)).filter(([, state]) => state !== 'done');
      expect(left).toEqual(left.map(([name]) => [name, 'waiting']));
      mend(root.directory);
      const second = await merge(root, '--verbose --resume');
      expectTrue(root, second);
      expect(statesOf(second.kept!)).toEqual(Object.fromEntries(left.map(([name]) => [name, 'done'])));
    },
    300_000,
  );

  test('the backup, after another merge', async () => {
    const root = await rootWith({ observability, ebuilds });
    // as a run leaves it that another one followed
    const entry = (name: string) => ['ebuild', `${root.directory}/`, `app-misc/${name}-1`, 'merge'];
    const resume = {
      mergelist: ['one', 'on-one', 'free'].map(entry),
      favorites: ['app-misc/on-one', 'app-misc/free'],
      myopts: {},
    };
    writeFileSync(join(root.directory, 'var/cache/edb/mtimedb'), JSON.stringify({ resume_backup: resume }));
    const run = await merge(root, '--verbose --resume --skipfirst');
    expectTrue(root, run);
    expect(statesOf(run.kept!)).toEqual({ 'free-1': 'done' });
  }, 300_000);
});
