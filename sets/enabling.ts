/** etc/portage/sets.conf/zz-tumpline.conf: what makes Portage read the generated sets instead of their sources. */
import { join } from 'node:path';
import { parseConfigSections } from '../portage/files/config-parser.ts';
import { enablePieces, withEnableLock } from '../system/enable/enable.ts';
import type { FilePiece } from '../system/enable/pieces.ts';
import type { Located } from '../system/locate.ts';
import { readOrdinaryText } from '../system/ordinary-file.ts';
import { places } from '../system/places.ts';
import { type Catalogue, enablingFile, type SetSource, setsConf } from './catalogue.ts';
import type { MadeSection } from './sections.ts';

const below = '%(EROOT)svar/lib/tumpline/sets';

export function enablingPath(located: Located): string {
  return join(setsConf(located), enablingFile);
}

/** A repository's sections that hold a set which the user has as well: Portage must not see it there. */
export interface Overridden {
  /** Multisets, of which a copy without those sets is made. */
  readonly copied: readonly MadeSection[];
  /** Single sets, which get another name. */
  readonly renamed: readonly { readonly section: string; readonly name: string }[];
}

export function overridden(catalogue: Catalogue): Overridden {
  const users = [...catalogue.sets.values()].filter(
    ({ origin, shadows }) => origin === 'user' && shadows.length > 0,
  );
  const taken = (name: string, section: string): SetSource | undefined =>
    users.find(one => one.name === name && one.section !== section);
  const copied = catalogue.sections.filter(
    ({ section, sets, directory }) =>
      directory !== undefined && sets.some(({ name }) => taken(name, section.name)),
  );
  const renamed = catalogue.sections.flatMap(({ section, sets, directory }) =>
    directory === undefined && sets.some(({ name }) => taken(name, section.name))
      ? [{ section: section.name, name: `${sets[0]?.name}-of-${section.name}` }]
      : [],
  );
  return { copied, renamed };
}

/** A section's name as that of a directory. */
export function sectionFolder(name: string): string {
  return name.replace(/[^\w.-]|^\./g, character => `_${character.codePointAt(0)?.toString(16)}_`);
}

/** Options that are not named here stay as the user's own sets.conf has them. */
export function enablingText({ copied, renamed }: Overridden): string {
  const lines = [
    '# Written by "tumpline enable sets" and kept up to date; taken away by "tumpline disable sets".',
    '[usersets]',
    'class = portage.sets.files.StaticFileSet',
    'multiset = true',
    `directory = ${below}/generated`,
    'world-candidate = true',
  ];
  for (const { section } of copied) {
    const directory = `${below}/generated-repositories/${sectionFolder(section.name)}`;
    lines.push(
      '',
      `# without the sets that stand before it`,
      `[${section.name}]`,
      `directory = ${directory}`,
    );
  }
  for (const { section, name } of renamed) lines.push('', `[${section}]`, `name = ${name}`);
  return `${lines.join('\n')}\n`;
}

/** The folders below generated-repositories/ that the file which is there now makes Portage read. */
export function foldersInUse(located: Located): string[] {
  const text = readOrdinaryText(enablingPath(located)) ?? '';
  const { sections } = parseConfigSections([{ name: enablingFile, text }], {}, []);
  const start = `${below}/generated-repositories/`;
  return [...sections.values()].flatMap(options => {
    const directory = options.get('directory') ?? '';
    return directory.startsWith(start) ? directory.slice(start.length) : [];
  });
}

export function enablingPiece(located: Located, catalogue: Catalogue): FilePiece {
  return {
    kind: 'file',
    path: enablingPath(located),
    text: enablingText(overridden(catalogue)),
    earlier: [],
  };
}

/** Another set of a repository's stands in the way, or one that did is gone: the file tells of it. Faults: locked, refused. */
export async function renewEnabling(located: Located, catalogue: Catalogue): Promise<void> {
  const piece = enablingPiece(located, catalogue);
  const there = readOrdinaryText(piece.path);
  // none: somebody has put our lines into a file of their own
  if (there === undefined || there === piece.text) return;
  const where = places(located);
  await withEnableLock(where, 'tumpline sets', () => enablePieces(where, 'sets', [piece]));
}
