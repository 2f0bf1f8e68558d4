/** Overlays that olm must leave alone, since all of them is there already. */
import { Fault } from '../../system/fault.ts';
import { configuredRepositories } from '../../system/portage-configuration.ts';
import { printable } from '../../system/printable.ts';
import type { OlmDesk } from './desk.ts';
import type { ReadList } from './read-list.ts';
import { conflictingFile } from './repos-conf.ts';

/** By the names in the list; Faults `refused`. */
export function conflictsOf({ located, environment }: OlmDesk, list: ReadList): Map<string, Fault> {
  const conflicts = new Map<string, Fault>();
  const main = configuredRepositories(located, environment).main?.name;
  for (const [name, [first]] of list.byOverlay) {
    const file = conflictingFile(located, name);
    if (name === main)
      conflicts.set(
        name,
        new Fault('refused', `${printable(name)}: is the main repository, all of which is there`, {
          hint: `olm remove '${printable(first?.text ?? '')}'`,
        }),
      );
    else if (file !== undefined)
      conflicts.set(
        name,
        new Fault('refused', `${printable(name)}: ${printable(file)} configures the whole overlay`, {
          hint: `olm adopt ${printable(name)}, or take the section out of ${printable(file)}`,
        }),
      );
  }
  return conflicts;
}
