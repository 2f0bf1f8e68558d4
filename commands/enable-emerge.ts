/** The part `emerge`: the link that puts the wrapper before the real emerge, and Portage's own report of its state. */
import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { find } from '../system/enable/deeds.ts';
import { featureLine, featurePiece, makeConf } from '../system/enable/make-conf.ts';
import type { Piece } from '../system/enable/pieces.ts';
import { Fault } from '../system/fault.ts';
import { statIfPresent } from '../system/files.ts';
import { installation } from '../system/installation.ts';
import { knowsObservability, type PortageFacts, portageFacts } from '../system/portage-facts.ts';
import { printable } from '../system/printable.ts';
import { agreed } from './ask.ts';
import { word } from './command.ts';
import type { PartContext, Wanted } from './part.ts';

const feature = 'observability';
const byHand = 'tumpline enable emerge --observability=yes';

/** Where a link goes that stands before Portage's program of that name. */
export function linkPath({ invocation, located }: PartContext, name: string): string {
  const bindir = word(invocation, 'bindir');
  return join(bindir === undefined ? join('/', located.eprefix, 'usr/local/bin') : resolve(bindir), name);
}

function same(path: string, other: string): boolean {
  const [a, b] = [statIfPresent(path), statIfPresent(other)];
  return a !== undefined && a.dev === b?.dev && a.ino === b?.ino;
}

/** The link, unless the wrapper itself is installed in that very place. */
function linkPieces(context: PartContext): Piece[] {
  const path = linkPath(context, 'emerge');
  const target = installation().emerge;
  if (
    statIfPresent(dirname(path)) !== undefined &&
    join(realpathSync(dirname(path)), 'emerge') === realpathSync(target)
  )
    return [];
  return [{ kind: 'link', path, target, otherwise: 'choose another directory with --bindir' }];
}

/** What PATH says to the new link: undefined when it stands before the real program of its name, beside `emerge`. */
export function pathNote(link: string, emerge: string, environment: NodeJS.ProcessEnv): string | undefined {
  const name = basename(link);
  const directories = (environment['PATH'] ?? '').split(':').map(directory => directory || '.');
  const ours = directories.findIndex(
    directory => same(directory, dirname(link)) || resolve(directory) === dirname(link),
  );
  const real = directories.findIndex(
    directory => statIfPresent(join(directory, name))?.isFile() && !same(join(directory, name), link),
  );
  if (ours !== -1 && (real === -1 || ours < real)) return undefined;
  const where = printable(dirname(link));
  return ours === -1
    ? `${where} is not in PATH: put it before ${printable(dirname(emerge))}`
    : `PATH has ${printable(directories[real] ?? '')} before ${where}: turn them round, or the real ${name} is still the first`;
}

function featureRefused(path: string, what: string, cause?: unknown): Fault {
  return new Fault('refused', `${printable(path)}: ${what}; nothing was changed`, {
    hint: `add by hand: ${featureLine(feature)}`,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Asks Portage whether the word arrived and whether every other word is as before. */
async function verifyFeature(context: PartContext, path: string, before: PortageFacts): Promise<void> {
  let after: PortageFacts;
  try {
    after = await portageFacts(context.located);
  } catch (cause) {
    throw featureRefused(path, 'Portage could not read it with the added line', cause);
  }
  const expected = [...new Set([...before.features, feature])].sort().join(' ');
  if ([...after.features].sort().join(' ') !== expected)
    throw featureRefused(path, `the added line does not switch ${feature} on`);
}

async function wantFeature(context: PartContext, wanted: Wanted): Promise<Wanted> {
  const answer = word(context.invocation, feature);
  const path = makeConf(context.located.configRoot);
  if (answer === 'no') return { ...wanted, unwanted: piece => piece.kind !== 'link' };
  const before = await portageFacts(context.located);
  if (!knowsObservability(before.version)) {
    wanted.notes.push(
      `Portage ${before.version} does not know ${feature} (3.0.82 does); progress comes from emerge.log`,
    );
    return wanted;
  }
  const piece = featurePiece(context.located.configRoot, feature);
  if (before.features.includes(feature)) {
    if (['present', 'outdated'].includes(find(piece, undefined).state))
      return { ...wanted, pieces: [...wanted.pieces, piece] };
    wanted.notes.push(`${feature} is in FEATURES already`);
    return wanted;
  }
  const question = `Add "${feature}" to FEATURES in ${printable(path)}, so that Portage reports what it does?`;
  if (answer !== 'yes' && !(await agreed(question))) {
    wanted.notes.push(`${feature} stays out of FEATURES; to add it: ${byHand}`);
    return wanted;
  }
  return { ...wanted, pieces: [...wanted.pieces, piece], verify: () => verifyFeature(context, path, before) };
}

export async function wanted(context: PartContext): Promise<Wanted> {
  const notes: string[] = [];
  const link = linkPath(context, 'emerge');
  const note = pathNote(link, context.located.emerge, process.env);
  if (note !== undefined) notes.push(note);
  return wantFeature(context, { pieces: linkPieces(context), notes });
}

export async function known(context: PartContext): Promise<Piece[]> {
  return [...linkPieces(context), featurePiece(context.located.configRoot, feature)];
}
