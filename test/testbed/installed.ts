/** Entries of the VDB, var/db/pkg/CAT/PF, in the forms that Portage reads. */
import { appendFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InstalledDeclaration, VdbForm } from './declaration.ts';
import { splitCpv } from './repository.ts';

/** Fields that the `metadata` file of Portage 3.0.82 carries. */
const metadataFields = new Set(
  `BDEPEND BUILD_ID BUILD_TIME CHOST COUNTER DEFINED_PHASES DEPEND DESCRIPTION EAPI HOMEPAGE IDEPEND IUSE KEYWORDS
  LICENSE PDEPEND PROPERTIES PROVIDES RDEPEND REQUIRES RESTRICT SLOT USE repository`.split(/\s+/),
);

export function writeInstalled(
  vdb: string,
  cpv: string,
  declaration: InstalledDeclaration,
  options: { repository: string; counter: number; form: VdbForm },
): void {
  const { category, pf } = splitCpv(cpv);
  const directory = join(vdb, category, pf);
  mkdirSync(directory, { recursive: true });
  const { CONTENTS, built: _, dropped: __, ...given } = declaration;
  const fields: Record<string, string> = {
    EAPI: '8',
    SLOT: '0',
    KEYWORDS: 'amd64',
    IUSE: '',
    USE: '',
    LICENSE: 'MIT',
    DESCRIPTION: 'A package of the testbed',
    DEFINED_PHASES: '-',
    CHOST: 'x86_64-pc-linux-gnu',
    BUILD_TIME: '1700000000',
    COUNTER: String(options.counter),
    repository: options.repository,
    ...given,
  };
  const written = Object.entries(fields).map(
    ([name, text]) => [name, text.trim().split(/\s+/).join(' ')] as const,
  );
  if (options.form !== 'metadata') {
    for (const [name, text] of written)
      if (text !== '' || name === 'IUSE') writeFileSync(join(directory, name), `${text}\n`);
  }
  writeFileSync(join(directory, 'CATEGORY'), `${category}\n`);
  writeFileSync(join(directory, 'PF'), `${pf}\n`);
  writeFileSync(join(directory, 'SIZE'), '0\n');
  writeFileSync(join(directory, 'CONTENTS'), CONTENTS ?? '');
  writeFileSync(join(directory, `${pf}.ebuild`), `EAPI=${fields['EAPI']}\nSLOT="${fields['SLOT']}"\n`);
  if (options.form === 'files') return;
  const kept = written.filter(([name]) => metadataFields.has(name)).sort(([a], [b]) => (a < b ? -1 : 1));
  const path = join(directory, 'metadata');
  writeFileSync(path, `#format=1\n${kept.map(([name, text]) => `${name}=${text}\n`).join('')}`);
  // Portage takes the file for stale unless it names the directory's last change
  appendFileSync(path, `#dir_mtime=${statSync(directory, { bigint: true }).mtimeNs}\n`);
}
