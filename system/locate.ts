/** Finds the real emerge, its Python and its roots, as Portage itself does. */
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Fault } from './fault.ts';
import { readTextIfPresent, writeAtomic } from './files.ts';
import { readHead } from './head.ts';
import { places } from './places.ts';
import { helperPath } from './portage.ts';

export interface Located {
  /** The real emerge. */
  readonly emerge: string;
  /** Command and arguments that start its Python. */
  readonly python: readonly string[];
  readonly eprefix: string;
  readonly configRoot: string;
  readonly root: string;
  /** ROOT with EPREFIX below it, without a slash at the end unless it is `/`. */
  readonly eroot: string;
}

/** Where Portage keeps the metadata that it has found out itself, by the real path of each repository. */
export function dependencyCache({ eprefix }: Pick<Located, 'eprefix'>): string {
  return join('/', eprefix, 'var/cache/edb/dep');
}

export interface LocateOptions {
  /** The real emerge, where it is known already. */
  readonly emerge?: string;
  /** Values of `--root`, `--config-root` and `--prefix`. */
  readonly root?: string;
  readonly configRoot?: string;
  readonly prefix?: string;
}

const frontMark = 'tumpline emerge front';

/** The executable files called emerge in PATH, each with its first two lines. */
function emergesInPath(path: string): { path: string; head: string }[] {
  return path.split(':').flatMap(directory => {
    const candidate = join(directory || '.', 'emerge');
    try {
      accessSync(candidate, constants.X_OK);
      return statSync(candidate).isFile() ? { path: candidate, head: readHead(candidate, 200) } : [];
    } catch {
      // not there, or not for us
      return [];
    }
  });
}

/**
 * As the front does: `TUMPLINE_EMERGE`, else the next emerge in PATH behind a front of ours, else the first of the
 * others, but a shell script last, since it may be somebody's wrapper that calls us.
 */
function locateEmerge(environment: NodeJS.ProcessEnv): string {
  const named = environment['TUMPLINE_EMERGE'];
  if (named) return named;
  const all = emergesInPath(environment['PATH'] ?? '');
  const isOurs = ({ head }: { head: string }) => head.includes(frontMark);
  const others = all.filter(found => !isOurs(found));
  const behind = all.slice(all.findIndex(isOurs) + 1).find(found => !isOurs(found));
  const chosen =
    (all.some(isOurs) ? behind : undefined) ??
    others.find(({ head }) => !/^#!.*sh( |\n)/.test(head)) ??
    others[0];
  if (chosen !== undefined) return chosen.path;
  throw new Fault('missing', 'emerge: no real emerge in PATH', {
    hint: 'TUMPLINE_EMERGE=/usr/bin/emerge tumpline status',
  });
}

/** The interpreter in a shebang line that is a Python, as command and arguments. */
function pythonOf(script: string): string[] | undefined {
  const line = /^#![ \t]*(\S+)(?:[ \t]+(\S+))?/.exec(readHead(script, 256));
  if (!line?.[1]) return undefined;
  const [command, argument] = [line[1], line[2]];
  if (/^(python|pypy)[\d.]*$/.test(basename(command))) return argument ? [command, argument] : [command];
  if (basename(command) === 'env' && argument && /^(python|pypy)[\d.]*$/.test(argument))
    return [command, argument];
  return undefined;
}

/** What python-exec would pick: EPYTHON, the order of python-exec.conf, else the newest. */
function pythonExecChoice(emerge: string, environment: NodeJS.ProcessEnv): string[] | undefined {
  const folder = join(dirname(dirname(emerge)), 'lib/python-exec');
  if (!existsSync(folder)) return undefined;
  const present = readdirSync(folder).filter(name => existsSync(join(folder, name, 'emerge')));
  const configured = readTextIfPresent(join(dirname(emerge), '../../etc/python-exec/python-exec.conf')) ?? '';
  const preferred = [
    environment['EPYTHON'] ?? '',
    ...configured.split('\n').map(line => line.replace(/#.*/, '').trim()),
  ];
  const minor = (name: string) => Number(name.split('.')[1] ?? 0);
  const newest = [...present].sort((a, b) => minor(b) - minor(a));
  const chosen = preferred.find(name => present.includes(name)) ?? newest[0];
  return chosen === undefined ? undefined : pythonOf(join(folder, chosen, 'emerge'));
}

/** The Python that runs this emerge, as command and arguments. */
function locatePython(emerge: string, environment: NodeJS.ProcessEnv = process.env): string[] {
  const direct = pythonOf(emerge);
  if (direct) return direct;
  const chosen = pythonExecChoice(emerge, environment) ?? pythonExecChoice(realpathSync(emerge), environment);
  if (chosen) return chosen;
  throw new Fault('missing', `${emerge}: its Python cannot be told from its first line`, {
    hint: `head -n 1 ${emerge}`,
  });
}

/** EPREFIX as this emerge's Python has it built in; asked once and kept by emerge's path and time of change. */
function builtInPrefix(emerge: string, python: readonly string[]): string {
  const key = `${realpathSync(emerge)} ${statSync(emerge).mtimeMs}`;
  const file = join(places({ eprefix: '', configRoot: '/', root: '/' }).cache('emerge'), 'eprefix.json');
  try {
    const kept = JSON.parse(readTextIfPresent(file) ?? 'null') as { key?: unknown; eprefix?: unknown } | null;
    if (kept?.key === key && typeof kept.eprefix === 'string') return kept.eprefix;
  } catch {
    // asked again below
  }
  let eprefix: string;
  try {
    const [command = 'python3', ...rest] = python;
    const answer = execFileSync(command, [...rest, '-B', helperPath(), 'where'], {
      encoding: 'utf8',
      timeout: 20_000,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    eprefix = (JSON.parse(answer) as { eprefix: string }).eprefix;
  } catch (cause) {
    throw new Fault('failed', `${emerge}: its Python does not know Portage`, {
      hint: `${emerge} --version`,
      cause,
    });
  }
  try {
    writeAtomic(file, JSON.stringify({ key, eprefix }));
  } catch {
    // only a cache
  }
  return eprefix;
}

export function locate(environment: NodeJS.ProcessEnv = process.env, options: LocateOptions = {}): Located {
  const emerge = options.emerge ?? locateEmerge(environment);
  const python = locatePython(emerge, environment);
  const override = options.prefix ?? environment['PORTAGE_OVERRIDE_EPREFIX'];
  const eprefix = (override === undefined ? builtInPrefix(emerge, python) : resolve('/', override)).replace(
    /\/+$/,
    '',
  );
  const root = resolve(options.root || environment['ROOT'] || '/');
  const configRoot = resolve(options.configRoot || environment['PORTAGE_CONFIGROOT'] || eprefix || '/');
  return { emerge, python, eprefix, configRoot, root, eroot: join(root, eprefix).replace(/(.)\/+$/, '$1') };
}
