/** Overlays that lie on this machine: read in place, nothing is copied. */
import { isAbsolute, join } from 'node:path';
import { Fault } from '../../system/fault.ts';
import { statIfPresent } from '../../system/files.ts';
import { printable } from '../../system/printable.ts';
import type { OverlaySource } from './source.ts';
import { treeSource } from './source-tree.ts';
import type { OverlaySpec } from './spec.ts';

/** Faults: `refused` (not an absolute path), `missing`, `failed`. */
export async function readLocal(spec: OverlaySpec, directory: string): Promise<OverlaySource> {
  const path = printable(spec.uri);
  const hint = `set sync-uri in the section [${printable(spec.name)}] of overlays.conf`;
  if (!isAbsolute(spec.uri)) throw new Fault('refused', `${path}: not an absolute path`, { hint });
  const there = statIfPresent(spec.uri);
  if (there === undefined) throw new Fault('missing', `${path}: no such directory`, { hint });
  if (!there.isDirectory()) throw new Fault('missing', `${path}: not a directory`, { hint });
  return treeSource(spec, spec.uri.replace(/\/+$/, ''), join(directory, 'local.json'));
}
