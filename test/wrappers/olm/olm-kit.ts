/** A private root with a list, overlays on a git server of our own, and olm to make repositories of them. */
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Desk, makeDesk } from '../../commands/kit.ts';
import { python } from '../../kit/environment.ts';
import { commitTree, type Entry } from '../../kit/git-repository.ts';
import { type GitServer, serveGit } from '../../kit/git-server.ts';
import type { RootDeclaration } from '../../testbed/declaration.ts';
import { type ToyOverlay, toyFiles } from '../../testbed/overlay-tree.ts';

export interface OlmAnswer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface OlmDesk extends Omit<Desk, 'olm'> {
  readonly server: GitServer;
  /** The built `olm`, to its end, while the server goes on serving. */
  olm(args: readonly string[], environment?: Record<string, string>): Promise<OlmAnswer>;
  /** Makes this the overlay's newest commit; more files besides. */
  commit(name: string, toy: ToyOverlay, more?: Readonly<Record<string, Entry>>): void;
  /** etc/overlayman/packages, a line each. */
  list(...lines: readonly string[]): void;
  write(path: string, text: string): void;
  /** Path -> content of what Portage finds at var/db/repos/NAME; undefined where there is nothing. */
  repository(name: string): Map<string, string> | undefined;
  /** What real Portage lists of a package, with repositories: `app-x/a-1::guru`. */
  visible(...atoms: readonly string[]): string[];
  end(): Promise<void>;
}

const lister = `
import portage, sys
trees = portage.db[portage.settings['EROOT']]
for atom in sys.argv[1:]:
    for cpv in trees['porttree'].dbapi.xmatch('match-all', atom):
        slot, = trees['porttree'].dbapi.aux_get(cpv, ['SLOT'], myrepo=cpv.repo)
        print(cpv + ':' + slot + '::' + cpv.repo)
`;

function filesBelow(directory: string, below = ''): string[] {
  return readdirSync(join(directory, below), { withFileTypes: true }).flatMap(entry => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(directory, path) : [path];
  });
}

export async function makeOlmDesk(
  overlays: Readonly<Record<string, ToyOverlay>>,
  options: { declaration?: RootDeclaration; filter?: boolean } = {},
): Promise<OlmDesk> {
  const desk = await makeDesk({ observability: false, ...options.declaration });
  const { directory } = desk.root;
  const served = mkdtempSync(join(tmpdir(), 'tumpline-served-'));
  const server = await serveGit(served, { filter: options.filter ?? true });
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  };
  const commit: OlmDesk['commit'] = (name, toy, more = {}) => {
    commitTree(join(served, name), { ...Object.fromEntries(toyFiles(name, toy)), ...more });
  };
  for (const [name, toy] of Object.entries(overlays)) commit(name, toy);
  const sections = Object.keys(overlays).map(name => `[${name}]\nsync-uri = ${server.url}/${name}\n`);
  write('etc/overlayman/overlays.conf', ['repositories = repositories.xml\n', ...sections].join('\n'));
  write(
    'etc/overlayman/repositories.xml',
    `<repositories version="1.0"><repo><name>elsewhere</name><source type="git">${server.url}/elsewhere</source></repo></repositories>\n`,
  );
  const conf = readFileSync(join(directory, 'etc/portage/repos.conf'), 'utf8');
  const added = Object.keys(overlays).map(
    name =>
      `[${name}]\nlocation = ${directory}/var/db/repos/${name}\nsync-type = olm\nsync-uri = olm:${name}\n`,
  );
  write('etc/portage/repos.conf', `${conf}\n${added.join('\n')}`);
  return {
    ...desk,
    server,
    olm: (args, environment = {}) => started(desk, args, environment).answer,
    commit,
    list: (...lines) => write('etc/overlayman/packages', lines.map(line => `${line}\n`).join('')),
    write,
    repository: name => {
      const at = join(directory, 'var/db/repos', name);
      if (!existsSync(at)) return undefined;
      return new Map(filesBelow(at).map(path => [path, readFileSync(join(at, path), 'latin1')]));
    },
    visible: (...atoms) => {
      const { stdout, stderr, status } = spawnSync(python, ['-c', lister, ...atoms], {
        env: desk.root.environment,
        encoding: 'utf8',
        timeout: 60_000,
      });
      if (status !== 0) throw new Error(stderr);
      return stdout.split('\n').filter(line => line !== '');
    },
    end: async () => {
      await server.stop();
      rmSync(served, { recursive: true, force: true });
      desk.root.remove();
    },
  };
}

/** `olm` on its way, to be ended by a signal. */
export function started(
  desk: Pick<Desk, 'tree' | 'environment'>,
  args: readonly string[],
  environment: Record<string, string> = {},
) {
  const child = spawn(`${desk.tree}/bin/olm`, args, {
    env: { ...desk.environment, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const answer = new Promise<OlmAnswer>((resolve, reject) => {
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (data: Buffer) => {
      stdout += data.toString();
    });
    child.stderr.on('data', (data: Buffer) => {
      stderr += data.toString();
    });
    const late = setTimeout(() => child.kill('SIGKILL'), 60_000);
    child.on('error', reject);
    child.on('close', code => {
      clearTimeout(late);
      resolve({ code, stdout, stderr });
    });
  });
  return { child, answer };
}
