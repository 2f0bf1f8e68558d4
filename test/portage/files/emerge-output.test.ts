import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DisplayedItem, parseMergeList } from '../../../portage/files/emerge-output.ts';
import { top } from '../../kit/environment.ts';
import { type ResolvedNode, resolveIn } from '../../testbed/resolver.ts';
import { makeRoot, type Root } from '../../testbed/root.ts';
import { pretendRoot, targets } from './pretend-root.ts';

function fixture(name: string): DisplayedItem[] {
  const text = readFileSync(join(top, 'test/portage/files/fixtures/pretend', `${name}.txt`), 'utf8');
  const { value, problems } = parseMergeList(text);
  expect(problems).toEqual([]);
  return value;
}

function brief(item: DisplayedItem): string {
  if (item.type === 'blocks')
    return `blocks ${item.satisfied} ${item.hard} ${item.atom} ${item.parents.join(' ')}`;
  return [item.type, item.cpv, item.reason].filter(Boolean).join(' ');
}

const list = [
  'ebuild dev-libs/lib-2 upgrade',
  'ebuild app-misc/below-0.1a new',
  'ebuild app-misc/old-2 upgrade',
  'ebuild app-misc/slotted-2-r3 new slot',
  'ebuild app-misc/down-2 downgrade',
  'ebuild app-misc/same-1.0_rc2 reinstall',
  'ebuild app-misc/flags-1 changed USE',
  'ebuild app-misc/asks-1 new',
  'ebuild app-misc/handmade-1 new',
  'ebuild app-misc/testing-1 new',
  'ebuild app-misc/wild-9999 new',
  'ebuild app-misc/masked-1 new',
  'binary app-misc/bin-1 new',
  'ebuild app-misc/new-1 new',
  'ebuild app-misc/user-1 slot rebuild',
  'ebuild app-misc/blocker-1 new',
  'uninstall app-misc/blocked-1',
  'blocks true false <app-misc/blocked-2 app-misc/blocker-1',
];

describe('the list that emerge prints', () => {
  it.each(['verbose', 'colour', 'plain', 'alphabetical', 'quiet-repo', 'quiet-verbose'])(
    'is read: %s',
    name => {
      expect(fixture(name).map(brief)).toEqual(list);
    },
  );

  it('is read with --columns, which hides uninstalls and solved blockers', () => {
    expect(fixture('columns').map(brief)).toEqual(list.slice(0, 16));
  });

  it('is read with --quiet, which hides the flags', () => {
    const quiet = list.map(line => line.replace('changed USE', 'reinstall'));
    expect(fixture('quiet').map(brief)).toEqual(quiet);
    // there a binary looks like an ebuild
    const columns = quiet.slice(0, 16).map(line => line.replace('binary', 'ebuild'));
    expect(fixture('quiet-columns').map(brief)).toEqual(columns);
  });

  it.each(['tree', 'unordered-tree'])('is read as a tree: %s', name => {
    const items = fixture(name);
    expect(
      items
        .map(brief)
        .filter(line => !line.startsWith('nomerge'))
        .sort(),
    ).toEqual(list.toSorted());
    const depth = (cpv: string) =>
      items.flatMap(item => (item.type !== 'blocks' && item.cpv === cpv ? [item.depth] : []));
    expect(depth('app-misc/below-0.1a')).toEqual([1]);
    expect(depth('app-misc/blocked-1')).toEqual([2]);
    expect(items.filter(item => item.type === 'blocks').map(item => item.depth)).toEqual([1]);
  });

  it.each(['verbose', 'colour'])('gives slots, repositories, flags, masks and sizes: %s', name => {
    const items = new Map(fixture(name).flatMap(item => (item.type === 'blocks' ? [] : [[item.cpv, item]])));
    expect(items.get('dev-libs/lib-2')).toMatchObject({
      ...{ slot: '0', subslot: '2', repo: 'testbed', root: '/', kibibytes: 0, depth: 0, interactive: false },
      installed: [{ version: '1', slot: '0', subslot: '1', repo: 'testbed' }],
    });
    expect(items.get('app-misc/slotted-2-r3')).toMatchObject({
      ...{ slot: '2', subslot: '2.5' },
      installed: [{ version: '1', slot: '1', subslot: '1' }],
    });
    expect(items.get('app-misc/asks-1')?.interactive).toBe(true);
    expect(items.get('app-misc/handmade-1')?.fetch).toBe('satisfied');
    const masks = ['testing', 'wild', 'masked', 'old'].map(
      name => [...items.values()].find(({ cpv }) => cpv.startsWith(`app-misc/${name}-`))?.mask,
    );
    expect(masks).toEqual(['testing', 'no keywords', 'masked', undefined]);
    const flags = items
      .get('app-misc/flags-1')
      ?.flags.map(flag =>
        [
          flag.name,
          ...(['enabled', 'changed', 'added', 'fixed', 'removed'] as const).filter(key => flag[key]),
        ].join(' '),
      );
    expect(flags).toEqual([
      'forced enabled changed added fixed',
      'fresh enabled changed added',
      'is enabled changed',
      'same',
      'was changed',
      'gone changed added fixed removed',
    ]);
    const use = items.get('app-misc/new-1')?.flags.map(flag => `${flag.enabled ? '' : '-'}${flag.name}`);
    expect(use).toEqual(['a', '-b', 'python_targets_p2', '-python_targets_p1']);
  });

  it('gives other roots', () => {
    for (const name of ['root', 'root-columns']) {
      expect(fixture(name).map(item => (item.type === 'blocks' ? '' : `${item.cpv} ${item.root}`))).toEqual(
        ['app-misc/below-0.1a', 'dev-libs/lib-2', 'app-misc/new-1'].map(
          cpv => `${cpv} /prefix/mnt/target/prefix/`,
        ),
      );
    }
    const [, , item] = fixture('root');
    expect(item?.type === 'ebuild' && item.flags.length).toBe(4);
  });

  it('knows a blocker that stands in the way', () => {
    expect(fixture('hard').map(brief).at(-1)).toBe('blocks false true <app-misc/same-2 app-misc/hard-1');
  });

  it.each<[string, object]>([
    [
      '[binary  N g   ] a/b-1.2-r3-14:2/3::r [1.1:2/2::r, 1.0:1::r] to /mnt/ USE="x {test} (-y)" 1,234 KiB',
      {
        ...{
          cpv: 'a/b-1.2-r3',
          buildId: 14,
          slot: '2',
          subslot: '3',
          repo: 'r',
          root: '/mnt/',
          fetch: 'remote',
        },
        ...{
          kibibytes: 1234,
          installed: [
            { version: '1.1', subslot: '2' },
            { version: '1.0', slot: '1' },
          ],
        },
        flags: [
          { name: 'x', fixed: false },
          { name: 'test', enabled: true, fixed: true },
          { name: 'y', fixed: true, removed: false },
        ],
      },
    ],
    ['[ebuild  NSF   ] a/b-1:2::r  0 KiB', { reason: 'new slot', fetch: 'restricted' }],
    ['[ebuild   R    ] a/b-1  USE="-x%" ', { reason: 'changed USE' }],
  ])('reads %s', (line, expected) => {
    expect(parseMergeList(line).value).toMatchObject([expected]);
  });

  it('names lines of a list that it does not understand, and passes over all others', () => {
    const text =
      '[ebuild  N     ] \n[ebuild  X     ] a/b-1\n[blocks\n[binary  N     ] a/b\n\0\n[ebuild  N     ] a/b-1\n>>> Emerging\n';
    const { value, problems } = parseMergeList(text);
    expect(value.map(brief)).toEqual(['ebuild a/b-1 new']);
    expect(problems).toHaveLength(4);
  });
});

describe('against the resolver', () => {
  let root: Root;
  beforeAll(async () => {
    root = await makeRoot(pretendRoot);
    mkdirSync(join(root.directory, 'mnt'));
  });
  afterAll(() => root.remove());

  function node(one: ResolvedNode): string | undefined {
    if (one.type === 'argument') return undefined;
    if (one.type === 'blocker') return `blocks ${one.atom.replace(/^!+/, '')}`;
    const use = one.operation === 'merge' ? one.use.filter(flag => one.iuse.includes(flag)) : [];
    const type = one.operation === 'merge' ? one.type : one.operation;
    return `${type} ${one.cpv} ${one.slot}/${one.sub_slot} ${use.sort().join(' ')}`;
  }

  it('the live output says what the resolver decided', async () => {
    const { stdout } = await root.emerge(['-pvk', ...targets]);
    const { value, problems } = parseMergeList(stdout);
    expect(problems).toEqual([]);
    const { mergelist } = await resolveIn(root, ['-k', ...targets]);
    const ours = value.map(item => {
      if (item.type === 'blocks') return `blocks ${item.atom}`;
      const use = item.flags.filter(flag => flag.enabled && !flag.removed).map(flag => flag.name);
      const [slot = '0', subslot = '0'] = [item.slot, item.subslot];
      return `${item.type} ${item.cpv} ${slot}/${subslot} ${use.sort().join(' ')}`;
    });
    expect(ours.sort()).toEqual(
      mergelist
        .map(node)
        .filter(one => one !== undefined)
        .sort(),
    );
    expect(value.map(brief)).toEqual(list);
  });
});
