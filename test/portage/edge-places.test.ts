/** Small roots whose lists go into another root, or come from binary packages. */
import { test } from 'vitest';
import { type Case, expectEdges } from './edge-case.ts';

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
};

test.each(Object.entries(cases))('%s', async (_, one) => {
  await expectEdges(one);
});
