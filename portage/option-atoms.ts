/** Which words emerge takes behind --exclude and its like: portage.repository.config._find_bad_atoms. */
import { parseAtom } from './atom.ts';
import { words } from './files/text.ts';

/** Package names and slot atoms, wildcards allowed; behind --buildpkg-exclude also versions and repositories. */
export function badAtoms(name: string, values: readonly string[]): string[] {
  const lenient = name === '--buildpkg-exclude';
  return words(values.join(' ')).filter(word => {
    const text = /^[^:]*\//.test(word) ? word : word.replace(/[*\w]/, 'dummy-category/$&');
    const atom = parseAtom(text, { allowWildcard: true, allowRepo: lenient });
    return (
      !atom || (atom.operator !== undefined && !lenient) || atom.blocker !== '' || atom.use !== undefined
    );
  });
}
