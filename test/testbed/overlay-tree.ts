/** Overlays by declaration: as files, as what olm takes for a source, and on disk with the cache that Portage writes. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { OverlaySource } from '../../wrappers/olm/source.ts';
import type { EbuildDeclaration } from './declaration.ts';
import { ebuildText, md5CacheEntry } from './ebuild-text.ts';
import { lines, splitCpv, writeText } from './repository.ts';

export interface ToyOverlay {
  /** cpv -> ebuild. */
  readonly ebuilds: Readonly<Record<string, EbuildDeclaration>>;
  /** Name -> text. */
  readonly eclasses?: Readonly<Record<string, string>>;
  readonly masters?: readonly string[];
  /** Manifests name every file of the package. */
  readonly thick?: boolean;
  /** Path -> text of anything else. */
  readonly files?: Readonly<Record<string, string>>;
}

export type OverlayFiles = ReadonlyMap<string, string | Uint8Array>;

export function toyFiles(name: string, toy: ToyOverlay, main = 'testbed'): Map<string, string> {
  const files = new Map(Object.entries(toy.files ?? {}));
  const masters = (toy.masters ?? [main]).join(' ');
  const categories = new Set<string>();
  files.set('profiles/repo_name', `${name}\n`);
  for (const [eclass, text] of Object.entries(toy.eclasses ?? {})) files.set(`eclass/${eclass}.eclass`, text);
  for (const [cpv, ebuild] of Object.entries(toy.ebuilds)) {
    const { category, pn, pf } = splitCpv(cpv);
    const text = ebuildText(ebuild);
    categories.add(category);
    files.set(`${category}/${pn}/${pf}.ebuild`, text);
    files.set(`${category}/${pn}/metadata.xml`, `<pkgmetadata><!-- ${pn} --></pkgmetadata>\n`);
    const entry = md5CacheEntry(ebuild, text);
    if (entry) files.set(`metadata/md5-cache/${cpv}`, entry);
  }
  files.set('profiles/categories', lines([...categories].sort()));
  const layout = [`masters = ${masters}`.trimEnd(), `thin-manifests = ${toy.thick ? 'false' : 'true'}`];
  files.set('metadata/layout.conf', lines([...layout, 'sign-manifests = false', 'cache-formats = md5-dict']));
  if (toy.thick) addThickManifests(files, categories);
  return files;
}

function addThickManifests(files: Map<string, string>, categories: ReadonlySet<string>): void {
  const packages = new Map<string, string[]>();
  for (const path of files.keys()) {
    const [category = '', name = '', ...rest] = path.split('/');
    if (rest.length === 0 || !categories.has(category)) continue;
    const held = packages.get(`${category}/${name}`) ?? [];
    packages.set(`${category}/${name}`, [...held, rest.join('/')]);
  }
  for (const [cp, held] of packages)
    files.set(
      `${cp}/Manifest`,
      lines(held.sort().map(path => manifestLine(path, files.get(`${cp}/${path}`) ?? ''))),
    );
}

function manifestLine(path: string, text: string): string {
  const kind = path.endsWith('.ebuild') ? 'EBUILD' : path.startsWith('files/') ? 'AUX' : 'MISC';
  const sum = (name: string) => createHash(name).update(text).digest('hex');
  const name = kind === 'AUX' ? path.slice('files/'.length) : path;
  return `${kind} ${name} ${Buffer.byteLength(text)} BLAKE2B ${sum('blake2b512')} SHA512 ${sum('sha512')}`;
}

/** The files as an overlay that was fetched; `asked` gets the paths of each read. */
export function sourceOf(name: string, files: OverlayFiles, asked: string[][] = []): OverlaySource {
  const bytes = new Map([...files].map(([path, text]) => [path, Buffer.from(text)]));
  const id = (content: Buffer) =>
    createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
  return {
    spec: { name, type: 'local', uri: `/${name}`, unmask: false, sets: false, origin: 'test' },
    revision: name,
    files: new Map(
      [...bytes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, content]) => [path, id(content)]),
    ),
    executables: new Set(),
    refused: [],
    notes: [],
    async read(paths) {
      const wanted = [...paths];
      asked.push(wanted);
      return new Map(
        wanted.flatMap((path): [string, Buffer][] => {
          const content = bytes.get(path);
          return content ? [[path, content]] : [];
        }),
      );
    },
  };
}

export function writeFiles(directory: string, files: ReadonlyMap<string, string>): void {
  for (const [path, text] of files) writeText(join(directory, path), text);
}
