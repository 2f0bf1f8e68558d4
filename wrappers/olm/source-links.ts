/**
 * Symbolic links of an overlay. None is ever made or followed; but overlays have versions of an ebuild that are links to
 * another, and patches that several versions share. So a link counts as a copy of the ordinary file that it names, when
 * that lies in the same package, or in the same directory where it is no package's. All others are refused.
 */
import { posix } from 'node:path';
import { comparePaths, type Sorted } from './source-paths.ts';

/** Longest target that is looked at. */
export const longestTarget = 1024;

export interface Settled {
  /** path -> id, sorted by path */
  readonly files: ReadonlyMap<string, string>;
  readonly executables: ReadonlySet<string>;
  readonly refused: readonly { path: string; why: string }[];
  /** a link's path -> the file's */
  readonly copies: ReadonlyMap<string, string>;
}

/** Within which a link at `path` may lead: the package, or its own directory. */
function bounds(path: string): string {
  const parts = path.split('/');
  return parts.length > 2 ? `${parts[0]}/${parts[1]}/` : `${posix.dirname(path)}/`;
}

function leadsTo(path: string, sorted: Sorted, targets: ReadonlyMap<string, string>): string | undefined {
  const inside = bounds(path);
  let at = path;
  for (let steps = 0; steps < 5; steps += 1) {
    const target = targets.get(at);
    if (target === undefined || target === '' || target.startsWith('/') || target.includes('\0'))
      return undefined;
    at = posix.join(posix.dirname(at), target);
    if (!at.startsWith(inside)) return undefined;
    if (sorted.files.has(at)) return at;
  }
  return undefined;
}

/** What is to be done with the links; `targets`: path -> what it says, as far as that could be read. */
export function settleLinks(sorted: Sorted, targets: ReadonlyMap<string, string>): Settled {
  const copies = new Map<string, string>();
  const executables = new Set(sorted.executables);
  const refused = [...sorted.refused];
  const all = [...sorted.files];
  for (const path of sorted.links.keys()) {
    const end = leadsTo(path, sorted, targets);
    const oid = end === undefined ? undefined : sorted.files.get(end);
    if (end === undefined || oid === undefined) {
      refused.push({ path, why: 'a symbolic link' });
      continue;
    }
    copies.set(path, end);
    if (sorted.executables.has(end)) executables.add(path);
    all.push([path, oid]);
  }
  const files =
    copies.size === 0 ? sorted.files : new Map(all.sort(([one], [other]) => comparePaths(one, other)));
  return { files, executables, refused, copies };
}
