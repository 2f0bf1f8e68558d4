/** What a package of a document is marked by: its state, or before anything ran why it is in the list. Pure. */
import type { DocumentNode } from '../graph-document.ts';

export interface Mark {
  /** Of a class of the drawing. */
  readonly name: string;
  /** In words, for the legend. */
  readonly word: string;
  /** A letter of emerge's own list; without one the state has a sign. */
  readonly letter?: string;
}

const reasons: Readonly<Record<string, Mark>> = {
  new: { name: 'new', word: 'new', letter: 'N' },
  'new slot': { name: 'new', word: 'new slot', letter: 'S' },
  upgrade: { name: 'upgrade', word: 'upgrade', letter: 'U' },
  downgrade: { name: 'downgrade', word: 'downgrade', letter: 'D' },
  reinstall: { name: 'again', word: 'reinstall', letter: 'R' },
  'slot rebuild': { name: 'again', word: 'slot rebuild', letter: 'r' },
  'changed USE': { name: 'again', word: 'changed USE', letter: '*' },
};

const states: Readonly<Record<DocumentNode['state'], Mark>> = {
  failed: { name: 'failed', word: 'failed' },
  building: { name: 'building', word: 'building' },
  merging: { name: 'merging', word: 'merging' },
  built: { name: 'built', word: 'built' },
  done: { name: 'done', word: 'done' },
  dropped: { name: 'dropped', word: 'left out' },
  waiting: { name: 'waiting', word: 'waiting' },
};

const installed: Mark = { name: 'installed', word: 'installed' };
const uninstall: Mark = { name: 'uninstall', word: 'to be removed' };

/** In the order of a legend. */
export const marks: readonly Mark[] = [
  ...Object.values(states),
  ...Object.values(reasons),
  uninstall,
  installed,
];

export function markOf({ type, state, reason }: DocumentNode): Mark {
  if (type === 'installed') return installed;
  if (state !== 'waiting') return states[state];
  if (type === 'uninstall') return uninstall;
  return (Object.hasOwn(reasons, reason ?? '') ? reasons[reason ?? ''] : undefined) ?? states.waiting;
}
