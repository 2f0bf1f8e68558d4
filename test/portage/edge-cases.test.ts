/** Small roots, each for one rule of the resolver; the lists are what Portage makes of them. */
import { test } from 'vitest';
import { type Case, expectEdges } from './edge-case.ts';

const cases: Record<string, Case> = {
  'a class each': {
    declaration: {
      ebuilds: {
        'app/a-1': {
          DEPEND: 'app/b',
          BDEPEND: 'app/c',
          RDEPEND: 'app/d',
          PDEPEND: 'app/e',
          IDEPEND: 'app/f',
        },
        'app/b-1': {},
        'app/c-1': {},
        'app/d-1': {},
        'app/e-1': { RDEPEND: 'app/a' },
        'app/f-1': {},
      },
    },
    args: ['app/a'],
    edges: 6,
  },
  'USE conditions, nested and negated': {
    declaration: {
      ebuilds: {
        'app/a-1': { IUSE: '+x y', RDEPEND: 'x? ( app/b y? ( app/c ) !y? ( app/d ) ) !x? ( app/e )' },
        'app/b-1': {},
        'app/c-1': {},
        'app/d-1': {},
        'app/e-1': {},
      },
    },
    args: ['app/a', 'app/c', 'app/e'],
    edges: 2,
  },
  'the installed branch of a choice, and the listed one': {
    declaration: {
      ebuilds: {
        'app/a-1': { RDEPEND: '|| ( app/b app/c )' },
        'app/d-1': { RDEPEND: '|| ( app/e app/f ) app/f' },
        'app/b-1': {},
        'app/c-1': {},
        'app/e-1': {},
        'app/f-1': {},
      },
      installed: { 'app/c-1': { built: true } },
    },
    args: ['app/a', 'app/d'],
    edges: 1,
  },
  'choices with a package in common': {
    declaration: {
      ebuilds: {
        'app/a-1': { RDEPEND: '|| ( app/b app/c ) || ( app/c app/d )' },
        'app/b-1': {},
        'app/c-1': {},
        'app/d-1': {},
      },
    },
    args: ['app/a'],
    edges: 1,
  },
  'slots: any, one, and the operator': {
    declaration: {
      ebuilds: {
        'app/a-1': { RDEPEND: 'app/s app/t:1 app/u:=' },
        'app/b-1': { RDEPEND: 'app/s:1 app/t app/u:1=' },
        'app/s-1': { SLOT: '1' },
        'app/s-2': { SLOT: '2' },
        'app/t-1': { SLOT: '1' },
        'app/t-2': { SLOT: '2' },
        'app/u-1': { SLOT: '1/1' },
        'app/u-2': { SLOT: '2' },
      },
    },
    args: ['app/a', 'app/b'],
    edges: 6,
  },
  'one slot will do for two atoms': {
    declaration: {
      ebuilds: {
        'app/a-1': { RDEPEND: 'app/s app/s:1', DEPEND: 'app/s' },
        'app/s-1': { SLOT: '1' },
        'app/s-2': { SLOT: '2' },
      },
    },
    args: ['app/a'],
    edges: 2,
  },
  'a virtual and its provider': {
    declaration: {
      ebuilds: {
        'app/a-1': { DEPEND: 'virtual/v' },
        'virtual/v-0': { RDEPEND: '|| ( app/b app/c )' },
        'virtual/v-1': { RDEPEND: '|| ( app/c app/b )' },
        'app/b-1': {},
        'app/c-1': {},
      },
    },
    args: ['app/a'],
    edges: 2,
  },
  'the bootstrap that breaks a circle': {
    declaration: {
      ebuilds: {
        'dev/go-2': { BDEPEND: '|| ( >=dev/go-1 >=dev/go-bootstrap-1 )' },
        'dev/go-bootstrap-1': {},
      },
    },
    args: ['dev/go'],
    edges: 1,
  },
  'an upgrade asked for after the installed version was good enough': {
    declaration: {
      ebuilds: {
        'app/a-1': { RDEPEND: 'app/l app/b' },
        'app/b-1': { RDEPEND: '>=app/l-2' },
        'app/l-1': {},
        'app/l-2': {},
      },
      installed: { 'app/l-1': { built: true } },
    },
    args: ['app/a'],
    edges: 3,
  },
  'what is satisfied and not looked at deeper': {
    declaration: {
      ebuilds: {
        'app/a-1': { RDEPEND: 'app/b' },
        'app/b-1': { RDEPEND: 'app/c' },
        'app/c-1': {},
        'app/c-2': {},
      },
      installed: { 'app/c-1': { built: true } },
      world: ['app/c'],
    },
    args: ['--update', 'app/a', 'app/c'],
    edges: 2,
  },
  'a slot rebuild': {
    declaration: {
      ebuilds: {
        'app/l-1': { SLOT: '0/1' },
        'app/l-2': { SLOT: '0/2' },
        'app/a-1': { DEPEND: 'app/l:=', RDEPEND: 'app/l:=' },
        'app/b-1': { DEPEND: 'app/a app/l:=', RDEPEND: 'app/a app/l:=' },
      },
      installed: { 'app/l-1': { built: true }, 'app/a-1': { built: true }, 'app/b-1': { built: true } },
      world: ['app/b'],
    },
    args: ['--update', '--deep', '@world'],
    edges: 3,
  },
  'a newer ebuild that was passed over, weighed in a choice': {
    declaration: {
      ebuilds: {
        'app/a-1': { RDEPEND: 'app/b app/c app/x' },
        'app/x-1': { RDEPEND: '|| ( app/c app/b )' },
        'app/b-1': {},
        'app/c-1': { IUSE: '+f' },
        'app/c-2': { IUSE: '+f' },
      },
      installed: { 'app/c-1': { built: true, USE: '' } },
    },
    args: ['--update', '--changed-use', 'app/a'],
    edges: 3,
  },
  'the same version with other USE, weighed in a choice': {
    declaration: {
      ebuilds: {
        'app/a-1': { RDEPEND: 'app/b app/c app/x' },
        'app/x-1': { RDEPEND: '|| ( app/c app/b )' },
        'app/b-1': {},
        'app/c-1': { IUSE: '+f' },
      },
      installed: { 'app/c-1': { built: true, USE: '' } },
    },
    args: ['--newuse', 'app/a'],
    edges: 3,
  },
  'package.provided': {
    declaration: {
      ebuilds: {
        'app/a-1': { RDEPEND: 'app/b || ( app/c app/d ) app/e' },
        'app/b-1': {},
        'app/c-1': {},
        'app/d-1': {},
        'app/e-1': {},
      },
      portageConfig: { 'profile/package.provided': 'app/b-1\napp/d-1\n' },
    },
    args: ['app/a'],
    edges: 1,
  },
  'the whole tree again': {
    declaration: {
      ebuilds: { 'app/a-1': { RDEPEND: '|| ( app/b app/c )' }, 'app/b-1': {}, 'app/c-1': {} },
      installed: { 'app/a-1': { built: true }, 'app/c-1': { built: true } },
    },
    args: ['--emptytree', 'app/a'],
    edges: 1,
  },
  'no dependencies looked at': {
    declaration: { ebuilds: { 'app/a-1': { RDEPEND: 'app/b' }, 'app/b-1': {} } },
    args: ['--nodeps', 'app/a', 'app/b'],
    edges: 0,
  },
  'blockers are no edges': {
    declaration: {
      ebuilds: { 'app/a-1': { RDEPEND: '!app/b !!<app/c-1 app/c' }, 'app/c-1': {}, 'app/b-1': {} },
    },
    args: ['app/a'],
    edges: 1,
  },
};

test.each(Object.entries(cases))('%s', async (_, one) => {
  await expectEdges(one);
});
