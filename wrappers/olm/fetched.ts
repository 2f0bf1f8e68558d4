/** One overlay as it is now, or as it was when it last answered. */
import { join } from 'node:path';
import { parseLayoutConf, validRepoName } from '../../portage/files/layout-conf.ts';
import { isOverlayName } from '../../portage/files/overlays-conf.ts';
import { Fault } from '../../system/fault.ts';
import { statIfPresent, writeAtomic } from '../../system/files.ts';
import { printable } from '../../system/printable.ts';
import { readChecked, writeChecked } from './checked.ts';
import type { OlmDesk } from './desk.ts';
import { fetchSource, type OverlaySource, openSource } from './source.ts';
import type { OverlaySpec } from './spec.ts';

export interface Fetched {
  readonly source: OverlaySource;
  /** Of `spec.masters`, of layout.conf, or undefined: neither says any, the main repository it is. */
  readonly masters: readonly string[] | undefined;
  readonly notes: readonly string[];
  /** Whether it was asked just now, and has answered. */
  readonly asked: boolean;
  /** Seconds since the epoch. */
  readonly at: number;
  /** Why it could not be asked; the source is then an older one. */
  readonly away?: Fault;
}

export interface FetchOptions {
  /** Not to be asked over the network at all. */
  readonly offline?: boolean;
  /** Only to be asked where nothing of it is there. */
  readonly quiet?: boolean;
  /** Most of it will be read. */
  readonly whole?: boolean;
  readonly signal?: AbortSignal;
}

/** Seconds for which Portage's one sync run does not ask a second time. */
const sameRun = 600;

/** What goes by itself, or by somebody else's doing; a wrong signature or unsound contents do not. */
const passing: ReadonlySet<string> = new Set(['offline', 'missing', 'failed', 'corrupt']);

/** Faults: those of fetchSource where nothing older is there, or where it is refused. */
export async function fetched(desk: OlmDesk, spec: OverlaySpec, options: FetchOptions): Promise<Fetched> {
  const directory = join(desk.cache, spec.name);
  const known = readChecked(desk.state, spec.name);
  const last = known?.uri === spec.uri ? known : undefined;
  const recent = (time: number) => Math.abs(Date.now() / 1000 - time) < sameRun;
  const failed = join(directory, 'away');
  const justNow =
    desk.hook && (recent(last?.checked ?? 0) || recent((statIfPresent(failed)?.mtimeMs ?? 0) / 1000));
  if (options.offline || options.quiet || justNow) {
    const source = await openSource(spec, directory);
    if (source !== undefined) return withMasters(source, false);
    if (options.offline)
      throw new Fault('offline', `${spec.name}: was never fetched`, { hint: `olm sync ${spec.name}` });
  }
  try {
    const { signal, whole = false } = options;
    const lastSeen = last && {
      revision: last.revision,
      ...(last.time === undefined ? {} : { time: last.time }),
    };
    const source = await fetchSource(spec, directory, {
      whole,
      ...(signal === undefined ? {} : { signal }),
      ...(lastSeen === undefined ? {} : { lastSeen }),
    });
    return await withMasters(source, true);
  } catch (error) {
    if (!(error instanceof Fault) || !passing.has(error.code)) throw error;
    const older = await openSource(spec, directory)
      .then(source => source && withMasters(source, false))
      // that less is there than was thought is not what was wrong
      .catch(() => undefined);
    if (older === undefined) throw error;
    // for the hook that follows: whoever asked has told of it
    if (desk.portage) writeAtomic(failed, '');
    return { ...older, away: error };
  }
}

/** That it has answered, for the age and for the next look; not written by whoever only pretends. */
export function noteAnswer(desk: OlmDesk, { source, masters, asked }: Fetched): void {
  if (!asked) return;
  const { spec, revision, time } = source;
  writeChecked(desk.state, spec.name, {
    checked: Math.floor(Date.now() / 1000),
    uri: spec.uri,
    revision,
    masters: masters ?? [],
    ...(time === undefined ? {} : { time }),
  });
}

async function withMasters(source: OverlaySource, asked: boolean): Promise<Fetched> {
  const paths = ['metadata/layout.conf', 'profiles/repo_name'];
  const contents = await source.read(paths);
  const [layout = '', named = ''] = paths.map(path => Buffer.from(contents.get(path) ?? []).toString('utf8'));
  const { masters, repoName } = parseLayoutConf(layout).value;
  const { name } = source.spec;
  // names become paths, and a stranger wrote these
  const odd = source.spec.masters === undefined ? masters?.find(one => !isOverlayName(one)) : undefined;
  if (odd !== undefined)
    throw new Fault('refused', `${name}: has ${printable(odd)} for a master, which no repository is called`, {
      hint: `set masters in the section [${name}] of overlays.conf`,
    });
  const itself = repoName ?? validRepoName(named.split('\n')[0] ?? '') ?? name;
  const notes =
    itself === name ? [] : [`calls itself ${itself}; what is made of it is called ${name}, as listed`];
  return { source, asked, notes, at: Date.now() / 1000, masters: source.spec.masters ?? masters };
}

/** As somebody else has fetched it in the meantime, under the lock that we did not hold then. */
export async function newerThan(desk: OlmDesk, known: Fetched): Promise<Fetched> {
  const { spec, revision } = known.source;
  const last = readChecked(desk.state, spec.name);
  if (last === undefined || last.checked <= known.at) return known;
  if (last.revision === revision || last.uri !== spec.uri) return known;
  const source = await openSource(spec, join(desk.cache, spec.name)).catch(() => undefined);
  return source === undefined ? known : { ...known, source };
}
