/** What the commands of `tumpline distcc` begin with: whose state, and the settings that ought to hold. */
import { join } from 'node:path';
import { Fault } from '../system/fault.ts';
import { statIfPresent } from '../system/files.ts';
import { type Places, places } from '../system/places.ts';
import { clock, type GuardSettings, type Memory, readMemory } from '../wrappers/distcc/memory.ts';
import { type Invocation, word } from './command.ts';
import { configurationFor, locateFor } from './roots.ts';

export interface DistccDesk {
  /** DISTCC_DIR */
  distcc: string;
  /** the guard's part of it */
  directory: string;
  /** undefined where no guarded compile has been */
  memory: Memory | undefined;
  /** hundredths of a second since the machine started */
  now: number;
  /** of tumpline.conf */
  wanted: GuardSettings;
}

/** distcc is of use where there is no emerge too. */
function placesFor(invocation: Invocation): Places {
  try {
    return locateFor(invocation).places;
  } catch (error) {
    if (!(error instanceof Fault) || error.code === 'interrupted') throw error;
    return places({ eprefix: '', configRoot: '', root: '' });
  }
}

/** --directory, DISTCC_DIR, else the first of Portage's and the caller's own that the guard was in. */
function distccDirectory(invocation: Invocation, found: Places): string {
  const named = word(invocation, 'directory') ?? process.env['DISTCC_DIR'];
  if (named) return named;
  const home = process.env['HOME'];
  const usual = [join(found.eroot, 'var/tmp/portage/.distcc'), ...(home ? [join(home, '.distcc')] : [])];
  return usual.find(path => statIfPresent(join(path, 'tumpline')) !== undefined) ?? usual[0]!;
}

export async function distccDesk(invocation: Invocation): Promise<DistccDesk> {
  const found = placesFor(invocation);
  const { settings } = await configurationFor(found);
  const distcc = distccDirectory(invocation, found);
  const directory = join(distcc, 'tumpline');
  const now = clock();
  return { distcc, directory, memory: readMemory(directory, now), now, wanted: settings.distcc };
}
