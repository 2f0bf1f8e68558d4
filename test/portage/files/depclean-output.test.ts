import { expect, test } from 'vitest';
import { parseDepclean } from '../../../portage/files/depclean-output.ts';

const listed = `
>>> These are the packages that would be unmerged:

 app-t/b
    selected: 1 2-r1
   protected: none
     omitted: none

All selected packages: =app-t/b-1 =app-t/b-2-r1 =lib-t/x-3

>>> 'Selected' packages are slated for removal.
`;

test.each([
  [listed, ['app-t/b-1', 'app-t/b-2-r1', 'lib-t/x-3']],
  ['\n>>> No packages selected for removal by depclean\nPackages installed:   3\n', []],
  ['!!! Aborting due to set configuration errors displayed above.\n', undefined],
  ['', undefined],
  [listed.slice(0, listed.indexOf('=lib-t/x-3') + 3), undefined],
])('%j', (text, expected) => {
  expect(parseDepclean(text)).toEqual(expected);
});
