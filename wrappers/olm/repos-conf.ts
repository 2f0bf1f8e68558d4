/** etc/portage/repos.conf/tumpline-olm.conf: the repositories that olm makes, as Portage gets to know them. */
import { readdirSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseConfigSections } from '../../portage/files/config-parser.ts';
import { configFiles } from '../../system/config-files.ts';
import { enabledParts, enablePieces, withEnableLock } from '../../system/enable/enable.ts';
import type { FilePiece } from '../../system/enable/pieces.ts';
import { lstatIfPresent } from '../../system/files.ts';
import type { Located } from '../../system/locate.ts';
import { readOrdinaryText } from '../../system/ordinary-file.ts';
import { couldWrite, type Places } from '../../system/places.ts';
import { globalConfiguration } from '../../system/portage-configuration.ts';

/** The name of the part that is switched on. */
export const part = 'olm';

/** Below Portage's own priority of the main repository there is nothing to be won. */
const lowestPriority = -999;

export function reposConf(located: Located): string {
  return join(located.configRoot, 'etc/portage/repos.conf');
}

function olmConf(located: Located): string {
  return join(reposConf(located), 'tumpline-olm.conf');
}

/** Where Portage sees the repository: a link to what is published. */
export function repositoryLink(located: Pick<Located, 'eroot'>, name: string): string {
  return join(located.eroot, 'var/db/repos', name);
}

/** The overlays of which something is published, sorted. */
export function publishedNames(places: Places): string[] {
  const state = places.systemState('olm');
  try {
    return readdirSync(state)
      .filter(name => /^[A-Za-z0-9_][\w-]*$/.test(name))
      .filter(name => lstatIfPresent(join(state, name, 'current'))?.isSymbolicLink())
      .sort();
  } catch {
    return [];
  }
}

/** What the user's own files say of the repository, raw, and which of them was the first; our file is left out. */
function saidElsewhere(
  located: Located,
  name: string,
): { file: string; options: ReadonlyMap<string, string> } | undefined {
  const own = olmConf(located);
  const files = [join(globalConfiguration(located), 'repos.conf'), reposConf(located)]
    .flatMap(configFiles)
    .filter(file => file !== own)
    .map(file => ({ name: file, text: readOrdinaryText(file) ?? '' }));
  const among = (some: typeof files) => parseConfigSections(some, {}, []).sections.get(name);
  const first = files.find(file => among([file]) !== undefined);
  const options = among(files);
  return first === undefined || options === undefined ? undefined : { file: first.name, options };
}

/**
 * The file of repos.conf that already configures a repository of that name as something else: the full overlay, mostly.
 * A section that only adds to ours (priority, sync-user and the like) is none.
 */
export function conflictingFile(located: Located, name: string): string | undefined {
  const said = saidElsewhere(located, name);
  const location = said?.options.get('location');
  const type = said?.options.get('sync-type');
  if (said === undefined || (location === undefined && (type ?? part) === part)) return undefined;
  const link = repositoryLink(located, name);
  // the usual place, which is never synced, may be a repository of the user's own
  const isOurs = location === link && (type === part || (type === undefined && isFree(link, name)));
  return isOurs ? undefined : said.file;
}

/** Nothing is there, or the link to what is published. */
function isFree(link: string, name: string): boolean {
  const found = lstatIfPresent(link);
  return (
    found === undefined || (found.isSymbolicLink() && readlinkSync(link).endsWith(`/olm/${name}/current`))
  );
}

function section(located: Located, name: string, priority: number): string[] {
  const said = saidElsewhere(located, name)?.options;
  const escaped = (path: string) => path.replaceAll('%', '%%');
  const given: [string, string][] = [
    ['location', escaped(repositoryLink(located, name))],
    ['sync-type', part],
    ['sync-uri', `olm:${name}`],
  ];
  if (!said?.has('auto-sync')) given.push(['auto-sync', 'yes']);
  if (!said?.has('priority')) given.push(['priority', String(priority)]);
  // a generation never changes; Portage would guess otherwise by its place
  if (!said?.has('volatile')) given.push(['volatile', 'no']);
  return ['', `[${name}]`, ...given.map(([key, value]) => `${key} = ${value}`)];
}

/** The file, for the overlays that are published: those of `names` by their order, the first with the highest priority. */
export function reposConfPiece(located: Located, places: Places, names: readonly string[]): FilePiece {
  const published = publishedNames(places);
  const order = [...new Set([...names.filter(name => published.includes(name)), ...published])];
  const shown = order.filter(name => conflictingFile(located, name) === undefined);
  const lines = [
    '# Written by "tumpline enable olm" and kept up to date by "olm sync"; taken away by "tumpline disable olm".',
    ...shown.flatMap((name, index) => section(located, name, Math.max(-1 - index, lowestPriority))),
  ];
  return { kind: 'file', path: olmConf(located), text: `${lines.join('\n')}\n`, earlier: [] };
}

/**
 * Tells Portage of what is published, `names` in the order of the list; says whether there was something to tell. Nothing
 * happens where olm is not enabled, nor where the caller may not write there: the hook, which is root's, comes back to
 * it. Faults: locked, refused.
 */
export async function updateReposConf(
  located: Located,
  places: Places,
  names: readonly string[],
): Promise<boolean> {
  if (!Object.hasOwn(enabledParts(places), part)) return false;
  const piece = reposConfPiece(located, places, names);
  if (readOrdinaryText(piece.path) === piece.text || !couldWrite(dirname(piece.path))) return false;
  await withEnableLock(
    places,
    'olm sync',
    () => enablePieces(places, part, [reposConfPiece(located, places, names)]),
    60_000,
  );
  return true;
}
