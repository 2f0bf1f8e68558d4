/** Whether a set follows a package move: as Portage renames what is installed, and never away from what stays installed. */
import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { atomText, parseAtom } from '../../portage/atom.ts';
import { readCatalogue } from '../../sets/catalogue.ts';
import { installedIn, readMoves, renamedPackages } from '../../sets/moves.ts';
import { locate } from '../../system/locate.ts';
import { emerge, quick } from '../kit/environment.ts';
import { writeInstalled } from '../testbed/installed.ts';
import { writeText } from '../testbed/repository.ts';
import { makeRoot, type Root } from '../testbed/root.ts';

let root: Root;
beforeAll(async () => {
  root = await makeRoot({
    observability: false,
    ebuilds: { 'app/new-1': {}, 'app/newer-1': {}, 'app/slot-1': { SLOT: '2' }, 'app/z-1': {} },
    overlays: {
      plain: { ebuilds: { 'app/left-1': {}, 'app/old-2': {} } },
      own: { ebuilds: { 'app/own-1': {} } },
    },
  });
  writeText(at(`${repos}/own/profiles/updates/1Q-2024`), 'move app/own app/owned\n');
});
afterAll(() => root.remove());

const repos = 'var/db/repos';
const updates = `${repos}/testbed/profiles/updates`;
const at = (path: string) => join(root.directory, path);

interface Given {
  /** File of the main repository's updates -> its lines. */
  readonly updates: Readonly<Record<string, string>>;
  /** cpv -> repository. */
  readonly installed: Readonly<Record<string, string>>;
  readonly slot?: string;
  /** Whether Portage has been through these updates. */
  readonly applied?: boolean;
  readonly defaults?: string;
}

function arrange({ updates: files, installed, slot = '0', applied = false, defaults }: Given): void {
  for (const path of [updates, 'var/db/pkg', 'var/cache/edb'])
    rmSync(at(path), { recursive: true, force: true });
  for (const [name, text] of Object.entries(files)) {
    writeText(at(`${updates}/${name}`), text);
    utimesSync(at(`${updates}/${name}`), 1_700_000_000, 1_700_000_000);
  }
  for (const [counter, [cpv, repository]] of Object.entries(installed).entries())
    writeInstalled(
      at('var/db/pkg'),
      cpv,
      { SLOT: slot },
      { repository, counter: counter + 1, form: 'files' },
    );
  const paths = Object.keys(files).map(name => [at(`${updates}/${name}`), 1_700_000_000]);
  const own = [at(`${repos}/own/profiles/updates/1Q-2024`), 0];
  writeText(
    at('var/cache/edb/mtimedb'),
    JSON.stringify({ updates: applied ? Object.fromEntries([...paths, own]) : {} }),
  );
  const makeConf = root.readText('etc/portage/make.conf')?.replace(/EMERGE_DEFAULT_OPTS.*\n/, '') ?? '';
  const line = defaults === undefined ? '' : `EMERGE_DEFAULT_OPTS="${defaults}"\n`;
  writeFileSync(at('etc/portage/make.conf'), makeConf + line);
}

function becomes(text: string): string {
  const located = locate({ ...root.environment, TUMPLINE_EMERGE: emerge });
  const moved = readMoves(readCatalogue(located, root.environment), installedIn(located));
  const atom = moved(parseAtom(text)!);
  return atom === undefined ? text : atomText(atom);
}

const move = { '1Q-2024': 'move app/old app/new\n' };
const chain = { '3Q-2023': 'move app/old app/new\n', '1Q-2024': 'move app/new app/newer\n' };
const slots = { '1Q-2024': 'slotmove app/slot 1 2\n' };

/** What the entry becomes, and what is installed when Portage has run. */
const cases: readonly [string, Given, string, string, readonly string[]][] = [
  [
    'old and pending',
    { updates: move, installed: { 'app/old-1': 'testbed' } },
    'app/old',
    'app/new',
    ['app/new-1'],
  ],
  [
    'renamed',
    { updates: move, installed: { 'app/new-1': 'testbed' }, applied: true },
    '>=app/old-1',
    '>=app/new-1',
    ['app/new-1'],
  ],
  [
    'old again, from a repository that still has it',
    { updates: move, installed: { 'app/old-2': 'plain' }, applied: true },
    'app/old',
    'app/old',
    ['app/old-2'],
  ],
  [
    'old and pending, from a repository without updates',
    { updates: move, installed: { 'app/old-2': 'plain' } },
    'app/old',
    'app/new',
    ['app/new-2'],
  ],
  [
    'old and pending, from a repository with updates of its own',
    { updates: move, installed: { 'app/old-1': 'own' } },
    'app/old',
    'app/old',
    ['app/old-1'],
  ],
  [
    'old, and nothing is ever renamed',
    { updates: move, installed: { 'app/old-1': 'testbed' }, defaults: '--package-moves=n' },
    'app/old',
    'app/old',
    ['app/old-1'],
  ],
  [
    'twice',
    { updates: { '1Q-2024': Object.values(chain).join('') }, installed: { 'app/old-1': 'testbed' } },
    'app/old[x]',
    'app/newer[x]',
    ['app/newer-1'],
  ],
  [
    'half way',
    { updates: chain, installed: { 'app/new-1': 'testbed' } },
    'app/old',
    'app/newer',
    ['app/newer-1'],
  ],
  [
    'in another slot',
    { updates: slots, installed: { 'app/slot-1': 'testbed' }, slot: '1' },
    'app/slot:1',
    'app/slot:2',
    ['app/slot-1'],
  ],
  [
    'of the own repository',
    { updates: {}, installed: { 'app/own-1': 'own' } },
    'app/own',
    'app/owned',
    ['app/owned-1'],
  ],
  [
    'of another repository',
    { updates: {}, installed: { 'app/own-1': 'testbed' } },
    'app/own',
    'app/own',
    ['app/own-1'],
  ],
];

describe('a move of what is installed', () => {
  test.each(quick ? cases.slice(0, 3) : cases)('%s', async (_, given, entry, wanted, installed) => {
    arrange(given);
    expect(becomes(entry)).toBe(wanted);
    const { exitCode, stderr } = await root.emerge(['--pretend', '--quiet', 'app/z']);
    expect([exitCode, exitCode === 0 ? '' : stderr]).toEqual([0, '']);
    expect(root.merged()).toEqual(installed);
    // and it stays so
    expect(becomes(entry)).toBe(wanted);
  });
});

test('two moves in two files: in the order in which Portage finds them', async () => {
  arrange({ updates: chain, installed: { 'app/old-1': 'testbed' } });
  const before = becomes('>=app/old-1');
  await root.emerge(['--pretend', '--quiet', 'app/z']);
  expect(root.merged()).toEqual([before.slice(2)]);
  expect(becomes('>=app/old-1')).toBe(before);
});

describe('a move of what is not installed', () => {
  test('counts where no repository has the old name', () => {
    arrange({ updates: { '1Q-2024': 'move app/gone app/new\nmove app/left app/new\n' }, installed: {} });
    expect(becomes('app/gone')).toBe('app/new');
    expect(becomes('app/left')).toBe('app/left');
    expect(becomes('app/z')).toBe('app/z');
  });

  test('names all that it hangs on', () => {
    arrange({ updates: chain, installed: {} });
    const located = locate({ ...root.environment, TUMPLINE_EMERGE: emerge });
    const catalogue = readCatalogue(located, root.environment);
    expect(renamedPackages(catalogue, ['app/z', 'app/old']).sort()).toEqual([
      'app/new',
      'app/newer',
      'app/old',
    ]);
    expect(renamedPackages(catalogue, ['app/z'])).toEqual([]);
  });
});
