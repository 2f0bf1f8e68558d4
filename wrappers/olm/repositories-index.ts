/** The public list of overlays, from its server or a file, kept in the cache. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type ListedOverlay, parseRepositoriesXml } from '../../portage/files/repositories-xml.ts';
import { Fault } from '../../system/fault.ts';
import { readTextIfPresent, writeAtomic } from '../../system/files.ts';
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
  readonly url: string;
  readonly digest: string;
  /** Milliseconds since the epoch. */
  readonly asked: number;
  readonly etag?: string;
  readonly lastModified?: string;
}

export interface IndexDesk {
  /** The directory of the cache. */
  readonly cache: string;
  /** No network: what is kept counts, however old. */
  readonly offline?: boolean;
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
  const file = join(desk.cache, 'repositories.xml');
  const kept = readKept(desk.cache, place);
  const text = kept && readTextIfPresent(file);
  const whole = kept && text !== undefined && digestOf(text) === kept.digest ? text : undefined;
  const old = whole === undefined ? undefined : parseRepositoriesXml(whole);
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
    const { etag, lastModified } = old && kept ? kept : {};
    const answer = await fetchText(place, {
      ...(etag === undefined ? {} : { etag }),
      ...(lastModified === undefined ? {} : { lastModified }),
      ...(desk.signal === undefined ? {} : { signal: desk.signal }),
    });
    const overlays = answer ? parseRepositoriesXml(answer.text) : old;
    if (overlays === undefined) throw new Fault('invalid', `${printable(place)}: is no list of overlays`);
    return index(overlays, keep(desk.cache, place, answer, kept));
  } catch (error) {
    if (!(error instanceof Fault) || error.code === 'interrupted' || !old || !kept) throw error;
    const day = new Date(kept.asked).toISOString().slice(0, 10);
    return index(old, [`${error.message}; the list of ${day} counts`]);
  }
}

function fromFile(path: string): RepositoriesIndex {
  const text = readOrdinaryText(path, 16 << 20);
  if (text === undefined) throw new Fault('missing', `${printable(path)}: no such file`);
  const overlays = parseRepositoriesXml(text);
  if (overlays === undefined) throw new Fault('invalid', `${printable(path)}: is no list of overlays`);
  return { overlays: new Map(overlays.map(overlay => [overlay.name, overlay])), origin: path, notes: [] };
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function readKept(cache: string, url: string): Kept | undefined {
  try {
    const found = JSON.parse(readTextIfPresent(join(cache, 'repositories.json')) ?? 'null') as Kept | null;
    return found?.url === url && Number.isFinite(found.asked) ? found : undefined;
  } catch {
    // asked anew
    return undefined;
  }
}

/** Keeps an answer, or that there was nothing new. A cache that cannot be written is a note, no more. */
function keep(
  cache: string,
  url: string,
  answer: Awaited<ReturnType<typeof fetchText>>,
  kept: Kept | undefined,
): string[] {
  const told = answer ?? kept;
  const digest = answer ? digestOf(answer.text) : kept?.digest;
  const { etag, lastModified } = told ?? {};
  try {
    if (answer) writeAtomic(join(cache, 'repositories.xml'), answer.text);
    const note = { url, digest, asked: Date.now(), etag, lastModified };
    writeAtomic(join(cache, 'repositories.json'), `${JSON.stringify(note)}\n`);
    return [];
  } catch (error) {
    if (error instanceof Fault) return [`${error.message}: the list of overlays is not kept`];
    throw error;
  }
}
