import { expect, test } from 'vitest';
import { parseLogLine } from '../../portage/files/emerge-log.ts';
import { recordedAtom, worldHistory } from '../../portage/world-history.ts';

/** Packages and sets that the lines record, `|` between those of one test. */
function recorded(lines: readonly string[], root?: string): string {
  const events = lines
    .map((line, index) => parseLogLine(`${1700000000 + index}:  ${line}`))
    .filter(one => one !== undefined);
  expect(events).toHaveLength(lines.length);
  const { packages, sets } = worldHistory(events, root);
  return [...packages.map(recordedAtom), ...sets.map(({ name }) => `@${name}`)].join(' ');
}

const merged = (cpv: string) => `::: completed emerge (1 of 1) ${cpv} to /`;
const started = (cpv: string) => `>>> emerge (1 of 1) ${cpv} to /`;
const end = '*** terminating.';

test.each([
  ['a call that failed records nothing', ['*** emerge app-t/a', started('app-t/a-1'), end], ''],
  ['a call that merged', ['*** emerge app-t/a', merged('app-t/a-1'), end], 'app-t/a'],
  ['only what was named', ['*** emerge app-t/a', merged('lib-t/x-1'), merged('app-t/a-1'), end], 'app-t/a'],
  [
    'slot and repository as named',
    ['*** emerge app-t/a:2::shop', merged('app-t/a-2'), end],
    'app-t/a:2::shop',
  ],
  ['a bare name', ['*** emerge vim', merged('app-editors/vim-9'), end], 'app-editors/vim'],
  [
    'a file, by what emerge says',
    ['*** emerge /x/a-1.gpkg.tar', '=== (1 of 1) Updating world file (app-t/a-1)', end],
    'app-t/a',
  ],
  ['no trace but --update', ['*** emerge --update app-t/a', end], 'app-t/a'],
  ['no trace, --update and a question', ['*** emerge --ask --update app-t/a', end], ''],
  ['a set, whatever happened', ['*** emerge @kit', end], '@kit'],
  ['a set, and a question answered with no', ['*** emerge --ask @kit', end], ''],
  ['a set, and a question answered with yes', ['*** emerge --ask @kit', started('app-t/a-1'), end], '@kit'],
  ['--oneshot', ['*** emerge --oneshot @kit app-t/a', merged('app-t/a-1'), end], ''],
  ['--deselect', ['*** emerge @kit', end, '*** emerge --deselect --deselect @kit', end], ''],
  [
    '--unmerge',
    [
      '*** emerge app-t/a',
      merged('app-t/a-1'),
      end,
      '*** emerge --unmerge app-t/a',
      '>>> unmerge success: app-t/a-1',
      end,
    ],
    '',
  ],
  [
    '--unmerge that keeps world',
    [
      '*** emerge app-t/a',
      merged('app-t/a-1'),
      end,
      '*** emerge --deselect=n --unmerge app-t/a',
      '>>> unmerge success: app-t/a-1',
      end,
    ],
    'app-t/a',
  ],
  [
    'another version goes',
    [
      '*** emerge app-t/a',
      merged('app-t/a-1'),
      end,
      '*** emerge app-t/a',
      '>>> unmerge success: app-t/a-1',
      merged('app-t/a-2'),
      end,
    ],
    'app-t/a',
  ],
  [
    'one of two slots goes',
    [
      '*** emerge app-t/a',
      merged('app-t/a-1'),
      merged('app-t/a-2'),
      end,
      '*** emerge --depclean',
      '>>> unmerge success: app-t/a-1',
      end,
    ],
    'app-t/a',
  ],
  [
    '--unmerge of a set',
    ['*** emerge @kit', end, '*** emerge --unmerge @kit', '>>> unmerge success: app-t/a-1', end],
    '',
  ],
  [
    '--depclean of a set that is selected removes nothing',
    ['*** emerge @kit', end, '*** emerge --depclean @kit', end],
    '@kit',
  ],
  [
    'two emerges at once',
    ['*** emerge app-t/a', '*** emerge @kit', merged('app-t/a-1'), end, end],
    'app-t/a @kit',
  ],
])('%s', (_, lines, expected) => {
  expect(recorded(lines)).toBe(expected);
});

test('a call for another root records nothing here', () => {
  const lines = ['*** emerge --root=/mnt/x @kit', end];
  expect([recorded(lines), recorded(lines, '/mnt/x')]).toEqual(['', '@kit']);
});
