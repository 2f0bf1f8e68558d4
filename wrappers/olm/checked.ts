/** STATE/NAME/checked.json: when an overlay was last asked, and what it then was; age and rewound histories are judged by it. */
import { join } from 'node:path';
import { writeAtomic } from '../../system/files.ts';
import { readOrdinaryText } from '../../system/ordinary-file.ts';

export interface Checked {
  /** Seconds since the epoch: the overlay answered. */
  readonly checked: number;
  readonly uri: string;
  readonly revision: string;
  /** Committer date of the revision, seconds. */
  readonly time?: number;
  /** As its layout.conf said. */
  readonly masters: readonly string[];
}

function pathOf(state: string, name: string): string {
  return join(state, name, 'checked.json');
}

/** Undefined where it was never asked, or nothing sound is written there. */
export function readChecked(state: string, name: string): Checked | undefined {
  try {
    const value: unknown = JSON.parse(readOrdinaryText(pathOf(state, name)) ?? 'null');
    if (typeof value !== 'object' || value === null) return undefined;
    const { checked, uri, revision, time, masters } = value as Record<string, unknown>;
    if (typeof checked !== 'number' || typeof uri !== 'string' || typeof revision !== 'string')
      return undefined;
    if (!Array.isArray(masters) || masters.some(one => typeof one !== 'string')) return undefined;
    return { checked, uri, revision, masters, ...(typeof time === 'number' ? { time } : {}) };
  } catch {
    return undefined;
  }
}

export function writeChecked(state: string, name: string, checked: Checked): void {
  writeAtomic(pathOf(state, name), `${JSON.stringify(checked)}\n`);
}

/** Days since the overlay answered; undefined: it never did. */
export function daysAway(checked: Checked | undefined, now: number): number | undefined {
  return checked === undefined ? undefined : Math.max(0, (now - checked.checked) / 86_400);
}
