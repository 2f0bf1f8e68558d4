/** Overlays that lie on this machine: read in place, nothing is copied. */
import { readdirSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { Fault } from '../../system/fault.ts';
import { lstatIfPresent, statIfPresent } from '../../system/files.ts';
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
  const has = (name: string) => lstatIfPresent(join(spec.uri, name)) !== undefined;
  if (!has('profiles') && !has('metadata/layout.conf')) {
    const bare = has('HEAD') && has('objects') && has('refs');
    // nothing but the repository: what is committed is not what lies there
    const git = bare || (has('.git') && readdirSync(spec.uri).length === 1);
    throw new Fault(
      'missing',
      git
        ? `${path}: a git repository without a work tree`
        : `${path}: no ebuild repository: neither profiles/ nor metadata/layout.conf is there`,
      { hint: git ? `set type = git in the section [${printable(spec.name)}] of overlays.conf` : hint },
    );
  }
  return treeSource(spec, spec.uri.replace(/\/+$/, ''), join(directory, 'local.json'));
}
