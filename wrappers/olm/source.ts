/** What an overlay holds, wherever it lies: a list of files at once, their contents when they are asked for. */
import { Fault } from '../../system/fault.ts';
import { fetchGit, openGit } from './source-git.ts';
import { readLocal } from './source-local.ts';
import { fetchRsync, openRsync } from './source-rsync.ts';
import type { OverlaySpec } from './spec.ts';

export interface OverlaySource {
  readonly spec: OverlaySpec;
  /** commit id; of local and rsync trees a digest */
  readonly revision: string;
  /** committer date, seconds */
  readonly time?: number;
  /** path -> git blob id (hex); ordinary files with sound names only, sorted by path */
  readonly files: ReadonlyMap<string, string>;
  /** those of `files` that may be run: an ebuild may start what lies in its files/ */
  readonly executables: ReadonlySet<string>;
  /** links, submodules, odd names; the paths are fit to print */
  readonly refused: readonly { path: string; why: string }[];
  /** warnings: rewound, filter ignored, … */
  readonly notes: readonly string[];
  /**
   * Contents, fetched in one batch where they are not here yet. Faults: `offline`, `corrupt`, `refused` (beyond the
   * limits), `failed` (disk full). A path that is not in `files` is left out.
   */
  read(paths: Iterable<string>): Promise<ReadonlyMap<string, Uint8Array>>;
}

/** What was seen at the last sync, to tell a history that was rewound. */
export interface LastSeen {
  readonly revision: string;
  readonly time?: number;
}

export interface FetchOptions {
  readonly signal?: AbortSignal;
  readonly lastSeen?: LastSeen;
  /** Most of the contents will be read: they come at once. */
  readonly whole?: boolean;
  /** seconds: of silence after which a transfer counts as dead, and for one call as a whole */
  readonly patience?: { readonly silence: number; readonly whole: number };
}

/**
 * Brings the overlay's newest list of files. `directory` is the overlay's place in the cache; call it under the
 * overlay's lock. Faults: `offline`, `refused` (address, limits), `missing` (no such branch or directory), `untrusted`
 * (not signed by `spec.key`: what was there stays), `corrupt`, `failed` (disk full, not writable).
 */
export async function fetchSource(
  spec: OverlaySpec,
  directory: string,
  options: FetchOptions = {},
): Promise<OverlaySource> {
  if (spec.key !== undefined && spec.type !== 'git')
    throw new Fault('refused', `${spec.name}: only commits of git can be signed`, {
      hint: 'remove the key from overlays.conf',
    });
  if (spec.type === 'local') return await readLocal(spec, directory);
  if (spec.type === 'rsync') return await fetchRsync(spec, directory, options);
  return await fetchGit(spec, directory, options);
}

/**
 * The overlay as it was last fetched, without the network; a local one as it is. Undefined where nothing, or nothing
 * whole, was fetched. Reading a file that was not fetched is a Fault `offline`.
 */
export async function openSource(spec: OverlaySpec, directory: string): Promise<OverlaySource | undefined> {
  if (spec.type === 'local') return await readLocal(spec, directory);
  if (spec.type === 'rsync') return await openRsync(spec, directory);
  return await openGit(spec, directory);
}
