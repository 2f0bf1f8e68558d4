/** Where the painter looks for a file, something else stands: it goes on at once, without what it would have read. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadConfiguration } from '../../../system/configuration.ts';
import { places } from '../../../system/places.ts';
import { readAllInstalled } from '../../../system/vdb.ts';
import { graphDocument } from '../../../wrappers/emerge/graph-document.ts';
import { portageColors } from '../../../wrappers/emerge/live/colors.ts';
import { failuresOf } from '../../../wrappers/emerge/live/failures.ts';
import { readMergeList } from '../../../wrappers/emerge/live/merge-list.ts';
import { openRunLog } from '../../../wrappers/emerge/live/run-log.ts';
import { startRunState } from '../../../wrappers/emerge/live/run-state.ts';
import { readHistory } from '../../../wrappers/emerge/merge-times.ts';
import { resumableIds } from '../../../wrappers/emerge/resumable.ts';
import { keepRun, keptRuns } from '../../../wrappers/emerge/run-record.ts';
import { locatedAt } from './fuzz/world.ts';

const folder = mkdtempSync(join(tmpdir(), 'tumpline-no-file-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cpv = 'app-misc/a-1';
const kept = places({ eprefix: folder, configRoot: folder, root: '/' }, { HOME: folder });
const logs = { PORTAGE_TMPDIR: join(folder, 'var/tmp'), PORTAGE_LOGDIR: '' };
const nothing = graphDocument({ pid: 7, started: 1000, ended: 2000, exit: 0, targets: [] }, [], []);

/** Path, what reads it, and what that gives without a file. */
const readers: readonly (readonly [string, () => unknown, unknown])[] = [
  ['etc/portage/color.map', () => portageColors(kept).running, '32;01'],
  [
    'etc/tumpline.conf',
    async () => (await loadConfiguration(kept.configuration, {})).settings.graph.nodes,
    12,
  ],
  [
    'var/cache/edb/mtimedb',
    () => [readMergeList(join(folder, 'var/cache/edb/mtimedb'), 0, []), resumableIds(locatedAt(folder))],
    [undefined, undefined],
  ],
  [
    'var/log/emerge.log',
    () => {
      const path = join(folder, 'var/log/emerge.log');
      const events: unknown[] = [];
      const log = openRunLog(path, 0, { event: event => events.push(event), changed() {}, complain() {} });
      log.read();
      log.stop();
      let step = readHistory(path).next();
      for (const reading = readHistory(path); !step.done; ) step = reading.next();
      return [events, step.value?.source.size];
    },
    [[], 0],
  ],
  [`var/db/pkg/${cpv}/RDEPEND`, () => readAllInstalled(join(folder, 'var/db/pkg')), []],
  [
    `var/tmp/portage/${cpv}/temp/build.log.gz`,
    () => {
      const run = startRunState([{ id: cpv, cpv, root: '/', type: 'ebuild' }]);
      run.packages.set(cpv, { state: 'failed' });
      return failuresOf(run, logs, 0)[0]?.lines;
    },
    [],
  ],
  ['var/lib/tumpline/emerge/run-1000-7.json', () => keptRuns(kept), []],
];

const kinds: readonly (readonly [string, (path: string) => void])[] = [
  ['a fifo', path => spawnSync('mkfifo', [path])],
  ['a directory', path => mkdirSync(path)],
  ['a link to itself', path => symlinkSync(path, path)],
  ['a link to something without end', path => symlinkSync('/dev/zero', path)],
  [
    'four gigabytes',
    path => {
      writeFileSync(path, '');
      truncateSync(path, 4 * 2 ** 30);
    },
  ],
];

describe.each(readers)('%s', (name, read, without) => {
  test.each(kinds)('%s', async (_kind, make) => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    make(path);
    const began = performance.now();
    expect(await read()).toEqual(without);
    expect(performance.now() - began).toBeLessThan(5000);
    rmSync(path, { recursive: true, force: true });
  });
});

test('a run is kept beside what is none', () => {
  const path = join(folder, 'var/lib/tumpline/emerge');
  mkdirSync(path, { recursive: true });
  spawnSync('mkfifo', [join(path, 'run-999-7.json')]);
  keepRun(kept, nothing);
  expect(keptRuns(kept)).toEqual([nothing]);
});
