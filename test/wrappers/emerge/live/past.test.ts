import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LogEvent, parseLogLine } from '../../../../portage/files/emerge-log.ts';
import type { ResumeList } from '../../../../portage/files/mtimedb.ts';
import { lastBegun, remember, wholeList } from '../../../../wrappers/emerge/live/past.ts';

type Entry = ResumeList['mergelist'][number];

function listOf(entries: readonly Entry[]): ResumeList {
  return { mergelist: entries, favorites: [], options: new Map(), binpkgs: [] };
}

function events(lines: readonly string[]): LogEvent[] {
  return lines.flatMap(line => parseLogLine(`1700000000:  ${line}`) ?? []);
}

const sizes = fc.integer({ min: 1, max: 30 }).chain(total =>
  fc.record({
    total: fc.constant(total),
    begun: fc.nat(total),
    binary: fc.boolean(),
    jobs: fc.integer({ min: 1, max: 5 }),
  }),
);

/** A run of which so many packages were begun, the last `jobs - 1` of them not merged yet. */
function run({
  total,
  begun,
  binary,
  jobs,
}: {
  total: number;
  begun: number;
  binary: boolean;
  jobs: number;
}) {
  const entries = Array.from(
    { length: total },
    (_, at): Entry => ({ type: binary && at % 2 === 0 ? 'binary' : 'ebuild', root: '/', cpv: `a/p${at}-1` }),
  );
  const merged = Math.max(0, begun - jobs + 1);
  const lines = entries.slice(0, begun).flatMap((entry, at) => {
    const count = `(${at + 1} of ${total})`;
    return [
      `>>> emerge ${count} ${entry.cpv} to /`,
      entry.type === 'binary'
        ? `=== ${count} Merging Binary (${entry.cpv}::/x.gpkg.tar)`
        : `=== ${count} Cleaning (${entry.cpv}::/x.ebuild)`,
      ...(at < merged ? [`::: completed emerge ${count} ${entry.cpv} to /`] : []),
    ];
  });
  return { entries, lines, left: listOf(entries.slice(merged)) };
}

test('the list is whole again, whenever somebody comes', () => {
  fc.assert(
    fc.property(sizes, size => {
      const { entries, lines, left } = run(size);
      expect(wholeList(left, events(lines))?.mergelist).toEqual(entries);
      expect(lastBegun(events(lines))?.number).toBe(size.begun || undefined);
    }),
  );
});

test('a list that is not that of the log is not taken', () => {
  fc.assert(
    fc.property(sizes, fc.boolean(), (size, shorter) => {
      const { left, lines } = run(size);
      fc.pre(size.begun > 0 && left.mergelist.length > 0);
      const other: Entry = { type: 'ebuild', root: '/', cpv: 'b/other-1' };
      const wrong = shorter ? left.mergelist.slice(1) : [...left.mergelist, other];
      expect(wholeList(listOf(wrong), events(lines))).toBeUndefined();
    }),
  );
  const { left, lines } = run({ total: 3, begun: 2, binary: false, jobs: 2 });
  const replaced = left.mergelist.map(entry => ({ ...entry, cpv: entry.cpv.replace('a/', 'c/') }));
  expect(wholeList(listOf(replaced), events(lines))).toBeUndefined();
});

test('the last words of an earlier emerge, written in the second in which this one began, are not its own', () => {
  const past: LogEvent[] = [];
  for (const event of events([
    '::: completed emerge (1 of 1) a/p1-1 to /',
    '*** exiting successfully.',
    'Started emerge on: Nov 21, 2026 14:00:00',
    '>>> emerge (1 of 1) a/p1-1 to /',
    'Started emerge on: Nov 21, 2026 14:00:01',
  ]))
    remember(past, event);
  expect(past.map(({ type }) => type)).toEqual(['started', 'package-started', 'started']);
});

test('an earlier pass with another count, before --keep-going dropped something, is left out', () => {
  const lines = [
    ...run({ total: 5, begun: 2, binary: false, jobs: 1 }).lines,
    '>>> emerge (1 of 2) a/p3-1 to /',
    '::: completed emerge (1 of 2) a/p3-1 to /',
    '>>> emerge (2 of 2) a/p4-1 to /',
  ];
  const left = listOf([{ type: 'ebuild', root: '/', cpv: 'a/p4-1' }]);
  expect(wholeList(left, events(lines))?.mergelist.map(({ cpv }) => cpv)).toEqual(['a/p3-1', 'a/p4-1']);
});
