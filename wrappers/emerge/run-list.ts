/** From Portage's list of what is to be merged to the ids of the picture. Pure. */
import { parseEmergeArguments } from '../../portage/emerge-arguments.ts';
import type { ResumeList } from '../../portage/files/mtimedb.ts';
import type { ListedEntry } from './live/run-state.ts';

/** ROOT of an entry, which Portage writes as EROOT: `/tmp/p/` with EPREFIX `/tmp/p` is `/`. */
export function rootOf(eroot: string, eprefix: string): string {
  const trimmed = eroot.replace(/\/+$/, '');
  const root = eprefix !== '' && trimmed.endsWith(eprefix) ? trimmed.slice(0, -eprefix.length) : trimmed;
  return root === '' ? '/' : root;
}

/** The cpv, preceded by `ROOT:` only for a root other than `/`. */
export function nodeId(cpv: string, root: string): string {
  return root === '/' ? cpv : `${root}:${cpv}`;
}

/** The listed packages in merge order. */
export function listedEntries(list: ResumeList, eprefix: string): ListedEntry[] {
  return list.mergelist.map(({ type, cpv, root }) => {
    const ownRoot = rootOf(root, eprefix);
    return { id: nodeId(cpv, ownRoot), type, cpv, root: ownRoot };
  });
}

/**
 * Whether a list that was there before emerge began can be its own: emerge leaves mtimedb alone where what it would
 * write stands there already, after --resume or when a killed run is simply started again.
 */
export function isAskedFor(list: ResumeList, words: readonly string[]): boolean {
  const { options, targets } = parseEmergeArguments(words);
  if (options.has('--resume')) return true;
  const meant = (favorite: string) => targets.some(target => isMeant(target, favorite));
  return targets.length === list.favorites.length && list.favorites.every(meant);
}

function isMeant(target: string, favorite: string): boolean {
  return [target, `@${target}`].includes(favorite) || favorite.endsWith(`/${target}`);
}

/** Favorites come in no order, emerge went by that of its arguments; a name's other slots stand behind it. */
export function inAskedOrder(favorites: readonly string[], words: readonly string[]): readonly string[] {
  const { targets } = parseEmergeArguments(words);
  const place = new Map(
    favorites.map(favorite => {
      const name = favorite.replace(/:.*/, '');
      const at = targets.findIndex(target => isMeant(target, favorite) || isMeant(target, name));
      return [favorite, at === -1 ? targets.length : at];
    }),
  );
  return favorites.toSorted((a, b) => place.get(a)! - place.get(b)! || (a < b ? -1 : 1));
}
