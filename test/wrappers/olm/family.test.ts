import { expect, test } from 'vitest';
import { families, generatedNames, mastersFirst } from '../../../wrappers/olm/family.ts';

const masters = new Map([
  ['leaf', ['gentoo', 'base']],
  ['base', ['gentoo', 'root']],
  ['other', ['gentoo', 'root']],
  ['alone', ['gentoo']],
  ['one', ['two']],
  ['two', ['one']],
]);
const isLocal = (name: string) => name === 'gentoo';

test('what has to be made: the listed ones and their masters that are not local', () => {
  expect([...generatedNames(['leaf', 'alone'], masters, isLocal)].sort()).toEqual([
    'alone',
    'base',
    'leaf',
    'root',
  ]);
  expect([...generatedNames(['one'], masters, isLocal)].sort()).toEqual(['one', 'two']);
});

test('those that share a master are one family; a circle is one too', () => {
  expect(families(['leaf', 'base', 'root', 'other', 'alone', 'one', 'two'], masters)).toEqual([
    ['alone'],
    ['base', 'leaf', 'other', 'root'],
    ['one', 'two'],
  ]);
});

test('masters come first, and a circle has an end', () => {
  expect(mastersFirst(['base', 'leaf', 'other', 'root'], masters)).toEqual(['root', 'base', 'leaf', 'other']);
  expect(mastersFirst(['one', 'two'], masters)).toEqual(['two', 'one']);
});
