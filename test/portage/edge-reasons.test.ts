/** What needs no resolver to judge: roots by PMS 8.1, the words of a reason, faulty input. */
import { expect, test } from 'vitest';
import { type ListedPackage, mergeEdges } from '../../portage/edges.ts';

function listed(cpv: string, root: string, given: Partial<ListedPackage> = {}): ListedPackage {
  const id = root === '/' ? cpv : `${root}:${cpv}`;
  return { id, cpv, root, type: 'ebuild', slot: '0', eapi: '8', use: new Set(), iuse: new Set(), ...given };
}

const depends = { depend: 'app/d', bdepend: 'app/d', rdepend: 'app/d', pdepend: 'app/d', idepend: 'app/d' };

test.each([
  ['8', '/t', { '/': 'bdepend idepend', '/t': 'depend rdepend pdepend' }],
  ['7', '/', { '/': 'depend bdepend idepend', '/t': 'rdepend pdepend' }],
  ['6', '/t', { '/': 'depend bdepend idepend', '/t': 'rdepend pdepend' }],
] as const)('EAPI %s with ROOT=/t and SYSROOT=%s', (eapi, sysroot, expected) => {
  const list = [
    listed('app/d-1', '/'),
    listed('app/d-1', '/t'),
    listed('app/a-1', '/t', { eapi, ...depends }),
  ];
  const edges = mergeEdges({ listed: list, installed: [], targets: ['app/a'], sysroot });
  expect(Object.fromEntries(edges.map(({ to, kinds }) => [to, kinds.join(' ')]))).toEqual({
    'app/d-1': expected['/'],
    '/t:app/d-1': expected['/t'],
  });
});

test('why an edge is there, in the words of the ebuild', () => {
  const rdepend = 'ssl? ( !static? ( || ( >=app/b-1:0=[x?] app/c ) ) ) app/b';
  const flags = { use: new Set(['ssl', 'x']), iuse: new Set(['ssl', 'static', 'x']) };
  const b = listed('app/b-2', '/', { use: new Set(['x']), iuse: new Set(['x']) });
  const [edge, ...others] = mergeEdges({
    listed: [b, listed('app/a-1', '/', { rdepend, ...flags })],
    installed: [],
    targets: ['app/a'],
  });
  expect(others).toEqual([]);
  expect(edge).toEqual({
    from: 'app/a-1',
    to: 'app/b-2',
    kinds: ['rdepend'],
    againstOrder: false,
    reasons: [
      { kind: 'rdepend', atom: 'app/b', conditions: [], chosen: false },
      { kind: 'rdepend', atom: '>=app/b-1:0=[x?]', conditions: ['ssl', '!static'], chosen: true },
    ],
  });
});

test('unreadable metadata, unknown packages and empty lists give what can be given', () => {
  const broken = listed('app/a-1', '/', { rdepend: '|| ( app/b', depend: 'app/b' });
  const list = [listed('app/b-1', '/'), broken, listed('not a cpv', '/', { rdepend: 'app/b' })];
  const edges = mergeEdges({ listed: list, installed: [], targets: ['!!', 'app/a', 'app/none'] });
  expect(edges.map(({ from, to, kinds }) => [from, to, ...kinds])).toEqual([
    ['app/a-1', 'app/b-1', 'depend'],
  ]);
  expect(mergeEdges({ listed: [], installed: [] })).toEqual([]);
});

test('without targets the edges of a plain list are the same', () => {
  const list = [
    listed('app/c-1', '/'),
    listed('app/b-1', '/', { rdepend: 'app/c' }),
    listed('app/a-1', '/', { rdepend: 'app/b app/c' }),
  ];
  expect(mergeEdges({ listed: list, installed: [] })).toEqual(
    mergeEdges({ listed: list, installed: [], targets: ['app/a'] }),
  );
  expect(mergeEdges({ listed: list, installed: [] })).toHaveLength(3);
});
