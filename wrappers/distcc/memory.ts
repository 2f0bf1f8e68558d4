/** What the guard remembers in `DISTCC_DIR/tumpline`: see guard.sh, hosts.sh and breaker.sh for who writes what. */
import { chmodSync, chownSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { mkdirs, removeFile, statIfPresent, writeAtomic } from '../../system/files.ts';
import { type Breaker, type Claim, readBreaker, readClaims } from './breaker.ts';

/** Times in hundredths of a second since the machine started. */
export interface JournalLine {
  started: number;
  ended: number;
  /**
   * `remote`; `same` (refused there and here), `difference`, `network`; `away` (every host is kept away), `busy` (distcc
   * itself passed them over), `preprocess` (failed before it left), `here` (distcc chose this machine), `unable` (this
   * machine could not)
   */
  result: string;
  /** as in DISTCC_HOSTS; several behind one another for `away` and `busy` */
  host: string;
  /** CATEGORY/PF in a build of Portage, else empty */
  package: string;
  source: string;
}

export interface HostRecord {
  /** without limit and options */
  name: string;
  breaker: Breaker;
  claims: Claim[];
}

export interface GuardSettings {
  strikes: number;
  checks: boolean;
}

export interface Memory {
  directory: string;
  hosts: HostRecord[];
  /** of this hour and the one before, oldest first */
  journal: JournalLine[];
  settings: GuardSettings;
}

export const defaultSettings: GuardSettings = { strikes: 3, checks: true };

/** Hundredths of a second since the machine started, as the shell reads them. */
export function clock(): number {
  return Math.round(Number.parseFloat(readFileSync('/proc/uptime', 'utf8')) * 100);
}

/** A file of any size and content as text; '' where it cannot be read. */
function read(path: string): string {
  try {
    return statIfPresent(path)?.isFile() ? readFileSync(path, 'utf8') : '';
  } catch {
    return '';
  }
}

/** A host's name as its files have it: without limit and options. Undefined is none that the guard keeps a record of. */
export function identityOf(token: string): string | undefined {
  const name = token.split(/[/,]/)[0] ?? '';
  return /^[\]A-Za-z0-9:@_[-][\]A-Za-z0-9.:@_[-]*$/.test(name) ? name : undefined;
}

export function readSettings(text: string): GuardSettings {
  const settings = { ...defaultSettings };
  for (const line of text.split('\n')) {
    const [, key, value] = /^(strikes|checks) (.*)$/.exec(line) ?? [];
    if (key === 'strikes' && /^[1-9]\d?$/.test(value ?? '')) settings.strikes = Number(value);
    if (key === 'checks' && (value === 'yes' || value === 'no')) settings.checks = value === 'yes';
  }
  return settings;
}

function readJournal(text: string): JournalLine[] {
  return text.split('\n').flatMap(line => {
    const [started, ended, result, host, name, source] = line.split('\t');
    const [from, to] = [Number(started), Number(ended)];
    if (source === undefined || !Number.isSafeInteger(from) || !Number.isSafeInteger(to)) return [];
    return [
      { started: from, ended: to, result: result ?? '', host: host ?? '', package: name ?? '', source },
    ];
  });
}

/** Undefined where no guarded compile has been. */
export function readMemory(directory: string, now: number): Memory | undefined {
  if (!statIfPresent(directory)?.isDirectory()) return undefined;
  const names = readdirSync(directory);
  const hosts = [...new Set(names.flatMap(name => /^(.+)\.(?:state|ok)$/.exec(name)?.[1] ?? []))].sort();
  const file = (name: string) => read(join(directory, name));
  const journals = names.flatMap(name => /^journal\.(\d{1,9})$/.exec(name)?.[1] ?? []).map(Number);
  // of an earlier start of the machine there may be later hours
  const current = journals.filter(hour => hour * 360_000 <= now).sort((a, b) => a - b);
  return {
    directory,
    hosts: hosts.map(name => ({
      name,
      breaker: readBreaker(file(`${name}.state`), file(`${name}.ok`), now),
      claims: readClaims(file(`${name}.probe`)),
    })),
    journal: current
      .flatMap(hour => readJournal(file(`journal.${hour}`)))
      .filter(({ ended }) => ended <= now),
    settings: readSettings(file('settings')),
  };
}

export function writeSettings(directory: string, { strikes, checks }: GuardSettings): void {
  // as the directory around it, so that builds of another user still write there
  const around = statIfPresent(dirname(directory));
  if (mkdirs(directory).includes(directory) && around !== undefined && process.getuid?.() === 0) {
    chownSync(directory, around.uid, around.gid);
    chmodSync(directory, around.mode & 0o7777);
  }
  writeAtomic(join(directory, 'settings'), `strikes ${strikes}\nchecks ${checks ? 'yes' : 'no'}\n`, {
    mode: 0o644,
  });
}

/** Forgets what is known of these hosts. */
export function forget(directory: string, names: readonly string[]): void {
  for (const name of names)
    for (const kind of ['state', 'ok', 'probe']) removeFile(join(directory, `${name}.${kind}`));
}
