import { describe, expect, test } from 'vitest';
import { closureOf, taken, type World } from '../kit/closure-world.ts';

describe('what is taken', () => {
  test('a package with all its versions, and what its dependencies name and nobody has here', () => {
    const world: World = {
      overlays: {
        o: {
          'a/one-1': { RDEPEND: 'a/two b/here' },
          'a/one-2': { DEPEND: 'foo? ( a/three )' },
          'a/two-1': { BDEPEND: '!a/five' },
          'a/two-2': {},
          'a/three-1': { IDEPEND: 'a/one', PDEPEND: '>=a/four-2' },
          'a/four-1': {},
          'a/four-2': {},
          'a/five-1': {},
          'b/here-9': {},
        },
      },
      local: { 'b/here-1': {} },
    };
    const found = closureOf('a/one::o', world);
    expect(found.packages.map(({ cp, cpvs, whole }) => [cp, cpvs.length, whole])).toEqual([
      ['a/four', 2, true],
      ['a/one', 2, true],
      ['a/three', 1, true],
      ['a/two', 2, true],
    ]);
    expect(found.steps).toBe(3);
    expect(found.missing).toEqual([]);
    expect(found.packages[1]?.because).toEqual([
      { kind: 'selected', text: 'a/one::o', file: 'packages', line: 1 },
      { kind: 'needed', overlay: 'o', cpv: 'a/three-1', field: 'IDEPEND', atom: 'a/one' },
    ]);
  });

  test('absent is what no local version matches: version, slot and flags', () => {
    const world: World = {
      overlays: {
        o: {
          'a/x-1': { RDEPEND: '>=l/v-2 l/s:2 l/f[new] l/g[new(+)] l/h[-old,new?]' },
          'l/v-2': {},
          'l/s-1': { SLOT: '2/5' },
          'l/f-1': { IUSE: '+new' },
          'l/g-1': {},
          'l/h-1': { IUSE: 'new' },
        },
      },
      local: {
        'l/v-1': {},
        'l/s-3': { SLOT: '3' },
        'l/f-3': {},
        'l/g-3': {},
        'l/h-3': { IUSE: 'old new' },
      },
    };
    expect(taken('a/x::o', world)).toEqual(['a/x-1::o', 'l/f-1::o', 'l/s-1::o', 'l/v-2::o']);
  });

  test('a limited line takes the versions that it names, unless a dependency wants the package', () => {
    const ebuilds = { 'a/x-1': { SLOT: '1' }, 'a/x-2': { SLOT: '2' }, 'a/x-3': { SLOT: '2/3' }, 'a/y-1': {} };
    const world: World = { overlays: { o: ebuilds } };
    expect(taken('>=a/x-2::o', world)).toEqual(['a/x-2::o', 'a/x-3::o']);
    expect(taken('a/x:2::o', world)).toEqual(['a/x-2::o', 'a/x-3::o']);
    expect(taken('a/x:2/3::o', world)).toEqual(['a/x-3::o']);
    expect(taken('=a/x-1::o\na/*::o', world)).toEqual(['a/x-1::o', 'a/x-2::o', 'a/x-3::o', 'a/y-1::o']);
    const wanting: World = { overlays: { o: { ...ebuilds, 'a/y-1': { RDEPEND: 'a/x:1' } } } };
    expect(taken('=a/x-2::o\na/y::o', wanting)).toEqual(['a/x-1::o', 'a/x-2::o', 'a/x-3::o', 'a/y-1::o']);
  });

  test('one version must match what one list says of a package', () => {
    const local = { 'l/x-1': {}, 'l/x-3': {} };
    const world = (RDEPEND: string): World => ({
      overlays: { o: { 'a/a-1': { RDEPEND }, 'l/x-2': {}, 'l/x-4': {} } },
      local,
    });
    expect(taken('a/a::o', world('>=l/x-2 <l/x-3'))).toEqual(['a/a-1::o', 'l/x-2::o', 'l/x-4::o']);
    expect(taken('a/a::o', world('>=l/x-2 <l/x-4'))).toEqual(['a/a-1::o']);
    // meant for two slots
    expect(taken('a/a::o', world('=l/x-1* =l/x-3*'))).toEqual(['a/a-1::o']);
    expect(taken('a/a::o', world('|| ( ( =l/x-1* =l/x-3* ) =l/x-4 )'))).toEqual(['a/a-1::o']);
  });

  test.each([
    ['|| ( l/here o/a )', []],
    ['|| ( o/a l/here )', []],
    ['|| ( o/a o/b )', ['o/a', 'o/b']],
    ['|| ( no/where o/b )', ['o/b']],
    ['|| ( ( o/a no/where ) o/b )', ['o/b']],
    ['|| ( ( l/here o/a ) o/b )', ['o/a', 'o/b']],
    ['|| ( f? ( l/here ) o/b )', ['o/b']],
    ['|| ( ( f? ( o/a ) l/here ) o/b )', ['o/a', 'o/b']],
    ['|| ( ( f? ( l/here ) l/here ) o/b )', []],
    ['|| ( || ( o/a l/here ) o/b )', []],
    ['|| ( ( l/here || ( o/a f? ( l/here ) ) ) o/b )', ['o/a', 'o/b']],
  ])('%s takes %j', (RDEPEND, expected) => {
    const world: World = {
      overlays: { o: { 'a/x-1': { RDEPEND }, 'o/a-1': {}, 'o/b-1': {} } },
      local: { 'l/here-1': {} },
    };
    const found = closureOf('a/x::o', world);
    expect(found.packages.map(({ cp }) => cp).filter(cp => cp !== 'a/x')).toEqual(expected);
    expect(found.missing).toEqual([]);
  });

  test('own overlay first, then its masters that are generated, never another one', () => {
    const world: World = {
      overlays: {
        o: { 'a/x-1': { RDEPEND: 'm/both m/only t/hird' }, 'm/both-1': {} },
        m: { 'm/both-2': {}, 'm/only-1': { RDEPEND: 'a/x m/both' } },
        t: { 't/hird-1': {} },
      },
      masters: { o: ['gentoo', 'm'] },
    };
    const found = closureOf('a/x::o', world);
    expect(taken('a/x::o', world)).toEqual(['m/both-2::m', 'm/only-1::m', 'a/x-1::o', 'm/both-1::o']);
    expect(found.missing).toEqual([
      { overlay: 'm', cpv: 'm/only-1', field: 'RDEPEND', atom: 'a/x', note: 'is in o' },
      { overlay: 'o', cpv: 'a/x-1', field: 'RDEPEND', atom: 't/hird', note: 'is in t' },
    ]);
  });
});

describe('what goes with it', () => {
  test('an eclass where it differs from what the masters provide, and what it inherits and mentions', () => {
    const world: World = {
      overlays: {
        o: {
          'a/x-1': { text: 'EAPI=8\ninherit mine same\n' },
          'a/y-1': { _eclasses_: `other\t${'0'.repeat(32)}`, _md5_: '1'.repeat(32) },
          'a/z-1': { _eclasses_: `lost\t${'0'.repeat(32)}`, _md5_: '1'.repeat(32) },
        },
        m: {},
      },
      texts: {
        o: {
          'eclass/mine.eclass': 'inherit deeper of-master\nsource helper.sh',
          'eclass/same.eclass': 'inherit of-main',
          'eclass/deeper.eclass': '',
          'eclass/other.eclass': 'differs',
          'eclass/unused.eclass': '',
          'eclass/tests/helper.sh': '',
          'eclass/tests/unused.sh': '',
        },
        m: { 'eclass/of-master.eclass': '', 'eclass/same.eclass': 'inherit of-main' },
      },
      masters: { o: ['gentoo', 'm'] },
      eclasses: { same: 'inherit of-main', other: 'as it was' },
    };
    const x = closureOf('a/x::o', world);
    expect(x.eclasses).toEqual([
      { overlay: 'm', name: 'of-master', by: 'mine.eclass' },
      { overlay: 'o', name: 'deeper', by: 'mine.eclass' },
      { overlay: 'o', name: 'mine', by: 'a/x-1' },
    ]);
    expect(x.eclassFiles).toEqual([{ overlay: 'o', path: 'eclass/tests/helper.sh' }]);
    expect(closureOf('a/y::o', world).eclasses).toEqual([{ overlay: 'o', name: 'other', by: 'a/y-1' }]);
    expect(closureOf('a/z::o', world).missing).toEqual([
      { overlay: 'o', cpv: 'a/z-1', field: 'INHERIT', atom: 'lost.eclass' },
    ]);
  });

  test('licences that nobody has here', () => {
    const world: World = {
      overlays: { o: { 'a/x-1': { LICENSE: '|| ( GPL-2 own ) f? ( theirs nowhere )' } }, m: {} },
      texts: { o: { 'licenses/own': '', 'licenses/GPL-2': '' }, m: { 'licenses/theirs': '' } },
      masters: { o: ['m'] },
      licenses: ['GPL-2'],
    };
    expect(closureOf('a/x::o', world).licenses).toEqual([
      { overlay: 'm', name: 'theirs' },
      { overlay: 'o', name: 'own' },
    ]);
  });
});

describe('what is told', () => {
  const world: World = {
    overlays: {
      o: {
        'new/name-1': {},
        'a/x-1': { RDEPEND: 'a/none >=a/y-2 || ( a/none a/neither )' },
        'a/y-1': {},
        'b/x-1': {},
        'a/odd-1': { RDEPEND: '( a/y' },
        'a/dark-1': { unreadable: 'yes' },
      },
    },
    texts: {
      o: {
        'profiles/updates/1Q-2024': 'move old/name other/name\nmove other/name new/name\n',
        'profiles/updates/4Q-2023': 'move ancient/name old/name\n',
      },
    },
  };

  test('lines that name nothing, with what they may mean', () => {
    const { unmatched } = closureOf('c/x::o\n>=a/x-2::o\na/x::elsewhere\n', world);
    expect(unmatched.map(({ selection, near }) => [selection.line, near])).toEqual([
      [1, ['a/x', 'b/x']],
      [2, ['a/x-1']],
    ]);
  });

  test('lines that name a package as it was called before', () => {
    const found = closureOf('~ancient/name-1::o\n', world);
    expect(found.packages.map(({ cp }) => cp)).toEqual(['new/name']);
    expect(found.moved.map(({ selection, to }) => [selection.text, to])).toEqual([
      ['~ancient/name-1::o', '~new/name-1::o'],
    ]);
    expect(closureOf('~ancient/name-2::o\n', world).unmatched).toHaveLength(1);
  });

  test('dependencies that nobody has, and metadata that cannot be had or read', () => {
    const found = closureOf('a/x::o\na/odd::o\na/dark::o', world);
    expect(found.missing.map(({ atom, note }) => [atom, note])).toEqual([
      ['>=a/y-2', 'o has 1'],
      ['a/neither', undefined],
      ['a/none', undefined],
    ]);
    expect(found.unknown).toEqual([
      { overlay: 'o', cpv: 'a/dark-1' },
      { overlay: 'o', cpv: 'a/odd-1', why: "RDEPEND: at the end: missing ')'" },
    ]);
  });
});
