/** Makes the generated repositories of one family: closure, files, generations. Call it under the locks of all of them. */
import { join } from 'node:path';
import type { Closure } from '../../portage/closure.ts';
import { parseCpv } from '../../portage/cpv.ts';
import type { CacheEntry } from '../../portage/files/md5-cache.ts';
import type { Selection } from '../../portage/files/overlay-list.ts';
import { configuredRepositories } from '../../system/portage-configuration.ts';
import { installedCpvs } from '../../system/vdb.ts';
import type { OlmDesk } from './desk.ts';
import { mastersFirst } from './family.ts';
import type { Fetched } from './fetched.ts';
import { gather } from './gather.ts';
import { forgetInputs, type Inputs, type KnownOutcome, rememberInputs, sameAsBefore } from './inputs.ts';
import { recorded } from './local-stamp.ts';
import type { localView } from './local-view.ts';
import { materialise } from './materialise.ts';
import type { OverlayOutcome } from './outcome.ts';
import { profileInOverlay, profileStack } from './profile-stack.ts';
import { type PublishedState, readPublished } from './published.ts';
import { repositoryLink } from './repos-conf.ts';
import { isLinked } from './repository-link.ts';
import { type Retained, retained, selectionKey, withRetained } from './retained.ts';
import { closureNotes, selectionProblems } from './told.ts';

export interface FamilyWork {
  readonly desk: OlmDesk;
  readonly local: ReturnType<typeof localView>;
  /** All that are made, those that cannot be made now left out. */
  readonly names: readonly string[];
  /** Of the family, but cannot be made now: what they had stays. */
  readonly failed: readonly string[];
  readonly selections: readonly Selection[];
  readonly found: ReadonlyMap<string, Fetched>;
  readonly masters: ReadonlyMap<string, readonly string[]>;
}

/** What one overlay is to be, and what it was. */
export interface Prepared {
  readonly name: string;
  readonly source: Fetched['source'];
  readonly old: PublishedState | undefined;
  readonly closure: Closure;
  readonly retained: Retained | undefined;
  /** Empty: nothing is needed of it any more. Undefined: all of the old stays. */
  readonly files: ReadonlyMap<string, Uint8Array> | undefined;
  /** Those of `files` that may be run. */
  readonly executables: ReadonlySet<string>;
  readonly document: Omit<PublishedState, 'schema' | 'digest' | 'published'>;
  readonly notes: readonly string[];
  readonly problems: OverlayOutcome['problems'];
}

export interface FamilyPlan {
  /** Nothing has changed since this was found. */
  readonly same?: readonly KnownOutcome[];
  /** Masters first. */
  readonly prepared: readonly Prepared[];
  /** Keeps what all of it was made from. */
  remember(overlays: readonly KnownOutcome[]): void;
}

/** Works out everything and writes nothing but the cache. Faults: those of reading the sources. */
export async function planFamily(work: FamilyWork, again = false): Promise<FamilyPlan> {
  const { desk, local, names, failed, selections, found, masters } = work;
  const installed = await installedPackages(desk, found);
  const inputs: Inputs = {
    names,
    selections,
    found,
    masters,
    besides: [...failed, '', ...installed, '', ...local.implicit],
  };
  const same = again || failed.length > 0 ? undefined : sameAsBefore(desk, inputs, local.generated);
  if (same?.every(known => stillPublished(desk, known)))
    return { same, prepared: [], remember: () => undefined };
  forgetInputs(desk, names);

  const { view, asked } = recorded(local);
  const sources = new Map(names.flatMap(name => pair(name, found.get(name)?.source)));
  const sourced = new Map<string, Map<string, CacheEntry>>();
  const told = new Map<string, string[]>();
  const configured = configuredRepositories(desk.located, desk.environment);
  const repositories = configured.byName;
  const profiles = profileStack(desk.located, configured);
  const closure = await gather(selections, sources, view, {
    masters,
    ...(desk.settings.uncached === 'no' ? {} : { metadata: (source, cpvs) => metadata(source, cpvs) }),
  });
  const old = new Map([...names, ...failed].flatMap(name => pair(name, readPublished(desk.state, name))));
  const before = new Set(
    [...old.values()].flatMap(({ overlay, packages }) =>
      packages.flatMap(({ because }) =>
        because.flatMap(one => (one.kind === 'selected' ? selectionKey(overlay, one.text) : [])),
      ),
    ),
  );
  const unmatched = closure.unmatched.map(({ selection }) =>
    selectionKey(selection.atom.repo ?? '', selection.text),
  );
  const wrong = {
    selections: new Set(unmatched.filter(key => before.has(key))),
    overlays: new Set(failed),
  };
  const kept = retained(old, wrong, closure.packages);
  const prepared: Prepared[] = [];
  for (const name of mastersFirst(names, masters)) prepared.push(await prepare(name));
  return {
    prepared,
    remember: overlays => {
      if (failed.length === 0) rememberInputs(desk, inputs, local.generated, asked(), overlays);
    },
  };

  async function metadata(source: Fetched['source'], cpvs: readonly string[]) {
    const { sourcedMetadata } = await import('./sourced.ts');
    const { name } = source.spec;
    const roots = (masters.get(name) ?? []).flatMap(
      master => found.get(master)?.source ?? repositories.get(master)?.location ?? [],
    );
    const entries = await sourcedMetadata(desk.located, source, cpvs, {
      masters: roots,
      known: join(desk.state, name, 'current'),
      tell: note => told.set(name, [...(told.get(name) ?? []), note]),
    });
    const all = sourced.get(name) ?? new Map<string, CacheEntry>();
    for (const [cpv, entry] of entries) all.set(cpv, entry);
    sourced.set(name, all);
    return entries;
  }

  /** A master of which nothing is needed is not made, and Portage would refuse whatever names it. */
  function mastersOf(name: string): string[] {
    const taken = [...closure.packages, ...closure.eclasses].map(({ overlay }) => overlay);
    const made = new Set([...taken, ...[...kept].flatMap(([one, { any }]) => (any ? one : []))]);
    return (masters.get(name) ?? []).filter(master => local.hasRepository(master) || made.has(master));
  }

  async function prepare(name: string): Promise<Prepared> {
    const source = found.get(name)?.source;
    if (source === undefined) throw new Error(`${name}: nothing was fetched`);
    const own = kept.get(name);
    const profile = profileInOverlay(profiles, name, repositoryLink(desk.located, name));
    const made = await materialise(source, closure, view, {
      name,
      masters: mastersOf(name),
      dependents: names.filter(other => masters.get(other)?.includes(name)),
      installed,
      sourced: sourced.get(name) ?? new Map(),
    });
    const stays = own?.any ?? false;
    const base = join(desk.state, name, 'current');
    const { files, executables } =
      own !== undefined && stays && made.files.size > 0 ? withRetained(base, made, own) : made;
    const whole = stays && made.files.size === 0;
    const listed = selections.filter(({ atom }) => atom.repo === name);
    const inOverlay = <T extends { overlay: string }>(all: readonly T[]) =>
      all.filter(one => one.overlay === name);
    return {
      name,
      source,
      old: old.get(name),
      closure,
      retained: own,
      files: whole ? undefined : files,
      executables,
      document: {
        overlay: name,
        uri: source.spec.uri,
        revision: source.revision,
        ...(source.time === undefined ? {} : { time: source.time }),
        masters: mastersOf(name),
        selections: listed.map(({ text, file, line }) => ({ text, file, line })),
        packages: [...inOverlay(closure.packages), ...(own?.packages ?? [])].sort((a, b) =>
          a.cp < b.cp ? -1 : 1,
        ),
        eclasses: inOverlay(closure.eclasses),
        licenses: inOverlay(closure.licenses),
        missing: inOverlay(closure.missing),
      },
      notes: [
        ...(found.get(name)?.notes ?? []),
        ...source.notes,
        ...(profile === undefined
          ? []
          : [`${name}: the profile in use is there, and is not copied: ${profile}`]),
        ...(told.get(name) ?? []),
        ...made.notes,
        ...closureNotes(closure, name, own),
      ],
      problems: selectionProblems(closure, name, wrong.selections),
    };
  }
}

/** A generation that is gone, is another one, or is not where Portage looks, has to be seen to. */
function stillPublished(desk: OlmDesk, { name, digest }: KnownOutcome): boolean {
  if ((readPublished(desk.state, name)?.digest ?? '') !== digest) return false;
  return digest === '' || desk.places.personal || isLinked(desk, name);
}

function pair<Value>(name: string, value: Value | undefined): [string, Value][] {
  return value === undefined ? [] : [[name, value]];
}

/** category/package of all that is installed, where an overlay has package moves that may concern them. */
async function installedPackages(desk: OlmDesk, found: FamilyWork['found']): Promise<string[]> {
  const moves = [...found.values()].some(({ source }) =>
    [...source.files.keys()].some(path => path.startsWith('profiles/updates/')),
  );
  if (!moves) return [];
  const cpvs = await installedCpvs(join(desk.located.eroot, 'var/db/pkg'));
  return [...new Set(cpvs.flatMap(cpv => parseCpv(cpv)?.cp ?? []))];
}
