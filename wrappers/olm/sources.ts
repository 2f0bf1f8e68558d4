/** Every overlay that a sync is about, as it is now: those that are listed, and their masters that are not local. */
import { join } from 'node:path';
import { Fault } from '../../system/fault.ts';
import { withLock } from '../../system/lock.ts';
import { printable } from '../../system/printable.ts';
import { readChecked } from './checked.ts';
import type { OlmDesk } from './desk.ts';
import { asFault } from './failures.ts';
import { families, generatedNames } from './family.ts';
import { type Fetched, fetched, noteAnswer } from './fetched.ts';
import { findOverlays } from './overlays.ts';
import { publishedOverlays } from './published.ts';
import { conflictingFile } from './repos-conf.ts';
import type { OverlaySpec } from './spec.ts';

export interface Collected {
  /** Groups that are made together. */
  readonly families: readonly (readonly string[])[];
  readonly found: ReadonlyMap<string, Fetched>;
  /** Where each is fetched from, as far as that is known. */
  readonly specs: ReadonlyMap<string, OverlaySpec>;
  /** Why there is nothing of an overlay. */
  readonly faults: ReadonlyMap<string, Fault>;
  /** By overlay, in the order of layout.conf. */
  readonly masters: ReadonlyMap<string, readonly string[]>;
  /** What is to be said of the list of overlays. */
  readonly notes: readonly string[];
}

export interface Wanted {
  /** That have a line in the list. */
  readonly listed: ReadonlySet<string>;
  /** Only these are asked over the network, with their masters; all unless given. */
  readonly names?: ReadonlySet<string>;
  /** Overlays of which everything is listed. */
  readonly whole: ReadonlySet<string>;
  readonly isLocal: (name: string) => boolean;
  /** What an overlay that says nothing of masters has for one. */
  readonly mainRepository: string | undefined;
  readonly pretend: boolean;
  readonly offline: boolean;
  readonly signal?: AbortSignal;
  /** Is told what goes on. */
  readonly progress?: (text: string) => void;
}

const atOnce = 4;

const mainName = 'gentoo';

/** Faults: `interrupted`; all others are told of the overlay that they belong to. */
export async function collectSources(desk: OlmDesk, wanted: Wanted): Promise<Collected> {
  const specs = new Map<string, OverlaySpec>();
  const found = new Map<string, Fetched>();
  const faults = new Map<string, Fault>();
  const masters = new Map<string, readonly string[]>();
  const notes = new Set<string>();
  for (const name of new Set([...wanted.listed, ...publishedOverlays(desk.state)])) {
    const known = readChecked(desk.state, name);
    if (known !== undefined) masters.set(name, known.masters);
  }
  for (;;) {
    const { isLocal, names } = wanted;
    const all = generatedNames(wanted.listed, masters, isLocal);
    const groups = families(all, masters).filter(
      group => names === undefined || group.some(n => names.has(n)),
    );
    const next = groups.flat().filter(name => !found.has(name) && !faults.has(name));
    if (next.length === 0)
      return { families: groups, found, specs, faults: withMasters(), masters, notes: [...notes] };
    await lookUp(next.filter(name => !specs.has(name)));
    const asked = names === undefined ? all : generatedNames(names, masters, isLocal);
    await inTurns(
      next.filter(name => !faults.has(name)),
      name => fetchOne(name, asked.has(name)),
    );
  }

  async function lookUp(all: readonly string[]): Promise<void> {
    // every overlay names it; where it is called otherwise, all of it is not what anybody wants fetched
    const names = all.filter(name => name !== mainName || wanted.listed.has(name));
    if (names.length < all.length)
      faults.set(
        mainName,
        new Fault(
          'missing',
          `${mainName}: the main repository here is ${printable(wanted.mainRepository ?? 'none')}`,
          {
            hint: 'masters = … in overlays.conf, or an alias in repos.conf',
          },
        ),
      );
    const { overlayman, cache, environment } = desk;
    const looked = await findOverlays(names, {
      ...{ overlayman, cache, environment, offline: wanted.offline },
      ...(wanted.signal === undefined ? {} : { signal: wanted.signal }),
    }).catch((error: unknown) => {
      const fault = asFault(error, 'overlays');
      if (fault.code === 'interrupted') throw fault;
      return {
        specs: new Map<string, OverlaySpec>(),
        problems: new Map(names.map(name => [name, fault])),
        notes: [],
      };
    });
    for (const note of looked.notes) notes.add(note);
    for (const [name, spec] of looked.specs) specs.set(name, spec);
    for (const [name, fault] of looked.problems) faults.set(name, notThere(name) ?? fault);
    for (const name of names)
      if (!specs.has(name) && !faults.has(name))
        faults.set(name, new Fault('missing', `${printable(name)}: no such overlay`));
  }

  /** One that Portage has been told of, but that has not come yet, or is gone: the main repository, mostly. */
  function notThere(name: string): Fault | undefined {
    const file = wanted.listed.has(name) ? undefined : conflictingFile(desk.located, name);
    if (file === undefined) return undefined;
    return new Fault('missing', `${printable(name)}: is not where ${printable(file)} says`, {
      hint: `emaint sync --repo ${printable(name)}`,
    });
  }

  async function fetchOne(name: string, ask: boolean): Promise<void> {
    const spec = specs.get(name);
    if (spec === undefined) return;
    const { offline, signal, pretend, mainRepository } = wanted;
    const whole = wanted.whole.has(name);
    const options = { offline, quiet: !ask, whole, ...(signal === undefined ? {} : { signal }) };
    if (ask) wanted.progress?.(`asking ${printable(name)}`);
    try {
      const answer = await locked(desk, [name], async () => {
        const got = await fetched(desk, spec, options);
        const main = mainRepository === undefined ? [] : [mainRepository];
        const complete = { ...got, masters: (got.masters ?? main).filter(one => one !== name) };
        if (!pretend) noteAnswer(desk, complete);
        return complete;
      });
      found.set(name, answer);
      masters.set(name, answer.masters);
    } catch (error) {
      const fault = asFault(error, name);
      if (fault.code === 'interrupted') throw fault;
      faults.set(name, fault);
    }
  }

  /** Nothing can be made of an overlay without all its masters: Portage would refuse the whole repository. */
  function withMasters(): ReadonlyMap<string, Fault> {
    const complete = new Map(faults);
    for (let grown = true; grown; ) {
      grown = false;
      for (const name of found.keys()) {
        if (complete.has(name)) continue;
        const lacking = (masters.get(name) ?? []).find(one => !wanted.isLocal(one) && complete.has(one));
        const why = lacking === undefined ? undefined : complete.get(lacking);
        if (lacking === undefined || why === undefined) continue;
        complete.set(
          name,
          new Fault(
            why.code,
            `${printable(name)}: its master ${printable(lacking)} cannot be had: ${why.message}`,
            {
              ...(why.hint === undefined ? {} : { hint: why.hint }),
            },
          ),
        );
        grown = true;
      }
    }
    return complete;
  }
}

async function inTurns(names: readonly string[], work: (name: string) => Promise<void>): Promise<void> {
  const left = [...names];
  const one = async () => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) await work(name);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, left.length) }, one));
}

/** Does `work` holding the locks of all these overlays, which are taken in the order of their names. Faults: locked. */
export async function locked<T>(desk: OlmDesk, names: readonly string[], work: () => Promise<T>): Promise<T> {
  const [first, ...others] = [...names].sort();
  if (first === undefined) return work();
  // Portage starts several at once, and nobody could type the command again
  const options = { purpose: 'olm sync', wait: desk.portage ? 600_000 : 3000 };
  return withLock(join(desk.cache, `${first}.lock`), options, () => locked(desk, others, work));
}
