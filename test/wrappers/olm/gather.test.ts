import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseOverlayList } from '../../../portage/files/overlay-list.ts';
import { locate } from '../../../system/locate.ts';
import { gather } from '../../../wrappers/olm/gather.ts';
import { localView } from '../../../wrappers/olm/local-view.ts';
import { emerge } from '../../kit/environment.ts';
import { rootWith } from '../../testbed/kept-roots.ts';
import { sourceOf, type ToyOverlay, toyFiles, writeFiles } from '../../testbed/overlay-tree.ts';
import { writeText } from '../../testbed/repository.ts';

const selections = (list: string) => parseOverlayList(list, 'packages').selections;
const masters = new Map([['o', ['testbed']]]);

function seen(environment: Readonly<Record<string, string>>) {
  return localView(locate(environment, { emerge }), environment);
}

test('what is here: versions, slots, flags of the profile, eclasses, and no generated repository', async () => {
  const root = await rootWith({
    ebuilds: {
      'l/cached-1': { SLOT: '3/4', IUSE: '+one -two three' },
      'l/cached-2': { SLOT: '3' },
      'l/sourced-1': { inherit: 'base', SLOT: '5', IUSE: 'x' },
      'l/sourced-2': { inherit: 'base' },
    },
    eclasses: { base: 'SLOT=7\ninherit deeper\n', deeper: '' },
    overlays: { mine: { ebuilds: { 'l/cached-3': {} } } },
    reposConf: '[made]\nlocation = %(EPREFIX)s/var/made\nsync-type = olm\nsync-uri = olm:made\n',
  });
  writeText(join(root.repository, 'l/plain/plain-1.2-r3.ebuild'), 'EAPI=8\nSLOT="$PV/$PR"\nIUSE="a +b"\n');
  writeText(join(root.repository, 'unlisted/x/x-1.ebuild'), 'EAPI=8\nSLOT=0\n');
  writeText(join(root.repository, 'licenses/Own'), '');
  const made = toyFiles('made', { ebuilds: { 'l/made-1': {} } });
  writeFiles(join(root.directory, 'var/made'), made);
  const local = seen(root.environment);
  const described = (cp: string) =>
    local.versions(cp).map(({ cpv, repo, slot, subslot, anySlot, iuse }) => ({
      ...{ cpv: `${cpv.text}::${repo}`, slot: anySlot ? '?' : slot, subslot },
      iuse: iuse && [...iuse].filter(flag => !local.implicit.has(flag)),
    }));
  expect(described('l/cached')).toEqual([
    { cpv: 'l/cached-1::testbed', slot: '3', subslot: '4', iuse: ['one', 'two', 'three'] },
    { cpv: 'l/cached-2::testbed', slot: '3', subslot: undefined, iuse: [] },
    { cpv: 'l/cached-3::mine', slot: '0', subslot: undefined, iuse: [] },
  ]);
  expect(described('l/sourced')).toEqual([
    { cpv: 'l/sourced-1::testbed', slot: '5', subslot: undefined, iuse: undefined },
    { cpv: 'l/sourced-2::testbed', slot: '?', subslot: undefined, iuse: undefined },
  ]);
  expect(described('l/plain')).toEqual([
    { cpv: 'l/plain-1.2-r3::testbed', slot: '1.2', subslot: 'r3', iuse: ['a', 'b'] },
  ]);
  expect([described('l/made'), described('unlisted/x'), described('../l/cached')]).toEqual([[], [], []]);
  expect([...local.generated]).toEqual(['made']);
  expect(['mine', 'made', 'gone'].map(local.hasRepository)).toEqual([true, false, false]);
  expect(['Own', '../licenses/Own', 'Other'].map(local.hasLicense)).toEqual([true, false, false]);
  expect(['l', 'unlisted'].map(local.hasCategory)).toEqual([true, false]);
  expect([...local.implicit].sort()).toEqual(
    expect.arrayContaining(['amd64', 'elibc_glibc', 'kernel_linux', 'prefix']),
  );
  expect(local.eclass('deeper', ['testbed'])).toBe('e69de29bb2d1d6434b8b29ae775ad8c2e48c5391');
  expect(local.eclass('deeper', ['testbed'], 64)).toHaveLength(64);
  expect(local.eclass('deeper', ['mine'])).toBeUndefined();
  expect(local.inherits('base', ['mine', 'testbed'])).toEqual(['deeper']);
  // Portage has sourced it by now, and keeps what it found
  await root.emerge(['-p', '=l/sourced-2']);
  const later = seen(root.environment)
    .versions('l/sourced')
    .map(({ slot, iuse }) => [slot, iuse?.size]);
  expect(later[1]).toEqual(['7', local.implicit.size]);
});

const chain: ToyOverlay = {
  ebuilds: {
    'o/a-1': { RDEPEND: 'o/b' },
    'o/a-2': { RDEPEND: 'o/b' },
    'o/b-1': { DEPEND: 'o/c l/here' },
    'o/c-1': {},
    'l/here-9': {},
  },
};

test('each step is one read of each overlay, and reads what one closure needs', async () => {
  const root = await rootWith({ ebuilds: { 'l/here-1': {} } });
  const asked: string[][] = [];
  const source = sourceOf('o', toyFiles('o', chain), asked);
  const found = await gather(selections('o/a::o'), new Map([['o', source]]), seen(root.environment), {
    masters,
  });
  expect(found.packages.map(({ cp }) => cp)).toEqual(['o/a', 'o/b', 'o/c']);
  expect(asked.map(paths => paths.sort())).toEqual([
    ['metadata/md5-cache/o/a-1', 'metadata/md5-cache/o/a-2', 'o/a/a-1.ebuild', 'o/a/a-2.ebuild'],
    ['metadata/md5-cache/o/b-1', 'o/b/b-1.ebuild'],
    ['metadata/md5-cache/o/c-1', 'o/c/c-1.ebuild'],
  ]);
});

test('what no entry fits is asked of who can source it; an old entry is better than none', async () => {
  const root = await rootWith({});
  const files = toyFiles('o', chain);
  files.delete('metadata/md5-cache/o/a-1');
  files.set('o/b/b-1.ebuild', '# changed since\n');
  files.set('metadata/md5-cache/o/c-1', 'no entry\n');
  const sources = new Map([['o', sourceOf('o', files)]]);
  const local = seen(root.environment);
  const without = await gather(selections('o/a::o'), sources, local, { masters });
  expect(without.packages.map(({ cp }) => cp)).toEqual(['l/here', 'o/a', 'o/b', 'o/c']);
  expect(without.unknown.map(({ cpv }) => cpv)).toEqual(['o/a-1', 'o/c-1']);
  const asked: (readonly string[])[] = [];
  const withIt = await gather(selections('o/a::o'), sources, local, {
    masters,
    metadata: async (_, cpvs) => {
      asked.push(cpvs);
      const fields = new Map([
        ['EAPI', '8'],
        ['SLOT', '0'],
        ['RDEPEND', 'o/b'],
      ]);
      return new Map(cpvs.map(cpv => [cpv, { fields, eclasses: [] }]));
    },
  });
  expect(asked).toEqual([['o/a-1'], ['o/b-1']]);
  expect(withIt.packages.map(({ cp }) => cp)).toEqual(['o/a', 'o/b']);
  expect(withIt.unknown).toEqual([]);
});

test('a name that is nearly one', async () => {
  const root = await rootWith({});
  const sources = new Map([['o', sourceOf('o', toyFiles('o', { ebuilds: { 'dev-foo/barbaz-1': {} } }))]]);
  const found = await gather(
    selections('dev-foo/barbas::o\nx/barbaz::o\ny/z::o'),
    sources,
    seen(root.environment),
    {
      masters,
    },
  );
  expect(found.unmatched.map(({ near }) => near)).toEqual([['dev-foo/barbaz'], ['dev-foo/barbaz'], []]);
});
