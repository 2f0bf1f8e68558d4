/** `olm diff`: what a sync would change, package by package, in what a user looks at before trusting it. */
import { join } from 'node:path';
import { changedLines } from '../../portage/changed-lines.ts';
import { parseCpv } from '../../portage/cpv.ts';
import { parseCacheEntry } from '../../portage/files/md5-cache.ts';
import { maintainersIn } from '../../portage/files/metadata-xml.ts';
import { compareVersions } from '../../portage/version.ts';
import { contentMark } from '../../repo-template/writer.ts';
import { readTextIfPresent } from '../../system/files.ts';
import { changesBetween, recordedMarks } from './changes.ts';
import type { OlmDesk } from './desk.ts';
import type { Prepared } from './family-sync.ts';

export interface Words {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

export type Fate = 'new' | 'gone' | 'changed';

export interface PackageDifference {
  readonly cp: string;
  readonly state: Fate;
  /** Versions; `changed` are those whose ebuild is another. */
  readonly versions: Words & { readonly changed: readonly string[] };
  readonly licenses: Words;
  readonly maintainers: Words;
  /** Other files of the package that differ: patches, Manifest. */
  readonly files: readonly string[];
}

export interface EclassDifference {
  readonly name: string;
  readonly state: Fate;
  /** As `diff` counts them. */
  readonly lines: number;
}

export interface OverlayDifference {
  readonly name: string;
  readonly packages: readonly PackageDifference[];
  readonly eclasses: readonly EclassDifference[];
  /** Other files that differ: profiles, licences. */
  readonly others: readonly string[];
}

type Reader = (path: string) => string | undefined;

/** Undefined where nothing of what Portage sees would change. */
export function differenceOf(desk: OlmDesk, prepared: Prepared): OverlayDifference | undefined {
  const { name, files, executables } = prepared;
  if (files === undefined) return undefined;
  const directory = join(desk.state, name, 'current');
  const marks = recordedMarks(directory);
  const changes = changesBetween(marks, files, executables);
  if (!changes.any) return undefined;
  const before: Reader = path => (marks.has(path) ? readTextIfPresent(join(directory, path)) : undefined);
  const after: Reader = path => {
    const content = files.get(path);
    return content === undefined ? undefined : Buffer.from(content).toString('utf8');
  };
  const paths = [...new Set([...marks.keys(), ...files.keys()])].sort();
  const markAfter = (path: string) => {
    const content = files.get(path);
    return content === undefined ? undefined : contentMark(content, executables.has(path));
  };
  const different = paths.filter(path => marks.get(path) !== markAfter(path));
  const cps = [...changes.added, ...changes.removed, ...changes.changed].sort();
  const told = cps.map(cp => packageDifference(cp, paths, different, before, after));
  const eclasses = different.flatMap(path => {
    const eclass = /^eclass\/([^/]+)\.eclass$/.exec(path)?.[1];
    if (eclass === undefined) return [];
    const [old, next] = [before(path), after(path)];
    return [{ name: eclass, state: fate(old, next), lines: changedLines(old ?? '', next ?? '') }];
  });
  const others = different.filter(
    path =>
      !/^(eclass\/[^/]+\.eclass|metadata\/md5-cache\/.*)$/.test(path) &&
      !cps.some(cp => path.startsWith(`${cp}/`)),
  );
  return { name, packages: told, eclasses, others };
}

function fate(before: unknown, after: unknown): Fate {
  return before === undefined ? 'new' : after === undefined ? 'gone' : 'changed';
}

function packageDifference(
  cp: string,
  paths: readonly string[],
  different: readonly string[],
  before: Reader,
  after: Reader,
): PackageDifference {
  const own = paths.filter(path => path.startsWith(`${cp}/`));
  const ebuilds = own.filter(path => /^[^/]+\/[^/]+\/[^/]+\.ebuild$/.test(path));
  const version = (path: string) =>
    path.slice(path.lastIndexOf('/') + cp.length - cp.indexOf('/') + 1, -'.ebuild'.length);
  const [old, next] = [before, after].map(read => ebuilds.filter(path => read(path) !== undefined));
  const sorted = (some: readonly string[]) =>
    some
      .flatMap(path => parseCpv(`${cp}-${version(path)}`) ?? [])
      .sort((a, b) => compareVersions(a.version, b.version))
      .map(one => one.version.text);
  const xml = `${cp}/metadata.xml`;
  return {
    cp,
    state: fate(old?.[0], next?.[0]),
    versions: {
      added: sorted((next ?? []).filter(path => !old?.includes(path))),
      removed: sorted((old ?? []).filter(path => !next?.includes(path))),
      changed: sorted(different.filter(path => old?.includes(path) && next?.includes(path))),
    },
    licenses: words(licensesOf(old ?? [], before), licensesOf(next ?? [], after)),
    maintainers: words(maintainersIn(before(xml) ?? ''), maintainersIn(after(xml) ?? '')),
    files: different
      .filter(path => path.startsWith(`${cp}/`) && !path.endsWith('.ebuild') && path !== xml)
      .map(path => path.slice(cp.length + 1)),
  };
}

function words(before: readonly string[], after: readonly string[]): Words {
  return {
    added: after.filter(word => !before.includes(word)),
    removed: before.filter(word => !after.includes(word)),
  };
}

/** The names in LICENSE of all these ebuilds, by the cache, else as the ebuild says it in one line. */
function licensesOf(ebuilds: readonly string[], read: Reader): string[] {
  const found = new Set<string>();
  for (const path of ebuilds) {
    const [category = '', , file = ''] = path.split('/');
    const entry = read(`metadata/md5-cache/${category}/${file.slice(0, -'.ebuild'.length)}`);
    const said =
      entry === undefined
        ? /^LICENSE="([^"$`]*)"/m.exec(read(path) ?? '')?.[1]
        : parseCacheEntry(entry).value.fields.get('LICENSE');
    for (const word of (said ?? '').split(/\s+/)) if (/^[\w][\w+.-]*$/.test(word)) found.add(word);
  }
  return [...found].sort();
}
