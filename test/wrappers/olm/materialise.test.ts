import { expect, test } from 'vitest';
import type { Closure, ClosurePackage } from '../../../portage/closure.ts';
import { materialise } from '../../../wrappers/olm/materialise.ts';
import { type OverlayTexts, overlaySource } from '../../kit/overlay-source.ts';

const because = [{ kind: 'selected', text: 'x', file: 'f', line: 1 }] as const;
const taken = (cp: string, cpvs: string[], whole = true, overlay = 'zz'): ClosurePackage => ({
  overlay,
  cp,
  cpvs,
  whole,
  because,
});

function closureOf(packages: ClosurePackage[], more: Partial<Closure> = {}): Closure {
  return {
    packages,
    eclasses: [],
    eclassFiles: [],
    licenses: [],
    missing: [],
    unmatched: [],
    unknown: [],
    ...more,
  } as Closure;
}

const local = { hasCategory: (name: string) => name === 'dev-libs' };
const thin =
  'masters = gentoo\nthin-manifests = true\ncache-formats = md5-dict\nsign-commits = true\nrepo-name = zz\n';

const odd = Buffer.concat([Buffer.from('# \xff\xfe', 'latin1'), Buffer.from([0, 0x80]), Buffer.from('\r\n')]);

const tree: OverlayTexts = {
  'README.md': 'no',
  '.github/x.yml': 'no',
  'app-misc/foo/foo-1.ebuild': 'one',
  'app-misc/foo/foo-2-r1.ebuild': odd,
  'app-misc/foo/Manifest': 'DIST foo-1.tar.gz 1 BLAKE2B 00\n',
  'app-misc/foo/metadata.xml': '<x/>',
  'app-misc/foo/files/deep/er.patch': odd,
  'app-misc/foo/ChangeLog': 'old',
  'app-misc/foobar/foobar-1.ebuild': 'no',
  'dev-libs/bar/bar-0.9.ebuild': 'bar',
  'eclass/a.eclass': '. a.sh',
  'eclass/a.sh': 'sh',
  'eclass/b.eclass': 'no',
  'eclass/tests/a.sh': 'no',
  'licenses/FOO': 'foo',
  'licenses/NO': 'no',
  'metadata/layout.conf': thin,
  'metadata/md5-cache/app-misc/foo-1': 'c1',
  'metadata/md5-cache/app-misc/foo-2-r1': 'c2',
  'metadata/md5-cache/app-misc/foobar-1': 'no',
  'metadata/pkg_desc_index': 'no',
  'metadata/timestamp.chk': 'no',
  'metadata/news/2026-01-01-a/2026-01-01-a.en.txt': 'Title: a\nDisplay-If-Installed: app-misc/foo\n\nx',
  'metadata/news/2026-01-01-a/2026-01-01-a.en.txt.asc': 'sig',
  'metadata/news/2026-01-01-a/2026-01-01-a.de.txt': 'Title: a\nDisplay-If-Installed: app-misc/foo\n\nx',
  'metadata/news/2026-01-02-b/2026-01-02-b.en.txt': 'Title: b\nDisplay-If-Installed: x-x/y\n\nx',
  'profiles/arch.list': 'amd64\n',
  'profiles/categories': 'app-misc\ndev-libs\nsys-apps\n',
  'profiles/default/linux/make.defaults': 'no',
  'profiles/desc/x.desc': 'x - y\n',
  'profiles/eapi': '8\n',
  'profiles/license_groups': 'FREE FOO\n',
  'profiles/package.mask/one': '# why\n=app-misc/foo-1\n\nx-x/y\n',
  'profiles/package.mask/two': 'x-x/y\n',
  'profiles/package.unmask': 'app-misc/foo\n',
  'profiles/package.use': 'app-misc/foo a\nx-x/y b\n',
  'profiles/package.use.stable.mask': 'x-x/y b\n',
  'profiles/profiles.desc': 'no',
  'profiles/repo_name': 'zz\n',
  'profiles/thirdpartymirrors': 'm https://m.invalid/\n',
  'profiles/updates/1Q-2020': 'move app-misc/old app-misc/foo\nmove x-x/y x-x/z\n',
  'profiles/updates/2Q-2020': 'move x-x/in x-x/out\n',
  'profiles/use.local.desc': 'app-misc/foo:a - b\nx-x/y:a - b\n',
  'profiles/use.mask': 'flag\n',
  'sets.conf': '[a]\n',
  'sets/kde': 'app-misc/foo\n',
};

const common = [
  'metadata/layout.conf',
  'profiles/arch.list',
  'profiles/categories',
  'profiles/desc/x.desc',
  'profiles/eapi',
  'profiles/license_groups',
  'profiles/package.mask/one',
  'profiles/package.use',
  'profiles/repo_name',
  'profiles/thirdpartymirrors',
  'profiles/updates/1Q-2020',
  'profiles/use.local.desc',
  'profiles/use.mask',
];

const texts = (files: ReadonlyMap<string, Uint8Array>) => (path: string) =>
  Buffer.from(files.get(path) ?? []).toString();

test('whole packages with what belongs to them, byte for byte, and nothing else', async () => {
  const source = overlaySource('zz', tree);
  const closure = closureOf([taken('app-misc/foo', ['app-misc/foo-1', 'app-misc/foo-2-r1'])], {
    eclasses: [{ overlay: 'zz', name: 'a', by: 'app-misc/foo-1' }],
    eclassFiles: [{ overlay: 'zz', path: 'eclass/a.sh' }],
    licenses: [{ overlay: 'zz', name: 'FOO' }],
  });
  const { files, notes } = await materialise(source, closure, local, { masters: ['gentoo', 'kde'] });
  expect(notes).toEqual([]);
  const news = 'metadata/news/2026-01-01-a/2026-01-01-a';
  expect([...files.keys()]).toEqual(
    [
      ...common,
      ...Object.keys(tree).filter(path => path.startsWith('app-misc/foo/')),
      'eclass/a.eclass',
      'eclass/a.sh',
      'licenses/FOO',
      'metadata/md5-cache/app-misc/foo-1',
      'metadata/md5-cache/app-misc/foo-2-r1',
      ...[`${news}.de.txt`, `${news}.en.txt`, `${news}.en.txt.asc`],
    ].sort(),
  );
  const made = new Set([...common.filter(path => /categories|layout|package|updates|local/.test(path))]);
  for (const [path, content] of files)
    if (!made.has(path)) expect(Buffer.from(content).equals(Buffer.from(tree[path]!)), path).toBe(true);
  const text = texts(files);
  expect(text('profiles/categories')).toBe('app-misc\n');
  expect(text('profiles/package.mask/one')).toBe('# why\n=app-misc/foo-1\n');
  expect(text('profiles/package.use')).toBe('app-misc/foo a\n');
  expect(text('profiles/updates/1Q-2020')).toBe('move app-misc/old app-misc/foo\n');
  expect(text('profiles/use.local.desc')).toBe('app-misc/foo:a - b\n');
  expect(text('metadata/layout.conf')).toBe(
    'cache-formats = md5-dict\nmasters = gentoo kde\nthin-manifests = true\n',
  );
  expect(source.batches.length).toBeLessThanOrEqual(2);
});

test('a version: its ebuild and cache entry, the common files, lines about it', async () => {
  const closure = closureOf([taken('app-misc/foo', ['app-misc/foo-2-r1'], false)]);
  const { files } = await materialise(overlaySource('zz', tree), closure, local, {
    masters: [],
    installed: ['x-x/out'],
  });
  const inside = [...files.keys()].filter(path =>
    /^(?:app-misc|metadata\/md5|profiles\/(?:package|upd))/.test(path),
  );
  expect(inside).toEqual([
    'app-misc/foo/Manifest',
    'app-misc/foo/files/deep/er.patch',
    'app-misc/foo/foo-2-r1.ebuild',
    'app-misc/foo/metadata.xml',
    'metadata/md5-cache/app-misc/foo-2-r1',
    'profiles/package.use',
    'profiles/updates/1Q-2020',
    'profiles/updates/2Q-2020',
  ]);
  expect(texts(files)('metadata/layout.conf')).toContain('masters =\n');
});

test('a thick Manifest brings the whole directory, a signed thin one does not', async () => {
  const manifest = 'AUX deep/er.patch 1 SHA512 0\nEBUILD foo-1.ebuild 1 SHA512 0\nDIST x 1 SHA512 0\n';
  const closure = closureOf([taken('app-misc/foo', ['app-misc/foo-2-r1'], false)]);
  const with_ = async (layout: string, text: string) => {
    const changed = { ...tree, 'metadata/layout.conf': layout, 'app-misc/foo/Manifest': text };
    const { files, notes } = await materialise(overlaySource('zz', changed), closure, local, {
      masters: ['gentoo'],
    });
    return { paths: [...files.keys()], notes, layout: texts(files)('metadata/layout.conf') };
  };
  const thick = await with_('masters = gentoo\nmanifest-hashes = SHA512 WHIRLPOOL\n', manifest);
  expect(thick.paths).toContain('app-misc/foo/foo-1.ebuild');
  expect(thick.paths).toContain('app-misc/foo/ChangeLog');
  expect(thick.paths).toContain('metadata/md5-cache/app-misc/foo-1');
  expect(thick.paths).toContain('profiles/package.mask/one');
  expect(thick.layout).toContain('manifest-hashes = SHA512 WHIRLPOOL\n');
  expect(thick.notes).toEqual([
    'zz: app-misc/foo: all versions were copied, since its Manifest lists their ebuilds',
  ]);
  for (const layout of [thin, 'masters = gentoo\nuse-manifests = false\n'])
    expect((await with_(layout, manifest)).paths).not.toContain('app-misc/foo/foo-1.ebuild');
  const signed = '-----BEGIN PGP SIGNED MESSAGE-----\n\nDIST x 1 SHA512 0\n-----BEGIN PGP SIGNATURE-----\n';
  expect((await with_('masters = gentoo\n', signed)).paths).not.toContain('app-misc/foo/foo-1.ebuild');
});

test('options: package.unmask, sets, another name, sourced metadata', async () => {
  const source = overlaySource('zz', tree, { spec: { unmask: true, sets: true } });
  const closure = closureOf([taken('dev-libs/bar', ['dev-libs/bar-0.9'], true, 'own')]);
  const entry = {
    fields: new Map([
      ['EAPI', '8'],
      ['SLOT', '0'],
    ]),
    eclasses: [],
    md5: 'a'.repeat(32),
  };
  const { files } = await materialise(source, closure, local, {
    masters: ['gentoo'],
    name: 'own',
    sourced: new Map([
      ['dev-libs/bar-0.9', entry],
      ['dev-libs/other-1', entry],
    ]),
  });
  const text = texts(files);
  expect(text('profiles/repo_name')).toBe('own\n');
  expect(text('metadata/md5-cache/dev-libs/bar-0.9')).toBe(`EAPI=8\nSLOT=0\n_md5_=${entry.md5}\n`);
  expect(files.has('profiles/categories')).toBe(false);
  expect(files.has('profiles/package.unmask')).toBe(false);
  expect(text('sets/kde')).toBe('app-misc/foo\n');
  expect(files.has('metadata/md5-cache/dev-libs/other-1')).toBe(false);
  const foo = closureOf([taken('app-misc/foo', ['app-misc/foo-1'])]);
  expect(
    texts((await materialise(source, foo, local, { masters: [] })).files)('profiles/package.unmask'),
  ).toBe('app-misc/foo\n');
});

test('a master: eclasses, and of its profiles what counts for those that have it as master', async () => {
  const closure = closureOf([taken('app-misc/foo', ['app-misc/foo-1'], true, 'other')], {
    eclasses: [{ overlay: 'zz', name: 'a', by: 'app-misc/foo-1' }],
  });
  const { files } = await materialise(overlaySource('zz', tree), closure, local, {
    masters: ['gentoo'],
    dependents: ['other'],
  });
  const paths = [...files.keys()];
  expect(paths).toContain('eclass/a.eclass');
  expect(paths).toContain('profiles/package.mask/one');
  expect(paths).toContain('profiles/use.mask');
  expect(paths.filter(path => /^(?:app-misc|metadata\/(?:news|md5))/.test(path))).toEqual([]);
  const nothing = await materialise(overlaySource('zz', tree), closureOf([]), local, { masters: [] });
  expect(nothing.files.size).toBe(0);
});

test('what the overlay holds beside files is told where it belongs to a copied package', async () => {
  const refused = [
    { path: 'app-misc/foo/files/link', why: 'a symbolic link' },
    { path: 'x-x/y/files/link', why: 'a symbolic link' },
  ];
  const closure = closureOf([taken('app-misc/foo', ['app-misc/foo-1'])]);
  const { notes } = await materialise(overlaySource('zz', tree, { refused }), closure, local, {
    masters: [],
  });
  expect(notes).toEqual(['zz: app-misc/foo/files/link: not copied: a symbolic link']);
});

test('rubbish in profiles and layout.conf does no harm', async () => {
  const rubbish = Buffer.from(Array.from({ length: 999 }, (_, i) => (i * 7919) % 256));
  const spoilt = Object.fromEntries(
    Object.entries(tree).map(([path, text]) => [
      path,
      /^(?:profiles|metadata\/[ln])/.test(path) ? rubbish : text,
    ]),
  );
  const closure = closureOf([taken('app-misc/foo', ['app-misc/foo-1', 'app-misc/foo-2-r1'])]);
  const { files } = await materialise(overlaySource('zz', spoilt), closure, local, { masters: ['gentoo'] });
  expect(Buffer.from(files.get('profiles/use.mask')!).equals(rubbish)).toBe(true);
  expect(texts(files)('profiles/repo_name')).toBe('zz\n');
  expect(files.has('profiles/package.use')).toBe(false);
});
