/** What the commands of `tumpline sets` begin with: the catalogue, what is selected, what is installed. */
import { type Catalogue, findSet, readCatalogue, type SetSource } from '../sets/catalogue.ts';
import { type Installed, readInstalledNames } from '../sets/installed.ts';
import { readSelected, type Selected } from '../sets/selected.ts';
import { Fault } from '../system/fault.ts';
import type { Located } from '../system/locate.ts';
import { nearest } from '../system/nearest.ts';
import type { Places } from '../system/places.ts';
import { printable } from '../system/printable.ts';
import type { Invocation } from './command.ts';
import { locateFor } from './roots.ts';

export interface Desk {
  readonly located: Located;
  readonly places: Places;
  readonly catalogue: Catalogue;
  readonly selected: Selected;
  readonly installed: Installed;
}

export async function setsDesk(invocation: Invocation): Promise<Desk> {
  const { located, places } = locateFor(invocation);
  const catalogue = readCatalogue(located);
  return {
    located,
    places,
    catalogue,
    selected: readSelected(located),
    installed: await readInstalledNames(located),
  };
}

/** The name that a user means, with or without its @. Fault `usage` where there is no such set. */
export function setNamed(catalogue: Catalogue, word: string): SetSource {
  const name = word.replace(/^@/, '');
  const source = findSet(catalogue, name);
  if (source !== undefined) return source;
  throw unknownSet(catalogue, name);
}

export function unknownSet(catalogue: Catalogue, name: string): Fault {
  const near = nearest(name, [...catalogue.sets.keys()]);
  return new Fault('missing', `@${printable(name)}: there is no such set`, {
    hint: near === undefined ? 'tumpline sets list' : `tumpline sets show ${near}`,
  });
}

/** `path:line`, or the path alone. */
export function placeText(path: string | null | undefined, line: number | undefined): string {
  const shown = printable(path ?? '');
  return line === undefined || line === 0 ? shown : `${shown}:${line}`;
}
