import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAtom } from '../../portage/atom.ts';
import {
  atomConcerns,
  filterAtomLines,
  filterLocalDescriptions,
  filterUpdates,
  newsConcerns,
  profileRule,
} from '../../portage/profile-filter.ts';

const concerns = atomConcerns(['zz'], ['app-misc/foo-1', 'app-misc/foo-2-r1', 'dev-libs/bar-0.9']);

describe('which atoms concern copied versions', () => {
  test.each([
    ['app-misc/foo', true],
    ['=app-misc/foo-1', true],
    ['=app-misc/foo-3', false],
    ['<app-misc/foo-2', true],
    ['>app-misc/foo-3', false],
    ['~app-misc/foo-2', true],
    ['=app-misc/foo-2*', true],
    ['app-misc/foo:7', true],
    ['app-misc/foo::zz', true],
    ['app-misc/foo::gentoo', false],
    ['app-misc/*', true],
    ['*/*', true],
    ['*/*::gentoo', false],
    ['sys-apps/*', false],
    ['app-misc/foobar', false],
    ['dev-libs/bar[x]', true],
  ])('%s: %s', (text, expected) => {
    expect(concerns(parseAtom(text, { allowWildcard: true })!)).toBe(expected);
  });
});

describe('package.* files', () => {
  test('keep the paragraph of a line that stays: comments above it, not what is below', () => {
    const text = [
      '# Copyright',
      '',
      '# Somebody (1 Jan 2026)',
      '# Old and broken',
      'app-misc/other',
      '=app-misc/foo-1',
      '# and this one',
      'app-misc/third',
      '',
      '# Nobody',
      'sys-apps/none',
      '',
      '-dev-libs/bar',
      '',
    ].join('\n');
    expect(filterAtomLines(text, concerns)).toBe(
      '# Somebody (1 Jan 2026)\n# Old and broken\n=app-misc/foo-1\n\n-dev-libs/bar\n',
    );
  });

  test('keep flags, ends of lines, and bytes that are no UTF-8', () => {
    const line = 'app-misc/foo\tx -y # caf\xe9\xff';
    expect(filterAtomLines(`# \xfe\r\n${line}\r\nsys-apps/a b\r\n`, concerns)).toBe(`# \xfe\r\n${line}\r\n`);
    expect(filterAtomLines(line, concerns)).toBe(`${line}\n`);
    expect(filterAtomLines('a\rapp-misc/foo\rb', concerns)).toBe('app-misc/foo\r');
  });

  test('rubbish leaves nothing', () => {
    expect(filterAtomLines('\xef\xbb\xbfapp-misc/foo\n\0\n!!!\n- \n--app-misc/foo\n', concerns)).toBe('');
    expect(filterAtomLines('', concerns)).toBe('');
  });

  test('whatever the text: what is left stays as it is when it is filtered again', () => {
    const line = fc.oneof(
      fc.constantFrom(
        'app-misc/foo x',
        '# why',
        '',
        '  ',
        'sys-apps/none',
        '-dev-libs/bar',
        '=app-misc/foo-9',
      ),
      fc.string({ unit: 'binary', maxLength: 8 }).map(text => Buffer.from(text).toString('latin1')),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.constantFrom('\n', '\r\n'), (lines, end) => {
        const once = filterAtomLines(lines.join(end), concerns);
        expect(filterAtomLines(once, concerns)).toBe(once);
        for (const bit of once.split(/[\r\n]+/)) expect(lines.join(end)).toContain(bit);
      }),
    );
  });
});

test('use.local.desc keeps the lines of copied packages', () => {
  const text = '# c\napp-misc/foo:x - a: b\nsys-apps/a:x - app-misc/foo:\ndev-libs/bar:y - z';
  expect(filterLocalDescriptions(text, new Set(['app-misc/foo', 'dev-libs/bar']))).toBe(
    'app-misc/foo:x - a: b\ndev-libs/bar:y - z\n',
  );
});

test('updates keep the whole chain of moves, and slot moves of what is in it', () => {
  const files = new Map([
    ['1Q-2020', 'move a-b/one app-misc/two\nmove x-x/y x-x/z\n'],
    ['2Q-2021', 'move app-misc/two app-misc/foo\nslotmove <a-b/one-2 0 1\nslotmove x-x/z 0 1\n'],
    ['3Q-2021', 'move x-x/z x-x/q\nrubbish app-misc/foo\n'],
  ]);
  expect([...filterUpdates(files, new Set(['app-misc/foo']))]).toEqual([
    ['1Q-2020', 'move a-b/one app-misc/two\n'],
    ['2Q-2021', 'move app-misc/two app-misc/foo\nslotmove <a-b/one-2 0 1\n'],
  ]);
});

test('news: of a package that is copied, of none, and not of others', () => {
  const cps = new Set(['app-misc/foo']);
  const item = (...lines: string[]) =>
    ['Title: x', 'News-Item-Format: 2.0', ...lines, '', 'text', ''].join('\n');
  expect(newsConcerns(item('Display-If-Installed: <app-misc/foo-0.1'), cps)).toBe(true);
  expect(newsConcerns(item('Display-If-Installed: a-b/c', 'Display-If-Installed: app-misc/foo'), cps)).toBe(
    true,
  );
  expect(newsConcerns(item('Display-If-Installed: a-b/c', 'Display-If-Keyword: amd64'), cps)).toBe(false);
  expect(newsConcerns(item('Display-If-Keyword: amd64'), cps)).toBe(true);
});

test.each([
  ['package.mask', 'atoms'],
  ['package.mask/10-old', 'atoms'],
  ['package.mask/.hidden', 'out'],
  ['package.mask/old~', 'out'],
  ['package.unmask', 'out'],
  ['package.use.stable.mask', 'atoms'],
  ['use.mask', 'whole'],
  ['desc/python_targets.desc', 'whole'],
  ['desc', 'out'],
  ['updates/1Q-2020', 'updates'],
  ['use.local.desc', 'local-descriptions'],
  ['profiles.desc', 'out'],
  ['default/linux/package.mask', 'out'],
  ['info_pkgs', 'whole'],
  ['repo_name', 'out'],
] as const)('profiles/%s: %s', (path, rule) => {
  expect(profileRule(path, { unmask: false })).toBe(rule);
  expect(profileRule('package.unmask', { unmask: true })).toBe('atoms');
});
