/** What a run of the real emerge leaves behind: emerge.log and mtimedb. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LogEvent, logLines, parseLogLine } from '../../../portage/files/emerge-log.ts';
import { parseMtimedb } from '../../../portage/files/mtimedb.ts';
import { random } from '../../kit/random.ts';
import { makeRoot, type Root } from '../../testbed/root.ts';

let root: Root;
let log: string;
let mtimedb: string;
let status: number | undefined;
beforeAll(async () => {
  root = await makeRoot({
    ebuilds: {
      'app-misc/good-1': { RDEPEND: '!app-misc/old' },
      'app-misc/bad-1': { fail: 'compile', RDEPEND: 'app-misc/good' },
      'app-misc/worse-1': { RDEPEND: 'app-misc/bad' },
      'app-misc/bin-1': {},
    },
    installed: { 'app-misc/old-1': {} },
    binaries: { 'app-misc/bin-1': {} },
  });
  const result = await root.emerge(['-k', '--jobs=1', '--exclude', 'x/y', 'app-misc/bin', 'app-misc/worse']);
  status = result.exitCode;
  await root.emerge(['-C', 'app-misc/good']);
  log = root.readText('var/log/emerge.log') ?? '';
  mtimedb = root.readText('var/cache/edb/mtimedb') ?? '';
});
afterAll(() => root.remove());

function events(): LogEvent[] {
  return logLines()(log).map(line => parseLogLine(line)!);
}

describe('emerge.log', () => {
  it('tells a real run that unmerges, merges a binary and a build, and fails', () => {
    const found = events();
    expect(found).not.toContain(undefined);
    const others = found.filter(
      event => event.type === 'other' && !event.message.startsWith('>>> AUTOCLEAN: '),
    );
    expect(others).toEqual([]);
    expect(found.filter(event => event.time < 1_600_000_000)).toEqual([]);
    const told = found.map(event => {
      if (event.type === 'package-started' || event.type === 'package-completed')
        return `${event.type} ${event.number}/${event.total} ${event.cpv}`;
      if (event.type === 'step') return `${event.step} ${event.number}/${event.total} ${event.cpv}`;
      if (event.type === 'exiting') return `exiting ${event.status}`;
      if (event.type === 'emerge') return `emerge ${event.targets.join(' ')}`;
      return 'cpv' in event ? `${event.type} ${event.cpv}` : event.type;
    });
    const of = (cpv: string) => told.filter(line => line.endsWith(` ${cpv}`)).map(line => line.split(' ')[0]);
    expect(told.slice(0, 2)).toEqual(['started', 'emerge app-misc/bin app-misc/worse']);
    expect(of('app-misc/bin-1')).toEqual([
      'package-started',
      'merging-binary',
      'world',
      'post-build-cleaning',
      'package-completed',
    ]);
    expect(of('app-misc/good-1')).toEqual([
      ...['package-started', 'cleaning', 'compiling', 'merging', 'post-build-cleaning', 'package-completed'],
      ...['unmerging', 'unmerged'],
    ]);
    expect(of('app-misc/bad-1')).toEqual(['package-started', 'cleaning', 'compiling']);
    expect(of('app-misc/worse-1')).toEqual([]);
    expect(of('app-misc/old-1')).toEqual(['unmerging', 'unmerged']);
    expect(told).toContain(`exiting ${status}`);
    expect(told.filter(line => line === 'terminating')).toHaveLength(2);
    const build = found.find(event => event.type === 'step' && event.step === 'compiling');
    expect(build?.type === 'step' && build.path).toBe(join(root.repository, 'app-misc/good/good-1.ebuild'));
    const started = found.find(event => event.type === 'package-started');
    expect(started?.type === 'package-started' && started.root).toBe(`${root.eprefix}/`);
    const call = found.find(event => event.type === 'emerge');
    expect(call?.type === 'emerge' && call.options).toEqual(
      expect.arrayContaining(['--jobs=1', '--exclude=x/y']),
    );
  });

  it('comes in pieces of any size', () => {
    const next = random(8);
    for (let times = 0; times < 50; times++) {
      const split = logLines();
      const lines: string[] = [];
      for (let at = 0; at < log.length; ) {
        const size = 1 + next.below(next.chance(0.5) ? 5 : 400);
        lines.push(...split(log.slice(at, at + size)));
        at += size;
      }
      expect(lines.map(parseLogLine)).toEqual(events());
    }
  });

  it('keeps a half line until the rest comes', () => {
    const split = logLines();
    expect(split('1700000000:  *** termi')).toEqual([]);
    expect(split('nating.\n1700000001:  ===')).toEqual(['1700000000:  *** terminating.']);
    expect(split(' sync\r\n').map(parseLogLine)).toEqual([{ time: 1700000001, type: 'sync-started' }]);
  });

  it.each<[string, LogEvent['type'] | undefined]>([
    ['1700000000: === Sync completed for gentoo', 'sync-completed'],
    ['1700000000:  === (1 of 2) Compiling/Packaging (a/b-1::/x/b-1.ebuild)', 'step'],
    ["1700000000:  *** exiting unsuccessfully with status '130'.", 'exiting'],
    ['1700000000:  *** exiting successfully.', 'exiting'],
    ['1700000000:  !!! unmerge FAILURE: a/b-1', 'unmerge-failed'],
    ['1700000000:  *** Finished. Cleaning up...', 'finished'],
    ['1700000000:  *** Resuming merge...', 'resuming'],
    ['1700000000:  >>> depclean', 'other'],
    ['1700000000:  === (1 of 2) Dancing (a/b-1::/x)', 'other'],
    ['1700000000:  >>> emerge (1 of 2) a/b-1', 'other'],
    ['1700000000: ', undefined],
    ['1700', undefined],
    ['', undefined],
    ['\0\0\0\0', undefined],
    ['1700000000:  >>> emerge (1 of 2) a/b-1\0 to /', undefined],
    [`${'9'.repeat(40)}:  *** terminating.`, undefined],
    ['   1700000000: x', undefined],
  ])('%j is %s', (line, type) => expect(parseLogLine(line)?.type).toBe(type));
});

describe('mtimedb', () => {
  it('keeps what is left of a real run that failed', () => {
    const { value, problems } = parseMtimedb(mtimedb);
    expect(problems).toEqual([]);
    expect(value.resume?.mergelist.map(({ type, cpv }) => `${type} ${cpv}`)).toEqual([
      'ebuild app-misc/bad-1',
      'ebuild app-misc/worse-1',
    ]);
    expect(value.resume?.favorites.toSorted()).toEqual(['app-misc/bin', 'app-misc/worse']);
    expect(value.resume?.options.get('--usepkg')).toBe(true);
    expect(value.resume?.options.get('--exclude')).toEqual(['x/y']);
    expect(value.resume?.mergelist[0]?.root).toBe(`${root.eprefix}/`);
  });

  it('drops what is malformed, and says so', () => {
    const entry = ['ebuild', '/', 'a/b-1', 'merge'];
    const mergelist = [
      ...[entry, 7, null, [], ['ebuild', '/', 'a/b-1'], ['installed', '/', 'a/b-1', 'merge']],
      ...[
        ['ebuild', 'x', 'a/b-1', 'merge'],
        ['ebuild', '/', '../../etc-1', 'merge'],
        ['ebuild', '/', 'a/b', 'merge'],
      ],
      ...[['binary', '/mnt/', 'a/b-1-r1', 'merge', 'more'], ['ebuild', '/', 'a/b-1', 'nomerge'], 'ebuild'],
    ];
    const text = JSON.stringify({
      resume: { mergelist, favorites: ['@world', 5, ''], myopts: ['--update'] },
      resume_backup: [],
    });
    const { value, problems } = parseMtimedb(text);
    expect(value.resume?.mergelist).toEqual([
      { type: 'ebuild', root: '/', cpv: 'a/b-1' },
      { type: 'binary', root: '/mnt/', cpv: 'a/b-1-r1' },
    ]);
    expect(value.resume?.favorites.toSorted()).toEqual(['@world']);
    expect(value.resume?.options).toEqual(new Map([['--update', true]]));
    expect(value.resumeBackup).toBeUndefined();
    expect(problems).toHaveLength(13);
  });

  it.each([
    '',
    '{',
    '[]',
    'null',
    '7',
    '{"resume": 5}',
    '{"resume": null}',
    '{"resume": {"mergelist": {}}}',
    '\0',
  ])('survives %j', text => expect(parseMtimedb(text).value.resume?.mergelist ?? []).toEqual([]));

  it('survives every way of being cut off', () => {
    for (let length = 0; length < mtimedb.trimEnd().length; length++) {
      expect(parseMtimedb(mtimedb.slice(0, length))).toEqual({ value: {}, problems: ['not JSON'] });
    }
  });
});
