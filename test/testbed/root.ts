/** Private roots: made from a declaration, and the real Portage run in them. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { python, emerge as realEmerge, top } from '../kit/environment.ts';
import { madeProfile, writeConfiguration, writeProfile } from './configuration.ts';
import type { RootDeclaration } from './declaration.ts';
import { writeInstalled } from './installed.ts';
import { splitCpv, writeEbuild, writeRepositoryFrame, writeText } from './repository.ts';
import { fillRoot } from './resolver.ts';
import { scratchFolder } from './scratch.ts';
import { rootEnvironment } from './surroundings.ts';
import { copyTree, preparedRoot } from './template.ts';

const mainName = 'testbed';

interface RunOptions {
  /** Added to the root's environment; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds; default 120 000. The process is then ended with TERM, later KILL. */
  readonly timeout?: number;
  readonly input?: string;
  readonly cwd?: string;
}

interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly timedOut: boolean;
}

export interface Root {
  readonly directory: string;
  /** The same as `directory`. */
  readonly eprefix: string;
  /** All that emerge needs to work here, and all that it gets. */
  readonly environment: Readonly<Record<string, string>>;
  /** The main repository. */
  readonly repository: string;
  emerge(args: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Any other program in the root's environment. */
  run(command: string, args: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** A running emerge; the result promise never rejects. */
  start(args: readonly string[], options?: RunOptions): ReturnType<typeof begin>;
  /** Text of a file below the root; undefined where it does not exist. */
  readText(path: string): string | undefined;
  /** cpvs of the VDB, sorted. */
  merged(): string[];
  remove(): void;
}

function begin(
  environment: Readonly<Record<string, string>>,
  command: string,
  args: readonly string[],
  options: RunOptions = {},
) {
  const env = Object.fromEntries(
    Object.entries({ ...environment, ...options.env }).filter(([, value]) => value !== undefined),
  ) as Record<string, string>;
  return execa(command, args, {
    env,
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    timeout: options.timeout ?? 120_000,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
  });
}

async function finish(child: ReturnType<typeof begin>): Promise<RunResult> {
  const { stdout, stderr, exitCode, signal, timedOut } = await child;
  return { stdout: String(stdout ?? ''), stderr: String(stderr ?? ''), exitCode, signal, timedOut };
}

function writeRepositories(directory: string, declaration: RootDeclaration): string {
  const main = join(directory, 'var/db/repos', mainName);
  const overlays = declaration.overlays ?? {};
  const ebuilds = new Map(
    Object.keys({ [mainName]: 0, ...overlays }).map(name => [name, {} as Record<string, object>]),
  );
  for (const [key, ebuild] of Object.entries(declaration.ebuilds ?? {})) {
    const [cpv, repo = mainName] = key.split('::') as [string, string | undefined];
    const held = ebuilds.get(repo);
    if (!held) throw new Error(`no overlay ${repo} declared for ${key}`);
    held[cpv] = ebuild;
  }
  for (const [name, overlay] of Object.entries(overlays)) Object.assign(ebuilds.get(name)!, overlay.ebuilds);
  for (const [name, held] of ebuilds) {
    if (name === mainName && declaration.repository) {
      if (Object.keys(held).length > 0) throw new Error('ebuilds in a given repository: use an overlay');
      continue;
    }
    const location = join(directory, 'var/db/repos', name);
    const overlay = overlays[name];
    for (const [cpv, ebuild] of Object.entries(held)) writeEbuild(location, cpv, ebuild);
    writeRepositoryFrame(location, name, {
      masters: name === mainName ? '' : (declaration.repository?.name ?? mainName),
      categories: Object.keys(held).map(cpv => splitCpv(cpv).category),
      ...(overlay?.layout ? { layout: overlay.layout } : {}),
    });
    const eclasses = name === mainName ? declaration.eclasses : overlay?.eclasses;
    for (const [eclass, text] of Object.entries(eclasses ?? {}))
      writeText(join(location, 'eclass', `${eclass}.eclass`), text);
    for (const [file, content] of Object.entries(overlay?.profiles ?? {})) {
      writeText(join(location, 'profiles', file), `${content.join('\n')}\n`);
    }
  }
  return main;
}

function mergedBelow(directory: string): string[] {
  const vdb = join(directory, 'var/db/pkg');
  if (!existsSync(vdb)) return [];
  return readdirSync(vdb)
    .flatMap(category => readdirSync(join(vdb, category)).map(pf => `${category}/${pf}`))
    .filter(cpv => !cpv.includes('/-MERGING-') && !cpv.endsWith('.portage_lockfile'))
    .sort();
}

/** Makes a root in `directory` (which must not exist), default a fresh one. */
export async function makeRoot(
  declaration: RootDeclaration,
  options: { directory?: string } = {},
): Promise<Root> {
  const directory = resolve(options.directory ?? join(scratchFolder(), 'root'));
  if (existsSync(directory)) throw new Error(`${directory} exists`);
  copyTree(preparedRoot(python, join(top, '.cache')), directory);
  let main = declaration.repository;
  const made = writeRepositories(directory, declaration);
  if (!main) {
    writeProfile(made, declaration.profile);
    main = { location: made, name: mainName, profile: madeProfile };
  }
  writeConfiguration(directory, declaration, main);
  const environment = rootEnvironment(directory);
  let counter = 0;
  const built: { cpv: string; use?: string; dropped: boolean }[] = [];
  for (const [cpv, installed] of Object.entries(declaration.installed ?? {})) {
    counter += 1;
    if (installed.built) {
      const use = installed.USE === undefined ? {} : { use: installed.USE };
      built.push({ cpv, dropped: installed.dropped === true, ...use });
    } else {
      const form = declaration.vdbForm ?? 'files';
      writeInstalled(join(directory, 'var/db/pkg'), cpv, installed, { repository: main.name, counter, form });
    }
  }
  const binaries = Object.entries(declaration.binaries ?? {}).map(([cpv, { USE, recorded }]) => ({
    cpv,
    ...(recorded ? { recorded } : {}),
    ...(USE === undefined ? {} : { use: USE }),
  }));
  if (built.length > 0 || binaries.length > 0) {
    await fillRoot(environment, { installed: built, binaries, form: declaration.vdbForm ?? 'files' });
  }
  const start = (command: string, args: readonly string[], runOptions?: RunOptions) =>
    begin(environment, command, args, runOptions);
  return {
    directory,
    eprefix: directory,
    environment,
    repository: main.location,
    emerge: (args, runOptions) => finish(start(realEmerge, args, runOptions)),
    run: (command, args, runOptions) => finish(start(command, args, runOptions)),
    start: (args, runOptions) => start(realEmerge, args, runOptions),
    readText: path =>
      existsSync(join(directory, path)) ? readFileSync(join(directory, path), 'utf8') : undefined,
    merged: () => mergedBelow(directory),
    remove: () =>
      rmSync(options.directory ? directory : resolve(directory, '..'), {
        recursive: true,
        force: true,
        // orphans of a killed emerge still write to it
        maxRetries: 20,
        retryDelay: 100,
      }),
  };
}
