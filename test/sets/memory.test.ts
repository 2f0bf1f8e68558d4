import { expect, test } from 'vitest';
import { remembered } from '../../sets/memory.ts';

test('what leaves a set is remembered with its time until it is back', () => {
  const sets = (kit: readonly string[] | undefined) => new Map([['kit', kit]]);
  const first = remembered({}, sets(['b', 'a']), 1);
  expect(first).toEqual({ kit: { members: ['a', 'b'], left: {} } });
  const less = remembered(first, sets(['a']), 2);
  expect(less).toEqual({ kit: { members: ['a'], left: { b: 2 } } });
  // a mistake in the set leaves open what has left it
  expect(remembered(less, sets(undefined), 3)).toEqual(less);
  expect(remembered(less, sets(['a', 'b']), 3)).toEqual({ kit: { members: ['a', 'b'], left: {} } });
  // it is not selected any more
  expect(remembered(less, new Map(), 4)).toEqual({ kit: { members: [], left: { b: 2, a: 4 } } });
});
