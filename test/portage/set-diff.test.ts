import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAtom } from '../../portage/atom.ts';
import { diffSets } from '../../portage/set-diff.ts';

const text = fc.constantFrom('a/a', '<a/a-2', '<a/a-3', 'a/a:2', 'b/b', '=b/b-1', 'c/c', 'c/c[x]');
const set = fc.uniqueArray(text).map(all => all.map(one => ({ text: one, atom: parseAtom(one)! })));

test('what is taken away and what comes leads from one to the other; each package stands in one of the lists', () => {
  fc.assert(
    fc.property(set, set, (before, after) => {
      const { added, removed, changed } = diffSets(before, after);
      const gone = new Set([...removed, ...changed.flatMap(one => one.before)]);
      const come = [...added, ...changed.flatMap(one => one.after)];
      const left = before.map(one => one.text).filter(one => !gone.has(one));
      expect([...left, ...come].sort()).toEqual(after.map(one => one.text).sort());
      const cps = changed.map(({ cp }) => cp);
      for (const one of [...added, ...removed]) expect(cps).not.toContain(parseAtom(one)?.cp);
      expect(diffSets(after, before)).toMatchObject({ added: removed, removed: added });
    }),
  );
});
