/** Works out a closure over overlays: reads what it asks for, all that one step needs in one batch. */
import { createHash } from 'node:crypto';
import { type Closure, closure, type LocalView, type Need } from '../../portage/closure.ts';
import { ebuildPath } from '../../portage/closure-index.ts';
import { parseCpv } from '../../portage/cpv.ts';
import { type CacheEntry, parseCacheEntry } from '../../portage/files/md5-cache.ts';
import type { Selection } from '../../portage/files/overlay-list.ts';
import { nearest } from '../../system/nearest.ts';
import type { OverlaySource } from './source.ts';

export interface GatherOptions {
  /** Of each overlay. */
  readonly masters: ReadonlyMap<string, readonly string[]>;
  /** For ebuilds without an entry in metadata/md5-cache, or with one of another text: what sourcing them tells. */
  readonly metadata?: (
    source: OverlaySource,
    cpvs: readonly string[],
  ) => Promise<ReadonlyMap<string, CacheEntry>>;
}

interface Known {
  readonly entries: Map<string, CacheEntry>;
  readonly texts: Map<string, string>;
}

/** Faults are those of `OverlaySource.read` and of `metadata`. */
export async function gather(
  selections: readonly Selection[],
  sources: ReadonlyMap<string, OverlaySource>,
  local: LocalView,
  options: GatherOptions,
): Promise<Closure> {
  const known = new Map<string, Known>();
  const overlays = new Map(
    [...sources].map(([name, { files }]) => {
      known.set(name, { entries: new Map(), texts: new Map() });
      return [name, { name, masters: options.masters.get(name) ?? [], files }];
    }),
  );
  const run = closure({
    selections,
    overlays,
    local,
    knowledge: {
      metadata: (overlay, cpv) => known.get(overlay)?.entries.get(cpv),
      text: (overlay, path) => known.get(overlay)?.texts.get(path),
    },
  });
  for (let step = run.next(); ; step = run.next()) {
    if (step.done) return withNearNames(step.value, sources);
    await Promise.all(
      step.value.map(need => answer(need, sources.get(need.overlay), known.get(need.overlay), options)),
    );
  }
}

async function answer(
  { cpvs, paths }: Need,
  source: OverlaySource | undefined,
  known: Known | undefined,
  options: GatherOptions,
): Promise<void> {
  if (!source || !known) return;
  const cached = cpvs.map(cachePath).filter(path => source.files.has(path));
  const contents = await source.read([...cached, ...paths]);
  for (const path of paths) {
    const content = contents.get(path);
    if (content) known.texts.set(path, decoded(content));
  }
  const doubtful: string[] = [];
  for (const cpv of cpvs) {
    const content = contents.get(cachePath(cpv));
    const { value, problems } = parseCacheEntry(content ? decoded(content) : '');
    if (content && problems.length === 0) known.entries.set(cpv, value);
    const ebuild = contents.get(ebuildOf(cpv));
    const fits = content && problems.length === 0 && ebuild && value.md5 === md5(ebuild);
    if (!fits) doubtful.push(cpv);
  }
  if (doubtful.length === 0 || !options.metadata) return;
  for (const [cpv, entry] of await options.metadata(source, doubtful)) known.entries.set(cpv, entry);
}

function cachePath(cpv: string): string {
  return `metadata/md5-cache/${cpv}`;
}

function ebuildOf(cpv: string): string {
  const parsed = parseCpv(cpv);
  return parsed ? ebuildPath(parsed) : '';
}

function md5(content: Uint8Array): string {
  return createHash('md5').update(content).digest('hex');
}

/** Dependencies and names of eclasses are ASCII: whatever else a file holds does not matter. */
function decoded(content: Uint8Array): string {
  return Buffer.from(content.buffer, content.byteOffset, content.length).toString('latin1');
}

/** A selection that names nothing like anything gets the name that was probably meant. */
function withNearNames(result: Closure, sources: ReadonlyMap<string, OverlaySource>): Closure {
  const unmatched = result.unmatched.map(({ selection, near }) => {
    if (near.length > 0) return { selection, near };
    const files = sources.get(selection.atom.repo ?? '')?.files.keys() ?? [];
    const names = new Set(
      [...files].filter(path => path.endsWith('.ebuild')).map(path => path.split('/').slice(0, 2).join('/')),
    );
    const meant = nearest(selection.atom.cp, [...names]);
    return { selection, near: meant === undefined ? [] : [meant] };
  });
  return { ...result, unmatched };
}
