/** The read-only helper on Portage's API: one Python process, JSON lines (portage-helper.py). */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Fault } from './fault.ts';

/** Where the helper stands: beside the bundle, or in this folder when nothing is bundled. */
export function helperPath(): string {
  return join(import.meta.dirname, 'portage-helper.py');
}

export interface PortageSettings {
  readonly EPREFIX: string;
  readonly EROOT: string;
  /** The root where emerge runs and the one whose headers and libraries it builds against, each with EPREFIX. */
  readonly BROOT: string;
  readonly ESYSROOT: string;
  readonly PORTAGE_TMPDIR: string;
  readonly PORTAGE_LOGDIR: string;
  readonly EMERGE_LOG_DIR: string;
  readonly FEATURES: string;
  readonly EMERGE_DEFAULT_OPTS: string;
  readonly version: string;
  /** The cpvs in package.provided. */
  readonly provided: readonly string[];
  /** Flags that every package has besides its own. */
  readonly implicit_iuse: readonly string[];
  readonly repositories: readonly { name: string; location: string; priority: number }[];
}

/** A package as Portage's databases and configuration describe it; `use` is what the configuration enables. */
export interface DescribedPackage {
  readonly type: 'ebuild' | 'binary' | 'installed' | 'uninstall';
  readonly root: string;
  readonly cpv: string;
  readonly repo: string;
  readonly eapi: string;
  readonly slot: string;
  readonly subslot: string;
  readonly iuse: readonly string[];
  readonly use: readonly string[];
  readonly depend: string;
  readonly bdepend: string;
  readonly rdepend: string;
  readonly pdepend: string;
  readonly idepend: string;
}

/** type, root, cpv, and the repository where it is known. */
export type ListEntry = readonly [string, string, string, (string | null)?];

export interface PackagesQuestion {
  readonly entries: readonly ListEntry[];
  /** Whether a binhost's cached index counts. */
  readonly getbinpkgs?: boolean;
  /** Atoms and `@sets`. */
  readonly targets?: readonly string[];
}

export interface PackagesAnswer {
  /** In the order asked; null for what cannot be read. */
  readonly packages: readonly (DescribedPackage | null)[];
  /** The targets as atoms, sets expanded. */
  readonly targets: readonly string[];
  readonly problems: readonly string[];
}

/** Root, category/package, and the lowest version that matters. */
export type VisibleEntry = readonly [string, string, string];

export interface VisibleAnswer {
  readonly packages: readonly DescribedPackage[];
  readonly problems: readonly string[];
}

export interface PortageHelper {
  /** Settled as soon as Portage's configuration is read. */
  readonly settings: Promise<PortageSettings>;
  /** Once per helper. */
  packages(question: PackagesQuestion): Promise<PackagesAnswer>;
  /** Ebuilds beside those of the question before, which the configuration would take. */
  visible(entries: readonly VisibleEntry[]): Promise<VisibleAnswer>;
  /** Nothing more is asked: the helper ends. */
  end(): void;
  stop(): void;
}

interface HelperOptions {
  readonly environment?: NodeJS.ProcessEnv;
  /** milliseconds until the helper is given up */
  readonly timeout?: number;
}

/** Starts the helper at once, so that it has read the configuration by the time it is asked. */
export function startPortageHelper(python: readonly string[], options: HelperOptions = {}): PortageHelper {
  const [command = 'python3', ...rest] = python;
  const child: ChildProcessWithoutNullStreams = spawn(command, [...rest, '-B', helperPath(), 'packages'], {
    env: options.environment ?? process.env,
    stdio: 'pipe',
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeout ?? 60_000);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let complaints = '';
  let broken: Error | undefined;
  child.stderr.on('data', (data: Buffer) => {
    complaints = (complaints + data.toString()).slice(-4000);
  });
  child.on('error', error => {
    broken = error;
  });
  child.stdin.on('error', error => {
    broken ??= error;
  });
  child.on('close', () => clearTimeout(timer));

  async function answer(): Promise<unknown> {
    const { value, done } = await lines.next();
    if (done) {
      const last = complaints.trim().split('\n').at(-1) ?? '';
      throw new Fault('failed', `portage: the helper gave no answer${last && `: ${last}`}`, {
        hint: `${python.join(' ')} -c "import portage"`,
        cause: broken,
      });
    }
    return JSON.parse(value as string);
  }

  const settings = answer().then(value => (value as { settings: PortageSettings }).settings);
  settings.catch(() => {});
  return {
    settings,
    async packages(question) {
      await settings;
      child.stdin.write(`${JSON.stringify(question)}\n`);
      return (await answer()) as PackagesAnswer;
    },
    async visible(entries) {
      child.stdin.write(`${JSON.stringify({ visible: entries })}\n`);
      return (await answer()) as VisibleAnswer;
    },
    end() {
      child.stdin.end();
    },
    stop() {
      clearTimeout(timer);
      child.kill('SIGKILL');
    },
  };
}
