/** Whose list stands in mtimedb: proofs that it is that of our emerge and not an old one or another's. */
import { parseEmergeArguments } from '../../../portage/emerge-arguments.ts';
import type { ResumeList } from '../../../portage/files/mtimedb.ts';
import type { StatusSnapshot } from '../../../portage/files/status-snapshot.ts';
import { debug } from '../../../system/log.ts';
import { isAskedFor } from '../run-list.ts';
import { isNewList, listBefore, readMergeList } from './merge-list.ts';
import { rivalsOf } from './rivals.ts';

export interface TieOptions {
  readonly mtimedb: string;
  readonly child: number;
  /** Epoch milliseconds. */
  readonly began: number;
  /** The words behind emerge. */
  readonly asked: readonly string[];
  readonly idOf: (cpv: string, root: string) => string;
  /** The list as it was when emerge began, from what is left of it; undefined where it cannot be this emerge's. */
  readonly whole: (left: ResumeList) => ResumeList | undefined;
  /** Says why not; may be called again and again with the same words. */
  readonly complain: (why: string) => void;
}

/** Each proof gives the list, or undefined. */
export interface Tie {
  /** Reads mtimedb anew; whether a list stands there that could be ours. */
  look(): boolean;
  /** A list that was not there before, and no other emerge that could have written it. */
  byNewness(): ResumeList | undefined;
  bySocket(snapshot: StatusSnapshot): ResumeList | undefined;
  /** Without the socket: the log counts like the list, names one of it, and no other emerge writes to either. */
  byLog(begun: { total: number; cpv: string; root: string }): ResumeList | undefined;
}

export function startTie({ mtimedb, child, began, asked, idOf, whole, complain }: TieOptions): Tie {
  const before = listBefore(mtimedb, began);
  const resumes = parseEmergeArguments(asked).options.has('--resume');
  let candidate: ResumeList | undefined;

  function look(): boolean {
    const list = readMergeList(mtimedb, began, asked);
    candidate = list?.mergelist.length ? whole(list) : undefined;
    return candidate !== undefined;
  }

  return {
    look,
    byNewness() {
      // --resume puts a backup in its place at once, and asks, or finds out what it must drop, only then
      if (candidate === undefined || resumes || !isNewList(before, candidate)) return undefined;
      return rivalsOf(child).length === 0 ? candidate : undefined;
    },
    bySocket(snapshot) {
      if (candidate === undefined && !look()) return undefined;
      const known = new Set(candidate?.mergelist.map(({ cpv, root }) => idOf(cpv, root)));
      const tasks = snapshot.tasks.filter(task => !task.uninstall);
      const fits = tasks.length > 0 && tasks.every(task => known.has(idOf(task.cpv, task.root)));
      if (candidate === undefined || !fits || snapshot.total !== known.size)
        complain(`mtimedb lists ${known.size}, the socket ${snapshot.total}: not ours`);
      else if (!isAskedFor(candidate, asked) && rivalsOf(child).length > 0)
        complain('other emerges run, and the list is not surely ours');
      else return candidate;
      return undefined;
    },
    byLog({ total, cpv, root }) {
      if (candidate === undefined && !look()) return undefined;
      if (candidate === undefined || total !== candidate.mergelist.length) return undefined;
      if (!candidate.mergelist.some(entry => entry.cpv === cpv && entry.root === root)) return undefined;
      const others = rivalsOf(child);
      if (others.length === 0) return candidate;
      debug('run', `not shown: other emerges run (${others.join(' ')})`);
      return undefined;
    },
  };
}
