// `npm run build`: makes dist/, the relocatable tree of an installation.
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { ensurePackages, top } from './bootstrap.mjs';
import { licences } from './licences.mjs';

const finished = join(top, 'dist');
// made apart and put in place whole, since something may be running out of the old one
const dist = `${finished}.new-${process.pid}`;

/** bundle name -> entry */
const bundles = {
  tumpline: 'commands/main.ts',
  painter: 'wrappers/emerge/painter.ts',
};
/** path below dist -> source; all of them executable */
const programs = {
  'bin/emerge': 'wrappers/emerge/emerge.sh',
  'bin/tumpline': 'commands/tumpline.sh',
  'libexec/tumpline/live.sh': 'wrappers/emerge/live.sh',
};
/** path below dist -> source; data */
const data = {
  'lib/tumpline/portage-helper.py': 'system/portage-helper.py',
};

function place(to, from, mode) {
  const target = join(dist, to);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(join(top, from), target);
  chmodSync(target, mode);
}

async function bundle(name, entry) {
  const { build } = await import('esbuild');
  const result = await build({
    entryPoints: [join(top, entry)],
    outfile: join(dist, 'lib/tumpline', `${name}.cjs`),
    absWorkingDir: top,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    metafile: true,
    legalComments: 'none',
    logLevel: 'warning',
    // yargs asks for import.meta.url, which a CommonJS file lacks
    banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
    define: { 'import.meta.url': 'importMetaUrl', 'import.meta.dirname': '__dirname' },
  });
  return result.metafile;
}

export async function build() {
  ensurePackages();
  rmSync(dist, { recursive: true, force: true });
  const metafiles = [];
  for (const [name, entry] of Object.entries(bundles)) metafiles.push(await bundle(name, entry));
  for (const [to, from] of Object.entries(programs)) place(to, from, 0o755);
  for (const [to, from] of Object.entries(data)) place(to, from, 0o644);
  for (const page of readdirSync(join(top, 'man')).filter(name => /\.[1-9]$/.test(name))) {
    place(join(`share/man/man${page.slice(-1)}`, page), join('man', page), 0o644);
  }
  for (const room of ['hooks', 'sets', 'repo-template']) {
    const share = join(top, room, 'share');
    if (existsSync(share)) cpSync(share, join(dist, 'share/tumpline', room), { recursive: true });
  }
  writeFileSync(join(dist, 'lib/tumpline/LICENSES'), licences(metafiles));
  const old = `${finished}.old-${process.pid}`;
  if (existsSync(finished)) renameSync(finished, old);
  renameSync(dist, finished);
  rmSync(old, { recursive: true, force: true });
}

if (process.argv[1] === import.meta.filename) await build();
