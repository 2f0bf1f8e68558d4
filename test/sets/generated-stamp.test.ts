/** The stamp holds as long as nothing changes, and for no change on which the sets hang. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { enablingText } from '../../sets/enabling.ts';
import { generate } from '../../sets/generate.ts';
import { stampHolds } from '../../sets/stamp.ts';
import { type Located, locate } from '../../system/locate.ts';
import { emerge, quick } from '../kit/environment.ts';
import { makeRoot, type Root } from '../testbed/root.ts';

let root: Root;
let located: Located;
beforeAll(async () => {
  root = await makeRoot({
    observability: false,
    ebuilds: { 'app/a-1': {} },
    overlays: { kde: {} },
    worldSets: ['@kit'],
    sets: { kit: ['app/a', '@deep/er', '?cat/x'], 'deep/er': ['app/b'] },
    portageConfig: { 'sets.conf/zz-tumpline.conf': enablingText({ copied: [], renamed: [] }) },
  });
  located = locate({ ...root.environment, TUMPLINE_EMERGE: emerge });
  put('var/db/repos/kde/sets.conf', `[kde]\nmultiset = 1\ndirectory = $\{repository:kde}/sets\n`);
  put('var/db/repos/kde/sets/plasma', 'app/a\n');
  put('home/linked', 'app/a\n');
  symlinkSync(join(root.directory, 'home/linked'), at('etc/portage/sets/linked'));
  mkdirSync(at('home/directory'));
  put('home/directory/more', 'app/a\n');
  symlinkSync(at('home/directory'), at('home/link'));
  appendFileSync(at('etc/portage/make.conf'), 'source included\n');
  const included = `USER_SETS_PATH="${at('etc/portage/sets')} ${at('home/link')} ${at('srv/later')}"\n`;
  writeFileSync(at('etc/portage/included'), included);
});
afterAll(() => root.remove());

const at = (path: string) => join(root.directory, path);

function put(path: string, text: string): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
}

/** Writes as many bytes as before. */
function other(path: string): void {
  writeFileSync(at(path), readFileSync(at(path), 'utf8').replace('app/', 'ap2/'));
}

const changes: readonly [string, () => void][] = [
  ['a source', () => other('etc/portage/sets/kit')],
  ['a nested source', () => other('etc/portage/sets/deep/er')],
  [
    'a source, its time put back',
    () => {
      other('etc/portage/sets/kit');
      utimesSync(at('etc/portage/sets/kit'), 1, 1);
    },
  ],
  [
    'a source, by another file of the same bytes',
    () => {
      put('etc/portage/fresh', readFileSync(at('etc/portage/sets/kit'), 'utf8'));
      renameSync(at('etc/portage/fresh'), at('etc/portage/sets/kit'));
    },
  ],
  ['what a link says', () => other('home/linked')],
  ['a file in a linked directory', () => other('home/directory/more')],
  ['a new file in a linked directory', () => put('home/directory/new', 'app/a\n')],
  ['a new set', () => put('etc/portage/sets/deep/new', 'app/a\n')],
  ['a set less', () => rmSync(at('etc/portage/sets/deep/new'))],
  ['a description', () => put('etc/portage/sets/kit.metadata', 'description:\nx\n')],
  ['a directory that was named and not there', () => put('srv/later/set', 'app/a\n')],
  ['what make.conf sources', () => appendFileSync(at('etc/portage/included'), '#\n')],
  ['make.conf', () => appendFileSync(at('etc/portage/make.conf'), '#\n')],
  ['repos.conf', () => appendFileSync(at('etc/portage/repos.conf'), '#\n')],
  ['a new file in sets.conf', () => put('etc/portage/sets.conf/new', '#\n')],
  ['sets.conf of a repository', () => appendFileSync(at('var/db/repos/kde/sets.conf'), '#\n')],
  ["a repository's set", () => other('var/db/repos/kde/sets/plasma')],
  ['a first sets.conf of a repository', () => put('var/db/repos/testbed/sets.conf', '#\n')],
  [
    'a first package update',
    () => put('var/db/repos/testbed/profiles/updates/1Q-2026', 'move app/b app/later\n'),
  ],
  ['a package update more', () => put('var/db/repos/testbed/profiles/updates/2Q-2026', 'move e/f g/h\n')],
  [
    'the profile',
    () => {
      rmSync(at('etc/portage/make.profile'));
      symlinkSync(at('var/db/repos/testbed/profiles'), at('etc/portage/make.profile'));
    },
  ],
  ['a renamed package, installed', () => put('var/db/pkg/app/later-1/SLOT', '0\n')],
  ['an optional member in a new category', () => put('var/db/pkg/cat/x-1/SLOT', '0\n')],
  ['one more in that category', () => put('var/db/pkg/cat/y-1/SLOT', '0\n')],
  ['what is selected', () => put('var/lib/portage/world_sets', '@kit\n@linked\n')],
  ['the generated set', () => appendFileSync(at('var/lib/tumpline/sets/generated/kit'), 'app/z\n')],
  ['a generated set less', () => rmSync(at('var/lib/tumpline/sets/generated/deep/er'))],
  [
    'the file that makes Portage read them',
    () => appendFileSync(at('etc/portage/sets.conf/zz-tumpline.conf'), '#\n'),
  ],
];

test.each(quick ? changes.slice(0, 5) : changes)('ends with %s', async (_, change) => {
  await generate(located, { environment: root.environment });
  expect(stampHolds(located)).toBe(true);
  const before = readFileSync(at('var/lib/tumpline/sets/stamp'), 'utf8');
  expect((await generate(located, { environment: root.environment })).state).toBe('same');
  expect(readFileSync(at('var/lib/tumpline/sets/stamp'), 'utf8')).toBe(before);
  change();
  expect(stampHolds(located)).toBe(false);
});

test('is not there while a selected set is broken, or nothing is selected at all', async () => {
  await generate(located, { environment: root.environment });
  expect(stampHolds(located)).toBe(true);
  put('etc/portage/sets/unused', 'solo\n');
  await generate(located, { environment: root.environment });
  expect(stampHolds(located)).toBe(true);
  put('etc/portage/sets/deep/er', 'solo\n');
  await generate(located, { environment: root.environment });
  expect(existsSync(at('var/lib/tumpline/sets/stamp'))).toBe(false);
  put('etc/portage/sets/deep/er', 'app/b\n');
  await generate(located, { environment: root.environment });
  expect(stampHolds(located)).toBe(true);
  rmSync(at('var/lib/portage/world_sets'));
  await generate(located, { environment: root.environment });
  expect(existsSync(at('var/lib/tumpline/sets/stamp'))).toBe(false);
});
