import { expect, test } from 'vitest';
import { inAskedOrder } from '../../../wrappers/emerge/run-list.ts';

test('favorites stand in the order in which emerge was asked for them', () => {
  const favorites = ['app/c', '@world', 'app/b:2', 'app/a', 'app/b', 'app/unknown'];
  expect(inAskedOrder(favorites, ['--update', 'b', '@world', 'app/c', 'a'])).toEqual([
    'app/b',
    'app/b:2',
    '@world',
    'app/c',
    'app/a',
    'app/unknown',
  ]);
});

test('favorites of a resumed list stand in one order', () => {
  expect(inAskedOrder(['b/b', 'a/a'], ['--resume'])).toEqual(['a/a', 'b/b']);
});
