/** A root in which `emerge --pretend` has one of everything to show. */
import type { RootDeclaration } from '../../testbed/declaration.ts';

export const targets = [
  ...['app-misc/old', 'app-misc/slotted', 'app-misc/down', 'app-misc/same', 'app-misc/new', 'dev-libs/lib'],
  ...['app-misc/flags', 'app-misc/blocker', 'app-misc/asks', 'app-misc/handmade', 'app-misc/testing'],
  ...['app-misc/wild', 'app-misc/masked', '=app-misc/bin-1'],
];

export const pretendRoot: RootDeclaration = {
  ebuilds: {
    'app-misc/old-1': {},
    'app-misc/old-2': {},
    'app-misc/slotted-1': { SLOT: '1' },
    'app-misc/slotted-2-r3': { SLOT: '2/2.5' },
    'app-misc/down-2': {},
    'app-misc/same-1.0_rc2': {},
    'app-misc/new-1': { RDEPEND: 'app-misc/below', IUSE: '+a b python_targets_p1 python_targets_p2' },
    'app-misc/below-0.1a': {},
    'dev-libs/lib-1': { SLOT: '0/1' },
    'dev-libs/lib-2': { SLOT: '0/2' },
    'app-misc/user-1': { DEPEND: 'dev-libs/lib:=', RDEPEND: 'dev-libs/lib:=' },
    'app-misc/flags-1': { IUSE: 'was +is same +fresh forced' },
    'app-misc/blocker-1': { RDEPEND: '!<app-misc/blocked-2' },
    'app-misc/hard-1': { RDEPEND: '!!<app-misc/same-2' },
    'app-misc/asks-1': { PROPERTIES: 'interactive' },
    'app-misc/handmade-1': { RESTRICT: 'fetch', SRC_URI: 'https://example.org/handmade-1.tar.xz' },
    'app-misc/testing-1': { KEYWORDS: '~amd64' },
    'app-misc/wild-9999': { KEYWORDS: '' },
    'app-misc/masked-1': {},
    'app-misc/bin-1': { IUSE: 'x' },
  },
  installed: {
    'app-misc/old-1': {},
    'app-misc/slotted-1': { SLOT: '1' },
    'app-misc/down-3': {},
    'app-misc/same-1.0_rc2': {},
    'dev-libs/lib-1': { SLOT: '0/1' },
    'app-misc/user-1': { DEPEND: 'dev-libs/lib:0/1=', RDEPEND: 'dev-libs/lib:0/1=' },
    'app-misc/flags-1': { IUSE: 'was is same gone', USE: 'was gone' },
    'app-misc/blocked-1': {},
  },
  binaries: { 'app-misc/bin-1': { USE: 'x' } },
  world: ['app-misc/user'],
  profile: {
    'make.defaults': ['USE_EXPAND="ELIBC KERNEL USERLAND PYTHON_TARGETS"', 'PYTHON_TARGETS="p2"'],
    'use.force': ['forced'],
  },
  packageUse: ['app-misc/flags -was', 'app-misc/bin x'],
  portageConfig: {
    'package.accept_keywords': 'app-misc/testing ~amd64\napp-misc/wild **\n',
    'package.mask': 'app-misc/masked\n',
    'package.unmask': 'app-misc/masked\n',
  },
};
