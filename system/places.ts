/** Where tumpline keeps things, given the roots that Portage uses. */
import { accessSync, constants } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Fault } from './fault.ts';
import { fileFault, statIfPresent } from './files.ts';

/**
 * The roots as Portage means them: `configRoot` is PORTAGE_CONFIGROOT, which stands alone when it is set and is
 * EPREFIX otherwise; `root` is ROOT, below which EPREFIX is repeated.
 */
export interface Roots {
  eprefix: string;
  configRoot: string;
  root: string;
}

export interface Places {
  /** `etc/tumpline.conf` */
  configuration: string;
  /** `etc/overlayman` */
  overlayman: string;
  /** Portage's own `etc/portage` */
  portageConfiguration: string;
  eroot: string;
  /** the directories belong to the caller alone, because the system's are not writable */
  personal: boolean;
  /** `var/lib/tumpline/PART`, or the caller's own unless that very directory is theirs to write to */
  state(part: string): string;
  /** `var/cache/tumpline/PART`, likewise */
  cache(part: string): string;
  /** sockets and locks: `run/tumpline` or the caller's own */
  run: string;
  /** the system's state, to read, whoever asks */
  systemState(part: string): string;
}

/** Why the caller could not make or change files in `directory`, which need not exist yet; undefined where he could. */
export function writingFault(directory: string): Fault | undefined {
  let at = directory;
  while (statIfPresent(at) === undefined && at !== dirname(at)) at = dirname(at);
  try {
    accessSync(at, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return fileFault(error, directory);
  }
}

export function couldWrite(directory: string): boolean {
  return writingFault(directory) === undefined;
}

/** A folder name for a root, so that an ordinary user's state of two roots stays apart. */
function slug(eroot: string): string {
  const trimmed = eroot.replace(/\/+$/, '').slice(1);
  return trimmed === '' ? '' : `@${encodeURIComponent(trimmed)}`;
}

export function places(roots: Roots, environment: NodeJS.ProcessEnv = process.env): Places {
  const configRoot = roots.configRoot || roots.eprefix || '/';
  const eroot = join('/', roots.root || '/', roots.eprefix);
  const systemLib = join(eroot, 'var/lib/tumpline');
  const systemCache = join(eroot, 'var/cache/tumpline');
  const systemRun = join(eroot, 'run/tumpline');
  const personal = !couldWrite(systemLib);
  const home = environment['HOME'] || '/';
  const own = (variable: string, fallback: string) => {
    const base = environment[variable];
    return join(base?.startsWith('/') ? base : fallback, 'tumpline', slug(eroot));
  };
  const uid = process.getuid?.() ?? 0;
  const lib = own('XDG_STATE_HOME', join(home, '.local/state'));
  const cache = own('XDG_CACHE_HOME', join(home, '.cache'));
  // a part may belong to the user as whom Portage syncs
  const usual = (path: string) =>
    !personal || (statIfPresent(path)?.isDirectory() === true && couldWrite(path));
  const runtime = personal ? own('XDG_RUNTIME_DIR', join('/tmp', `tumpline-${uid}`)) : systemRun;
  return {
    configuration: join('/', configRoot, 'etc/tumpline.conf'),
    overlayman: join('/', configRoot, 'etc/overlayman'),
    portageConfiguration: join('/', configRoot, 'etc/portage'),
    eroot,
    personal,
    state: part => join(usual(join(systemLib, part)) ? systemLib : lib, part),
    cache: part => join(usual(join(systemCache, part)) ? systemCache : cache, part),
    run: runtime,
    systemState: part => join(systemLib, part),
  };
}
