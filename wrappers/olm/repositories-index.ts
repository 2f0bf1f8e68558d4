/** The public list of overlays, from its server or a file. What was read of it is kept in the cache, since reading it takes long. */
import { join } from 'node:path';
import type { ListedOverlay } from '../../portage/files/repositories-xml.ts';
import { Fault } from '../../system/fault.ts';
import { writeAtomic } from '../../system/files.ts';
import { fetchText } from '../../system/http.ts';
import { readOrdinaryText } from '../../system/ordinary-file.ts';
import { printable } from '../../system/printable.ts';

export const officialList = 'https://api.gentoo.org/overlays/repositories.xml';

/** Milliseconds that a kept list is good enough to find a name in. */
const fresh = 24 * 3600 * 1000;

export interface RepositoriesIndex {
  readonly overlays: ReadonlyMap<string, ListedOverlay>;
  /** URL or path that it is from. */
  readonly origin: string;
  /** Why it is older than it should be. */
  readonly notes: readonly string[];
}

interface Kept {
  readonly schema: typeof schema;
  readonly url: string;
  /** Milliseconds since the epoch. */
  readonly asked: number;
  readonly etag?: string;
  readonly lastModified?: string;
  readonly overlays: readonly ListedOverlay[];
}

const schema = 'tumpline.olm.overlays/1';

export interface IndexDesk {
  /** The directory of the cache. */
  readonly cache: string;
  /** No network: what is kept counts, however old. */
  readonly offline?: boolean;
  /** Names the proxy. */
  readonly environment?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

/**
 * `place` is a URL, or the absolute path of a file. A kept list that is young and has all of `names` spares the
 * question. Faults: offline (not to be had and none kept), invalid (no list of overlays), missing, failed, interrupted.
 */
export async function repositoriesIndex(
  place: string,
  names: readonly string[],
  desk: IndexDesk,
): Promise<RepositoriesIndex> {
  if (place.startsWith('/')) return fromFile(place);
  const kept = readKept(desk.cache, place);
  const old = kept?.overlays;
  const index = (overlays: readonly ListedOverlay[], notes: readonly string[] = []) => ({
    overlays: new Map(overlays.map(overlay => [overlay.name, overlay])),
    origin: place,
    notes,
  });
  if (desk.offline) {
    if (old) return index(old);
    throw new Fault('offline', `${printable(place)}: not in the cache, and --offline asks nobody`, {
      hint: 'olm sync',
    });
  }
  const young = kept && Math.abs(Date.now() - kept.asked) < fresh;
  if (old && young && names.every(name => old.some(overlay => overlay.name === name))) return index(old);
  try {
    const { etag, lastModified } = kept ?? {};
    const answer = await fetchText(place, {
      ...(etag === undefined ? {} : { etag }),
      ...(lastModified === undefined ? {} : { lastModified }),
      ...(desk.environment === undefined ? {} : { environment: desk.environment }),
      ...(desk.signal === undefined ? {} : { signal: desk.signal }),
    });
    const overlays = answer ? await readList(answer.text, place) : (old ?? []);
    return index(overlays, keep(desk.cache, { ...(answer ?? kept), url: place, overlays }));
  } catch (error) {
    if (!(error instanceof Fault) || error.code === 'interrupted' || !kept) throw error;
    const day = new Date(kept.asked).toISOString().slice(0, 10);
    return index(kept.overlays, [`${error.message}; the list of ${day} counts`]);
  }
}

/** The parser is loaded only where a list has to be read. */
async function readList(text: string, place: string): Promise<ListedOverlay[]> {
  const { parseRepositoriesXml } = await import('../../portage/files/repositories-xml.ts');
  const overlays = parseRepositoriesXml(text);
  if (overlays) return overlays;
  throw new Fault('invalid', `${printable(place)}: is no list of overlays`);
}

async function fromFile(path: string): Promise<RepositoriesIndex> {
  const text = readOrdinaryText(path, 16 << 20);
  if (text === undefined) throw new Fault('missing', `${printable(path)}: no such file`);
  const overlays = await readList(text, path);
  return { overlays: new Map(overlays.map(overlay => [overlay.name, overlay])), origin: path, notes: [] };
}

function isList(value: unknown): boolean {
  const sound = (one: Partial<ListedOverlay> | null) =>
    typeof one?.name === 'string' && Array.isArray(one.sources);
  return Array.isArray(value) && value.every(sound);
}

function readKept(cache: string, url: string): Kept | undefined {
  try {
    const found = JSON.parse(
      readOrdinaryText(join(cache, 'overlays.json'), 64 << 20) ?? 'null',
    ) as Kept | null;
    const sound = found?.schema === schema && Number.isFinite(found.asked) && isList(found.overlays);
    return sound && found.url === url ? found : undefined;
  } catch {
    // asked anew
    return undefined;
  }
}

/** Keeps what was asked just now. A cache that cannot be written is a note, no more. */
function keep(
  cache: string,
  { url, overlays, etag, lastModified }: Pick<Kept, 'url' | 'overlays' | 'etag' | 'lastModified'>,
): string[] {
  const note: object = { schema, url, asked: Date.now(), etag, lastModified, overlays };
  try {
    // the cache may be sync-user's, and the caller root
    writeAtomic(join(cache, 'overlays.json'), `${JSON.stringify(note)}\n`, { overLink: true });
    return [];
  } catch (error) {
    if (error instanceof Fault) return [`${error.message}: the list of overlays is not kept`];
    throw error;
  }
}
