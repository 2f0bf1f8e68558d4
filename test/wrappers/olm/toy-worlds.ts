/** Small overlays, each with something that is easily got wrong. */
import type { RootDeclaration } from '../../testbed/declaration.ts';
import type { ToyOverlay } from '../../testbed/overlay-tree.ts';

export interface ToyWorld {
  readonly main: RootDeclaration;
  readonly overlays: Readonly<Record<string, ToyOverlay>>;
  readonly lists: readonly string[];
  /** Values of USE to try. */
  readonly flags?: readonly string[];
  /** Targets that Portage cannot resolve, in either form. */
  readonly unresolvable?: readonly string[];
}

const main: RootDeclaration = {
  ebuilds: {
    'l/lib-1': {},
    'l/lib-2': { SLOT: '2/2.1', IUSE: 'x' },
    'l/tool-1': { RDEPEND: 'l/lib:0' },
    'l/shaded-1': { inherit: 'shaded' },
    'l/odd-1': {},
    'l/odd-3': {},
  },
  eclasses: {
    shaded: 'inherit deep\nRDEPEND="l/lib:0"\nIUSE="of-main"\n',
    deep: 'BDEPEND="l/tool"\n',
    plain: 'RDEPEND+=" l/tool"\n',
  },
};

export const toyWorlds: Readonly<Record<string, ToyWorld>> = {
  'eclasses that shade those of main': {
    main,
    overlays: {
      o: {
        ebuilds: {
          'a/own-1': { inherit: 'shaded' },
          'a/through-1': { inherit: 'plain' },
          'a/both-1': { inherit: 'plain shaded lone' },
          'a/none-1': { RDEPEND: 'a/own' },
        },
        eclasses: {
          shaded: 'inherit deep\nRDEPEND="a/through"\nIUSE="of-overlay"\n',
          plain: 'RDEPEND+=" l/tool"\n',
          lone: 'inherit helped\nPDEPEND="l/lib:2"\n',
          // biome-ignore lint/suspicious/noTemplateCurlyInString: this is shell
          helped: 'source "${BASH_SOURCE[0]%/*}/parts/words.sh"\nIDEPEND="$WORDS"\n',
          unused: 'die',
        },
        files: { 'eclass/parts/words.sh': 'WORDS="l/lib"\n', 'eclass/parts/unused.sh': '' },
      },
    },
    lists: ['a/own::o', 'a/through::o', 'a/both::o', 'a/none::o', '*/*::o'],
  },
  'masters that are overlays': {
    main,
    overlays: {
      o: {
        ebuilds: {
          'a/one-1': { inherit: 'shaded', DEPEND: 'm/base' },
          'a/two-1': { RDEPEND: 'm/both >=m/only-2' },
          'm/both-1': { RDEPEND: 'l/lib:2' },
        },
        masters: ['testbed', 'm'],
      },
      m: {
        ebuilds: {
          'm/base-1': { inherit: 'shaded' },
          'm/both-2': {},
          'm/only-1': {},
          'm/only-2': { RDEPEND: 'm/base' },
          'm/idle-1': {},
        },
        eclasses: { shaded: 'RDEPEND="l/odd"\nIUSE="of-m"\n' },
      },
    },
    lists: ['a/one::o', 'a/two::o', '*/*::o', 'm/only::m', 'a/one::o\n=m/only-1::m'],
  },
  'circles, slots and flags': {
    main,
    overlays: {
      o: {
        ebuilds: {
          'c/ring-1': { PDEPEND: 'c/rang' },
          'c/rang-1': { RDEPEND: 'c/rung' },
          'c/rung-1': { RDEPEND: 'c/ring', PDEPEND: 'c/rang' },
          's/user-1': { RDEPEND: 's/lib:2= l/lib:2/2.1' },
          's/user-2': { RDEPEND: 'l/lib:3', DEPEND: 's/lib:1' },
          's/lib-1': { SLOT: '1' },
          's/lib-2': { SLOT: '2/5', RDEPEND: 's/lib:1' },
          'l/lib-3': { SLOT: '3', IUSE: '+y' },
          'f/user-1': { IUSE: 'f', RDEPEND: 'l/lib[y] f? ( s/lib:2 ) !f? ( s/none(-) )' },
          'f/user-2': { IUSE: '+f', RDEPEND: 'l/lib[x,z(-)?] f? ( c/ring )'.replace('z(-)?', '-z(-)') },
          'f/user-3': { IUSE: 'y', RDEPEND: 'l/lib:3[y=] !l/odd' },
        },
      },
    },
    lists: [
      'c/ring::o',
      's/user::o',
      '=s/user-1::o',
      's/lib:1::o',
      '=f/user-2::o',
      '~f/user-3::o',
      's/lib::o\nc/rung::o',
    ],
    flags: ['', 'f y x'],
  },
  alternatives: {
    main,
    overlays: {
      o: {
        ebuilds: {
          'g/here-1': { RDEPEND: '|| ( g/first l/lib )' },
          'g/first-1': {},
          'g/any-1': { RDEPEND: '|| ( g/left g/right )', BDEPEND: '|| ( ( l/lib g/none-at-all ) g/right )' },
          'g/left-1': { RDEPEND: 'g/first' },
          'g/right-1': {},
          'g/flag-1': { IUSE: 'f', RDEPEND: '|| ( f? ( l/lib ) g/right )' },
          'g/flag-2': { IUSE: 'f', RDEPEND: 'f? ( || ( g/left ( l/lib l/none ) ) ) !f? ( l/tool )' },
          'g/nested-1': { RDEPEND: '|| ( ( l/lib || ( g/none-at-all g/left ) ) >=l/lib-9 )' },
          'g/range-1': { RDEPEND: '>=l/odd-2 <l/odd-3' },
          'g/range-2': { RDEPEND: '|| ( ( >=l/odd-2 <l/odd-3 ) ( >l/odd-3 <l/odd-9 ) )' },
          'l/odd-2': {},
          'l/odd-4': {},
          'g/lost-1': { RDEPEND: '|| ( g/none-at-all >=l/lib-9 )' },
        },
      },
    },
    lists: [
      'g/here::o',
      'g/any::o',
      'g/flag::o',
      'g/nested::o',
      'g/range::o',
      '=g/range-2::o',
      'g/lost::o',
      'g/*::o',
    ],
    flags: ['', 'f'],
    unresolvable: ['=g/lost-1::o'],
  },
  'versions, names and masks': {
    main,
    overlays: {
      o: {
        ebuilds: {
          'v/x-1': { SLOT: '1' },
          'v/x-1.1_rc1-r2': { SLOT: '1', RDEPEND: '~v/y-2' },
          'v/x-9999': { SLOT: '2', KEYWORDS: '', PROPERTIES: 'live', RDEPEND: '=v/y-2*' },
          'v/y-2': {},
          'v/y-2-r1': { RDEPEND: 'v/masked' },
          'v/y-20': { RDEPEND: 'v/z' },
          'v/z-1': { EAPI: '7' },
          'v/z-2': { EAPI: '5', RDEPEND: 'v/x:1=' },
          'v/masked-1': {},
          'v/masked-2': { LICENSE: 'own' },
          'new/name-1': { RDEPEND: 'v/z' },
          'odd+cat.x/odd+name_-1': { BDEPEND: 'v/masked' },
        },
        files: {
          'profiles/package.mask': '=v/masked-2\n>=v/y-20\n',
          'profiles/package.unmask': '*/*\n',
          'profiles/updates/1Q-2024': 'move old/name new/name\n',
          'licenses/own': 'Mine.\n',
          'licenses/unused': 'Not mine.\n',
          'v/x/files/x.patch': 'patch\n',
          'v/x/files/deep/er.patch': 'patch\n',
        },
      },
    },
    lists: [
      'v/x::o',
      '=v/x-1*::o',
      'v/x:2::o',
      '<v/x-1.1::o',
      'v/z::o\n=v/y-20::o',
      '=v/masked-1::o',
      'old/name::o',
      '~old/name-1::o',
      'odd+cat.x/*::o',
      '*/x::o',
      '=v/*-*9999*::o',
    ],
    unresolvable: ['=v/x-9999::o', '=v/y-20::o', '=v/masked-2::o'],
  },
  'thick manifests': {
    main,
    overlays: {
      o: {
        ebuilds: {
          't/one-1': { RDEPEND: 't/two' },
          't/one-2': { RDEPEND: 't/two' },
          't/two-1': { inherit: 'plain' },
        },
        eclasses: { plain: 'RDEPEND+=" l/lib"\n' },
        thick: true,
        files: { 't/one/files/a.patch': 'a\n', 't/one/files/sub/b.patch': 'b\n', 't/one/ChangeLog': 'c\n' },
      },
    },
    lists: ['t/one::o', '=t/one-2::o', 't/two::o'],
  },
};
