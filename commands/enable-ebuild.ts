/** The part `ebuild`: the link that puts the shim before the real ebuild. */
import type { Piece } from '../system/enable/pieces.ts';
import { installation } from '../system/installation.ts';
import { linkPath, pathNote } from './enable-emerge.ts';
import type { PartContext, Wanted } from './part.ts';

function link(context: PartContext): Piece {
  return {
    kind: 'link',
    path: linkPath(context, 'ebuild'),
    target: installation().ebuild,
    otherwise: 'choose another directory with --bindir',
  };
}

export async function wanted(context: PartContext): Promise<Wanted> {
  const piece = link(context);
  const note = pathNote(piece.path, context.located.emerge, process.env);
  return { pieces: [piece], notes: note === undefined ? [] : [note] };
}

export async function known(context: PartContext): Promise<Piece[]> {
  return [link(context)];
}
