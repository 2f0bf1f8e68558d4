/** The part `sets`: a file in sets.conf that makes Portage read generated sets instead of their sources. */
import { join } from 'node:path';
import { type Catalogue, readCatalogue, setsConf, unreadableConf } from '../sets/catalogue.ts';
import { removeGenerated, takeBack, writeBack } from '../sets/disabling.ts';
import { enablingPath, enablingPiece } from '../sets/enabling.ts';
import { generate } from '../sets/generate.ts';
import { setLookup } from '../sets/lookup.ts';
import { isCompanion } from '../sets/sections.ts';
import { readSelected } from '../sets/selected.ts';
import { rememberSynced } from '../sets/synced.ts';
import { standingSets } from '../sets/users-sets.ts';
import type { Piece } from '../system/enable/pieces.ts';
import { Fault } from '../system/fault.ts';
import { statIfPresent } from '../system/files.ts';
import { installation } from '../system/installation.ts';
import type { Located } from '../system/locate.ts';
import { portageSets, type SetsAnswer } from '../system/portage-sets.ts';
import { printable } from '../system/printable.ts';
import type { PartContext, Wanted } from './part.ts';

/** What Portage runs when all repositories are synced. */
function hookPiece(located: Located): Piece {
  const name = '50-tumpline-sets';
  const path = join(located.configRoot, 'etc/portage/postsync.d', name);
  return { kind: 'link', path, target: join(installation().prefix, 'share/tumpline/hooks/postsync.d', name) };
}

function refused(subject: string, what: string, hint: string): Fault {
  return new Fault(
    'refused',
    `${printable(subject)}: ${what}; Portage goes on with the sets that it reads now`,
    { hint },
  );
}

/** Portage must still see every set that it saw, and each of the user's. */
async function verify(
  { located }: PartContext,
  before: readonly string[],
  wanted: readonly string[],
  known: readonly string[],
): Promise<void> {
  const { names, errors } = await portageSets(located, { sets: [] });
  const missing = [...before, ...wanted].find(name => !names.includes(name));
  const path = enablingPath(located);
  if (!readCatalogue(located).enabled)
    throw refused(
      path,
      'a file behind it says where [usersets] are',
      `grep -r usersets ${setsConf(located)}`,
    );
  if (missing !== undefined)
    throw refused(path, `Portage does not see @${printable(missing)} with it`, 'emerge --list-sets');
  const error = errors.find(one => !known.includes(one));
  if (error !== undefined) throw refused(path, printable(error), 'emerge --list-sets');
}

/** The sets that Portage sees without us, and what it complains of. */
async function seenBefore(located: Located, catalogue: Catalogue): Promise<SetsAnswer> {
  try {
    return await portageSets(located, { sets: [] });
  } catch (error) {
    const [problem] = unreadableConf(catalogue);
    if (!(error instanceof Fault) || problem === undefined) throw error;
    throw new Fault('refused', problem, { hint: 'emerge --list-sets' });
  }
}

export async function wanted(context: PartContext): Promise<Wanted> {
  const { located } = context;
  const conf = setsConf(located);
  const catalogue = readCatalogue(located);
  const piece = enablingPiece(located, catalogue);
  if (statIfPresent(conf)?.isFile()) {
    const lines = piece.text.split('\n').filter(line => line !== '' && !line.startsWith('#'));
    throw refused(
      conf,
      'is a file, and of a directory only one file would be ours',
      `put at its end: ${lines.join(' | ')}`,
    );
  }
  const notes = takeBack(catalogue);
  const now = await seenBefore(located, catalogue);
  const before = catalogue.enabled ? [] : now.names;
  const made = await generate(located, { enabling: true });
  const selected = standingSets(readSelected(located).sets, setLookup(made.catalogue));
  for (const { severity, set, path, line, what, hint } of made.complaints) {
    const where = path === undefined ? `@${set}` : line ? `${path} line ${line}` : path;
    if (severity === 'broken' && selected.has(set)) {
      // flags and keywords of sets would count already
      if (!catalogue.enabled) removeGenerated(located);
      throw refused(where, printable(what), hint);
    }
    notes.push(`${printable(where)}: ${printable(what)}`);
  }
  const users = [...made.catalogue.sets.values()].filter(({ origin }) => origin === 'user');
  const usable = users.map(({ name }) => name).filter(name => !made.kept.includes(name));
  const lost = new Set([...made.kept, ...made.removed]);
  const seen = new Set(before);
  await rememberSynced(located, made.catalogue);
  return {
    pieces: [enablingPiece(located, made.catalogue), hookPiece(located)],
    notes,
    verify: () =>
      verify(
        context,
        before.filter(name => !lost.has(name) && !isCompanion(name, seen)),
        usable,
        now.errors,
      ),
  };
}

export async function known({ located }: PartContext): Promise<Piece[]> {
  return [enablingPiece(located, readCatalogue(located)), hookPiece(located)];
}

export async function leaving({ located }: PartContext): Promise<string[]> {
  return writeBack(located, process.env);
}

export async function left({ located }: PartContext): Promise<void> {
  removeGenerated(located);
}
