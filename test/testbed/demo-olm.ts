/** The little world of `npm run demo -- olm` and of the transcript in README: a local tree, and an overlay on a git server. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { commitTree } from '../kit/git-repository.ts';
import { type GitServer, serveGit } from '../kit/git-server.ts';
import { ebuildText } from './ebuild-text.ts';
import { type ToyOverlay, toyFiles } from './overlay-tree.ts';
import { makeRoot, type Root } from './root.ts';

/** Flags tell whose eclass an ebuild got. */
const eclass = (flag: string, lines = '') => `# water.eclass\nIUSE="${flag}"\n${lines}`;

const others = Object.fromEntries(
  ['toad', 'newt', 'heron', 'otter', 'pike', 'carp', 'duck', 'swan'].flatMap(name => [
    [`app-misc/${name}-1`, { RDEPEND: 'dev-libs/pond' }],
    [`dev-libs/lib${name}-1`, {}],
  ]),
);

const frog = {
  DESCRIPTION: 'A frog for the terminal',
  inherit: 'water',
  RDEPEND: '>=dev-libs/pond-2[deep] dev-libs/glib',
  BDEPEND: 'dev-util/reed',
};

const before: ToyOverlay = {
  ebuilds: {
    ...others,
    'app-misc/frog-2': frog,
    'dev-libs/pond-1': {},
    'dev-libs/pond-2.1': { IUSE: '+deep', RDEPEND: 'dev-libs/rain', LICENSE: 'MIT' },
    'dev-libs/rain-0.9': {},
    'dev-libs/glib-2.86.0': {},
    'dev-util/reed-1': {},
  },
  eclasses: { water: eclass('deep'), ripple: '# no listed package inherits it\n' },
};

const after: ToyOverlay = {
  ebuilds: {
    ...before.ebuilds,
    'app-misc/toad-2': {},
    'dev-libs/pond-2.2': { IUSE: '+deep', RDEPEND: 'dev-libs/rain', LICENSE: 'EULA' },
  },
  eclasses: { ...before.eclasses, water: eclass('deep', 'DEPEND="dev-libs/rain"\n') },
};

/** toyFiles, with the cache entry of the one ebuild that inherits: the overlay is one that ships its cache. */
function overlayFiles(toy: ToyOverlay): Record<string, string> {
  const md5 = (text: string) => createHash('md5').update(text).digest('hex');
  const water = toy.eclasses?.['water'] ?? '';
  const depend = /^DEPEND="(.*)"$/m.exec(water)?.[1];
  const entry = [
    `BDEPEND=${frog.BDEPEND}`,
    'DEFINED_PHASES=-',
    ...(depend === undefined ? [] : [`DEPEND=${depend}`]),
    `DESCRIPTION=${frog.DESCRIPTION}`,
    ...['EAPI=8', 'INHERIT=water', 'IUSE=deep', 'KEYWORDS=amd64', 'LICENSE=MIT'],
    `RDEPEND=${frog.RDEPEND}`,
    'SLOT=0',
    `_eclasses_=water\t${md5(water)}`,
    `_md5_=${md5(ebuildText(frog))}`,
  ];
  return {
    ...Object.fromEntries(toyFiles('guru', toy)),
    'metadata/md5-cache/app-misc/frog-2': entry.map(line => `${line}\n`).join(''),
  };
}

export interface OlmDemo {
  readonly root: Root;
  readonly server: GitServer;
  /** How many packages the overlay has. */
  readonly packages: number;
  /** The overlay has a new commit. */
  update(): void;
  end(): Promise<void>;
}

/** `directory` must not exist; a temporary one unless given. `served` is where the overlay's repository is made. */
export async function prepareOlmDemo(served: string, directory?: string): Promise<OlmDemo> {
  const root = await makeRoot(
    {
      observability: false,
      ebuilds: {
        'app-misc/heron-4': { inherit: 'water' },
        'dev-libs/glib-2.84.4': {},
        'dev-util/reed-1': {},
      },
      eclasses: { water: eclass('shallow') },
    },
    directory === undefined ? {} : { directory },
  );
  const write = (path: string, text: string, flag = 'w') => {
    mkdirSync(dirname(join(root.directory, path)), { recursive: true });
    writeFileSync(join(root.directory, path), text, { flag });
  };
  const commit = (toy: ToyOverlay) => commitTree(join(served, 'guru.git'), overlayFiles(toy));
  commit(before);
  const server = await serveGit(served, { filter: true });
  write('etc/overlayman/overlays.conf', `[guru]\nsync-uri = ${server.url}/guru.git\n`);
  // "tumpline enable olm" writes it, and a sync-type for which it puts a module beside Portage's own
  write('etc/portage/repos.conf', `\n[guru]\nlocation = ${root.directory}/var/db/repos/guru\n`, 'a');
  const names = Object.keys(before.ebuilds).map(cpv => cpv.replace(/-\d[^/]*$/, ''));
  return {
    root,
    server,
    packages: new Set(names).size,
    update: () => {
      commit(after);
    },
    end: () => server.stop(),
  };
}

/** What the demonstration does, in this order. */
const steps: readonly (readonly [string, ...string[]] | 'update')[] = [
  ['Say what is wanted.', 'olm add app-misc/frog::guru'],
  ['Fetch it, with all it needs and the local tree lacks.', 'olm sync'],
  ['What is listed, and why something came along.', 'olm list', 'olm why dev-libs/rain'],
  ['Portage sees this and nothing else of the overlay.', 'emerge --pretend --quiet app-misc/frog'],
  [
    'The overlay has a water.eclass of its own: its ebuild gets that one (USE deep), the local heron the local one (shallow).',
    'emerge --pretend --quiet --verbose app-misc/frog app-misc/heron',
  ],
  ['Again: nothing is new, and nothing is made.', 'olm sync'],
  'update',
  ['The overlay has moved on. What would that bring?', 'olm diff', 'olm sync', 'olm check'],
];

/** Prints each command and what it says; the first unexpected exit status ends it. `bin` is that of the built tree. */
export async function runOlmDemo(demo: OlmDemo, bin: string, emerge: string): Promise<number> {
  const path = `${bin}:${dirname(emerge)}:${process.env['PATH'] ?? ''}`;
  const env = { ...demo.root.environment, PATH: path, TUMPLINE_EMERGE: emerge, TUMPLINE: '0' };
  for (const step of steps) {
    if (step === 'update') {
      demo.update();
      continue;
    }
    const [about, ...commands] = step;
    process.stdout.write(`\n# ${about}\n`);
    for (const command of commands) {
      process.stdout.write(`$ ${command}\n`);
      const code = await new Promise<number | null>((resolve, reject) => {
        const child = spawn('sh', ['-c', command], { env, stdio: ['ignore', 'inherit', 'inherit'] });
        child.on('error', reject);
        child.on('close', resolve);
      });
      const expected = command === 'olm diff' ? 1 : 0;
      if (code !== expected) return code ?? 1;
    }
  }
  return 0;
}
