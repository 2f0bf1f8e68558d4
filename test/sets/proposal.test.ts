import fc from 'fast-check';
import { expect, test } from 'vitest';
import { proposeSets, type WorldPackage } from '../../sets/proposal.ts';

const one = (cp: string, ...needs: string[]): WorldPackage => ({ atom: cp, cp, needs: new Set(needs) });

test('what most packages need says nothing, what few share makes a set', () => {
  const libc = 'sys-libs/glibc';
  const world = [
    one('app-a/draw', libc, 'dev-qt/base', 'dev-qt/svg'),
    one('app-b/write', libc, 'dev-qt/base', 'dev-qt/svg'),
    one('net-c/chat', libc, 'dev-qt/base', 'dev-qt/svg', 'net-libs/irc'),
    ...['one', 'two', 'three'].map(name => one(`dev-lang/${name}`, libc)),
    one('sys-a/x', libc),
    one('sys-b/y', libc),
    one('sys-c/z', libc),
    one('www-a/alone', libc),
  ];
  expect(
    Object.fromEntries(proposeSets(world, new Set(['sys'])).map(({ name, atoms }) => [name, atoms])),
  ).toEqual({
    base: ['app-a/draw', 'app-b/write', 'net-c/chat'],
    'dev-lang': ['dev-lang/one', 'dev-lang/three', 'dev-lang/two'],
    'sys-2': ['sys-a/x', 'sys-b/y', 'sys-c/z'],
    misc: ['www-a/alone'],
  });
});

test('each package stands in one set, no name comes twice or is taken', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g');
  const cp = fc.tuple(fc.constantFrom('x', 'x-a', 'x-b', 'y-a'), name).map(parts => parts.join('/'));
  const packages = fc.uniqueArray(fc.tuple(cp, fc.array(cp)), {
    selector: ([first]) => first,
    maxLength: 20,
  });
  fc.assert(
    fc.property(packages, list => {
      const world = list.map(([first, needs]) => one(first, ...needs));
      const sets = proposeSets(world, new Set(['x', 'a']));
      expect(sets.flatMap(({ atoms }) => atoms).sort()).toEqual(list.map(([first]) => first).sort());
      const names = sets.map(set => set.name);
      expect([...new Set(['x', 'a', ...names])]).toHaveLength(names.length + 2);
    }),
  );
});
