/** The members of a set that holds what is installed. */
import { parseAtom } from '../portage/atom.ts';
import type { Installed } from './installed.ts';

export interface Dump {
  /** Sorted. */
  readonly atoms: readonly string[];
  /** Entries of world that name nothing installed. */
  readonly absent: readonly string[];
}

/** Of `world` as written, or of everything; `versions`: each package in the version that is installed. */
export function dumpText(
  installed: Installed,
  world: readonly string[] | undefined,
  versions: boolean,
): Dump {
  const absent: string[] = [];
  const atoms = new Set<string>();
  const texts = world ?? [...installed.cps];
  for (const text of texts) {
    const atom = parseAtom(text, { allowRepo: true });
    const cpvs = atom === undefined ? [] : installed.match(atom);
    if (atom === undefined || cpvs.length === 0) absent.push(text);
    else if (versions) for (const cpv of cpvs) atoms.add(`=${cpv}`);
    else if (world === undefined && cpvs.length > 1)
      for (const { slot } of installed.named(atom.cp)) atoms.add(`${atom.cp}:${slot}`);
    else atoms.add(text);
  }
  return { atoms: [...atoms].sort(), absent };
}
