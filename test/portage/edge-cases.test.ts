/** Small roots, each for one rule of the resolver; the lists are what Portage makes of them. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RootDeclaration } from '../testbed/declaration.ts';
import { resolveIn } from '../testbed/resolver.ts';
import { makeRoot } from '../testbed/root.ts';
import { compareEdges } from './edge-comparison.ts';

interface Case {
  readonly declaration: RootDeclaration;
  /** `ROOT` stands for an empty directory. */
  readonly args: readonly string[];
  /** How many edges there are to find; what they are, Portage says. */
  readonly edges: number;
}

const classes = { DEPEND: 'app/d', BDEPEND: 'app/b', RDEPEND: 'app/r', PDEPEND: 'app/p', IDEPEND: 'app/i' };
const otherRoot = {
  'app/a-1': classes,
  'app/o-1': { EAPI: '6', DEPEND: 'app/d', RDEPEND: 'app/r' },
  'app/d-1': { RDEPEND: 'app/x' },
  'app/b-1': { RDEPEND: 'app/x' },
  'app/r-1': {},
  'app/p-1': {},
  'app/i-1': {},
  'app/x-1': {},
};

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
  'binary packages need nothing for building': {
    declaration: {
      ebuilds: { 'app/a-1': { DEPEND: 'app/b', RDEPEND: 'app/c' }, 'app/b-1': {}, 'app/c-1': {} },
      binaries: { 'app/a-1': {}, 'app/b-1': {}, 'app/c-1': {} },
    },
    args: ['--usepkg', 'app/a', 'app/b'],
    edges: 1,
  },
  'binary packages with --with-bdeps': {
    declaration: {
      ebuilds: { 'app/a-1': { DEPEND: 'app/b', RDEPEND: 'app/c' }, 'app/b-1': {}, 'app/c-1': {} },
      binaries: { 'app/a-1': {}, 'app/b-1': {}, 'app/c-1': {} },
    },
    args: ['--usepkg', '--with-bdeps=y', 'app/a'],
    edges: 2,
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
  'a class each, into another root': {
    declaration: { ebuilds: otherRoot },
    args: ['--root', 'ROOT', 'app/a', 'app/o'],
    edges: 9,
  },
  'into another root, where old ebuilds have what they need for building': {
    declaration: { ebuilds: otherRoot },
    args: ['--root', 'ROOT', '--root-deps=rdeps', 'app/a', 'app/o'],
    edges: 8,
  },
  'into another root, which gets what is needed for building, too': {
    declaration: { ebuilds: otherRoot },
    args: ['--root', 'ROOT', '--root-deps', 'app/a', 'app/o'],
    edges: 15,
  },
  'into another root, built against it': {
    declaration: { ebuilds: otherRoot },
    args: ['--root', 'ROOT', '--sysroot', 'ROOT', 'app/a', 'app/o'],
    edges: 10,
  },
  'binary packages alone': {
    declaration: {
      ebuilds: { 'app/a-1': { DEPEND: 'app/b', RDEPEND: 'app/c' }, 'app/b-1': {}, 'app/c-1': {} },
      binaries: { 'app/a-1': {}, 'app/b-1': {}, 'app/c-1': {} },
    },
    args: ['--usepkgonly', 'app/a', 'app/b'],
    edges: 1,
  },
  'a binary package that was built from other dependencies': {
    declaration: {
      ebuilds: { 'app/a-1': { RDEPEND: 'app/c' }, 'app/b-1': {}, 'app/c-1': {} },
      binaries: { 'app/a-1': { recorded: { RDEPEND: 'app/b' } } },
    },
    args: ['--usepkg', '--binpkg-changed-deps=n', 'app/a', 'app/c'],
    edges: 1,
  },
  'blockers are no edges': {
    declaration: {
      ebuilds: { 'app/a-1': { RDEPEND: '!app/b !!<app/c-1 app/c' }, 'app/c-1': {}, 'app/b-1': {} },
    },
    args: ['app/a'],
    edges: 1,
  },
};

test.each(Object.entries(cases))('%s', async (_, { declaration, args, edges }) => {
  const root = await makeRoot(declaration);
  const target = join(root.directory, 'target');
  mkdirSync(target);
  const words = args.map(word => (word === 'ROOT' ? target : word));
  try {
    const resolution = await resolveIn(root, words);
    expect(resolution.success, resolution.output).toBe(true);
    const { right, missing, extra, otherKinds } = await compareEdges(root, words, resolution);
    expect({ missing, extra, otherKinds, right }).toEqual({
      missing: [],
      extra: [],
      otherKinds: [],
      right: edges,
    });
  } finally {
    root.remove();
  }
});
