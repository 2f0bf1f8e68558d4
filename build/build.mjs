// `npm run build`: makes dist/, the relocatable tree of an installation.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { ensurePackages, top } from './bootstrap.mjs';
import { bundling } from './bundling.mjs';
import { keepCompiled } from './code-cache.mjs';
import { licences } from './licences.mjs';

/** bundle name -> entry */
const bundles = {
  tumpline: 'commands/main.ts',
  olm: 'commands/olm-main.ts',
  painter: 'wrappers/emerge/painter.ts',
  sets: 'sets/launch.ts',
  'sets-front': 'sets/front.ts',
  'sets-postsync': 'sets/postsync.ts',
  'olm-postsync': 'wrappers/olm/postsync.ts',
};
/** Bundles whose start counts. */
const quick = new Set(['sets', 'sets-front']);
/** path below dist -> source; all of them executable */
const programs = {
  'bin/emerge': 'wrappers/emerge/emerge.sh',
  'bin/tumpline': 'commands/front.sh',
  'bin/olm': 'commands/front.sh',
  'libexec/tumpline/ebuild': 'sets/ebuild.sh',
  'libexec/tumpline/live.sh': 'wrappers/emerge/live.sh',
  'share/tumpline/hooks/postsync.d/50-tumpline-sets': 'hooks/postsync-sets.sh',
  'share/tumpline/hooks/postsync.d/60-tumpline-olm': 'hooks/postsync-olm.sh',
};
/** path below dist -> source; data */
const data = {
  'lib/tumpline/portage-helper.py': 'system/portage-helper.py',
  'lib/tumpline/borrower.py': 'wrappers/emerge/live/borrower.py',
  'lib/tumpline/olm-sync/__init__.py': 'hooks/olm-sync/__init__.py',
  'lib/tumpline/olm-sync/olm.py': 'hooks/olm-sync/olm.py',
};

/** what distcc's own masquerade has links for, and clang */
const compilers = ['cc', 'c++', 'gcc', 'g++', 'clang', 'clang++'];

/** path below dist -> where the link leads */
const links = {
  ...Object.fromEntries(compilers.map(name => [`libexec/tumpline/distcc/${name}`, 'guard.sh'])),
  'bin/tumpline-distcc': '../libexec/tumpline/distcc/guard.sh',
  'bin/overlayman': 'olm',
  'share/bash-completion/completions/overlayman': 'olm',
  'share/fish/vendor_completions.d/overlayman.fish': 'olm.fish',
  'share/man/man1/overlayman.1': 'olm.1',
};

/** shell -> where the completion of a program is looked for */
const completions = {
  bash: name => `share/bash-completion/completions/${name}`,
  fish: name => `share/fish/vendor_completions.d/${name}.fish`,
  zsh: name => `share/zsh/site-functions/_${name}`,
};

function place(tree, to, from, mode) {
  const target = join(tree, to);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(join(top, from), target);
  chmodSync(target, mode);
}

/** The guard is called through links from anywhere, and must not look for a second file: its parts are put into one. */
function placeGuard(tree) {
  const read = name => readFileSync(join(top, 'wrappers/distcc', name), 'utf8');
  const target = join(tree, 'libexec/tumpline/distcc/guard.sh');
  const whole = read('guard.sh').replace(
    /^# shellcheck source=.*\n\. "\$\{0%\/\*\}\/([a-z]+\.sh)"\n/gm,
    (_, part) => `\n${read(part).replace(/^# shellcheck shell=.*\n/, '')}`,
  );
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, whole);
  chmodSync(target, 0o755);
}

/** What `later` takes out of a bundle: import -> text of a module that loads it when it is first used. */
const libraries = {
  execa: "export const execa = (...args) => require('./libraries.cjs').execa(...args);",
  'proper-lockfile':
    "export default { lock: (...args) => require('./libraries.cjs').lockfile.lock(...args) };",
};

/**
 * Libraries and modules of Node that a short run mostly does without, and whose loading takes as long as its work: each
 * function loads its module when it is called.
 */
const later = {
  name: 'later',
  setup(plugin) {
    const filter = /^(execa|proper-lockfile|node:(child_process|crypto|readline|timers\/promises|tty))$/;
    // `require` stands only in what is made below
    plugin.onResolve({ filter }, ({ path, importer, kind }) =>
      kind === 'require-call' || importer.includes('node_modules')
        ? undefined
        : { path, namespace: 'later', sideEffects: false },
    );
    plugin.onResolve({ filter: /^\.\/libraries\.cjs$/ }, ({ path }) => ({ path, external: true }));
    plugin.onLoad({ filter: /.*/, namespace: 'later' }, async ({ path }) => {
      const module = path.startsWith('node:') ? await import(path) : {};
      const names = Object.keys(module).filter(
        name => name !== 'default' && typeof module[name] === 'function',
      );
      const call = name => `export const ${name} = (...args) => require('${path}').${name}(...args);`;
      return { contents: libraries[path] ?? names.map(call).join('\n'), resolveDir: top };
    });
  },
};

/** The libraries that `later` leaves out. */
async function bundleLibraries(tree) {
  const { build } = await import('esbuild');
  const contents = "export { execa } from 'execa'; export { default as lockfile } from 'proper-lockfile';";
  const { metafile } = await build({
    stdin: { contents, resolveDir: top },
    outfile: join(tree, 'lib/tumpline/libraries.cjs'),
    absWorkingDir: top,
    ...bundling,
    metafile: true,
    legalComments: 'none',
  });
  return metafile;
}

async function bundle(tree, name, entry) {
  const { build } = await import('esbuild');
  const result = await build({
    entryPoints: [join(top, entry)],
    outfile: join(tree, 'lib/tumpline', `${name}.cjs`),
    absWorkingDir: top,
    ...bundling,
    ...(quick.has(name) ? { plugins: [later], banner: {} } : {}),
    metafile: true,
    legalComments: 'none',
  });
  return result.metafile;
}

function complete(tree) {
  for (const name of ['tumpline', 'olm']) {
    for (const [shell, pathOf] of Object.entries(completions)) {
      const text = execFileSync('node', [join(tree, `lib/tumpline/${name}.cjs`), 'completion', shell]);
      const path = join(tree, pathOf(name));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  }
}

/** Makes the tree in `finished`, dist/ unless told: apart, and put in place whole, since the old one may be in use. */
export async function build(finished = join(top, 'dist')) {
  ensurePackages();
  const tree = `${finished}.new-${process.pid}`;
  rmSync(tree, { recursive: true, force: true });
  const metafiles = [];
  for (const [name, entry] of Object.entries(bundles)) metafiles.push(await bundle(tree, name, entry));
  metafiles.push(await bundleLibraries(tree));
  for (const [to, from] of Object.entries(programs)) place(tree, to, from, 0o755);
  for (const [to, from] of Object.entries(data)) place(tree, to, from, 0o644);
  placeGuard(tree);
  for (const page of readdirSync(join(top, 'man')).filter(name => /\.[1-9]$/.test(name))) {
    place(tree, join(`share/man/man${page.slice(-1)}`, page), join('man', page), 0o644);
  }
  for (const room of ['hooks', 'sets', 'repo-template']) {
    const share = join(top, room, 'share');
    if (existsSync(share)) cpSync(share, join(tree, 'share/tumpline', room), { recursive: true });
  }
  complete(tree);
  for (const [path, target] of Object.entries(links)) symlinkSync(target, join(tree, path));
  keepCompiled(tree);
  writeFileSync(join(tree, 'lib/tumpline/LICENSES'), licences(metafiles));
  const old = `${finished}.old-${process.pid}`;
  if (existsSync(finished)) renameSync(finished, old);
  renameSync(tree, finished);
  rmSync(old, { recursive: true, force: true });
}

if (process.argv[1] === import.meta.filename) await build();
