import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeKeys } from '../../../../wrappers/emerge/watch/keys.ts';

const sequences: Readonly<Record<string, string>> = {
  '\x1b[A': 'up',
  '\x1bOB': 'down',
  '\x1b[1;5C': 'right',
  '\x1b[D': 'left',
  '\x1b[5~': 'page-up',
  '\x1b[6~': 'page-down',
  '\x1b[1~': 'home',
  '\x1bOF': 'end',
  '\x03': 'ctrl-c',
  '\x1a': 'ctrl-z',
  '\x0c': 'ctrl-l',
  '\x1c': 'ctrl-\\',
  '\r': 'enter',
  '\t': 'tab',
  ' ': 'space',
  q: 'q',
  '?': '?',
};
const keys = fc.array(fc.constantFrom(...Object.keys(sequences)), { maxLength: 12 });

test('keys are the same however the terminal cuts what it sends', () => {
  fc.assert(
    fc.property(keys, fc.array(fc.nat(60), { maxLength: 6 }), (typed, cuts) => {
      const all = typed.join('');
      const places = [0, ...cuts.map(cut => cut % (all.length + 1)), all.length].sort((a, b) => a - b);
      let rest = '';
      const found: string[] = [];
      places.slice(1).forEach((to, at) => {
        const decoded = decodeKeys(rest + all.slice(places[at], to));
        found.push(...decoded.keys);
        rest = decoded.rest;
      });
      expect(rest).toBe('');
      expect(found).toEqual(typed.map(one => sequences[one]));
    }),
  );
});

test('sequences of other meaning give no keys, and no part of one does', () => {
  for (const other of ['\x1b[12;40R', '\x1b[I', '\x1b[?62;22c', '\x1b[15~', '\x1bOP', '\x1bq', '\x1b[200~'])
    expect(decodeKeys(other)).toEqual({ keys: [], rest: '' });
  expect(decodeKeys('\x1b[12;40Rq')).toEqual({ keys: ['q'], rest: '' });
});

test('an escape alone waits for what may follow, two of them are one that is done', () => {
  expect(decodeKeys('\x1b')).toEqual({ keys: [], rest: '\x1b' });
  expect(decodeKeys('\x1b\x1b')).toEqual({ keys: ['escape'], rest: '\x1b' });
  expect(decodeKeys('\x1b[1;')).toEqual({ keys: [], rest: '\x1b[1;' });
});

test('any bytes are read to their end, and little is held back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
      expect(decodeKeys(Buffer.from(bytes).toString('latin1')).rest.length).toBeLessThanOrEqual(32);
    }),
  );
  expect(decodeKeys(`\x1b[${'1;'.repeat(40)}`)).toEqual({ keys: [], rest: '' });
});
