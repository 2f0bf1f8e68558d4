/** What a sync has come to, and the words for it. */
import { printable } from '../../system/printable.ts';

export interface OlmProblem {
  readonly file?: string;
  readonly line?: number;
  readonly what: string;
  readonly hint?: string;
}

export type OverlayState = 'new' | 'changed' | 'unchanged' | 'kept' | 'failed' | 'removed';

export interface OverlayOutcome {
  readonly name: string;
  /** `kept`: what was published before stays, since something is wrong; `failed`: and there is nothing to stay. */
  readonly state: OverlayState;
  readonly revision?: string;
  /** How many packages and eclasses are published. */
  readonly packages: number;
  readonly eclasses: number;
  /** Packages (`category/package`) that came, that went, and those of which something is different. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  readonly notes: readonly string[];
  readonly problems: readonly OlmProblem[];
  /** The problems are such as another moment may cure. */
  readonly passing: boolean;
}

export interface SyncReport {
  /** Sorted by name. */
  readonly overlays: readonly OverlayOutcome[];
  /** What is to be said of no overlay in particular. */
  readonly notes: readonly string[];
  /** What is wrong with the list as such. */
  readonly problems: readonly OlmProblem[];
  /** What Portage sees is different from before, or with `pretend` would be. */
  readonly changed: boolean;
  /** 1: something is wrong. 75: try again later. */
  readonly status: 0 | 1 | 75;
}

/** `FILE:LINE: what`, or what there is of it. */
export function problemText({ file, line, what }: OlmProblem): string {
  const place = file === undefined ? '' : `${printable(file)}${line ? `:${line}` : ''}: `;
  return `${place}${printable(what)}`;
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

function named(count: number, what: string, names: readonly string[]): string {
  const shown = names.slice(0, 3).map(printable).join(' ');
  return `${count} ${what} (${shown}${names.length > 3 ? ' …' : ''})`;
}

/** `guru: 12 packages, 3 eclasses, 1 new (app-misc/foo)` */
export function outcomeText(outcome: OverlayOutcome, pretend: boolean): string {
  const { name, state, packages, eclasses, added, removed, changed } = outcome;
  const said: string[] = [];
  if (state === 'failed') said.push('nothing is published');
  else if (state === 'removed') said.push(pretend ? 'would go: no longer listed' : 'gone: no longer listed');
  else {
    said.push(counted(packages, 'package'));
    if (eclasses > 0) said.push(eclasses === 1 ? '1 eclass' : `${eclasses} eclasses`);
    if (state === 'kept') said.push('kept as they were');
    else if (state === 'unchanged') said.push('nothing new');
    else if (added.length + removed.length + changed.length === 0) said.push('changed');
    if (added.length > 0) said.push(named(added.length, 'new', added));
    if (changed.length > 0) said.push(named(changed.length, 'changed', changed));
    if (removed.length > 0) said.push(named(removed.length, 'gone', removed));
  }
  return `${printable(name)}: ${said.join(', ')}`;
}
