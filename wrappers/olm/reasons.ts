/** Why a package stands in a generated repository: the chains from the lines of the list to it. */
import type { ClosurePackage } from '../../portage/closure.ts';
import { type PublishedState, publishedOverlays, readPublished } from './published.ts';

export interface Step {
  /** The version that needs it. */
  readonly cpv: string;
  readonly overlay: string;
  readonly field: string;
  readonly atom: string;
  /** category/package */
  readonly to: string;
  readonly toOverlay: string;
}

export interface Chain {
  readonly text: string;
  readonly file: string;
  readonly line: number;
  /** The package that the line names. */
  readonly start: string;
  readonly overlay: string;
  readonly steps: readonly Step[];
}

export interface Reasons {
  readonly cp: string;
  readonly overlay: string;
  readonly cpvs: readonly string[];
  /** The shortest chain from each line that leads to it, in the order of the list. */
  readonly chains: readonly Chain[];
}

export function publishedStates(state: string): PublishedState[] {
  return publishedOverlays(state).flatMap(name => readPublished(state, name) ?? []);
}

/** The published packages that `word` names: category/package, a version, or a name alone; `::overlay` limits it. */
export function packagesNamed(states: readonly PublishedState[], word: string): ClosurePackage[] {
  const [name = '', overlay] = word.split('::');
  const all = states.flatMap(({ packages }) => packages);
  const within = overlay === undefined ? all : all.filter(one => one.overlay === overlay);
  const exact = within.filter(({ cp, cpvs }) => cp === name || cpvs.includes(name.replace(/^=/, '')));
  return exact.length > 0 ? exact : within.filter(({ cp }) => cp.slice(cp.indexOf('/') + 1) === name);
}

export function reasonsFor(states: readonly PublishedState[], wanted: ClosurePackage): Reasons {
  const owner = new Map<string, ClosurePackage>();
  for (const { packages } of states)
    for (const one of packages) for (const cpv of one.cpvs) owner.set(`${one.overlay}\n${cpv}`, one);
  // breadth first, from the wanted package backwards: the first way that is found is a shortest one
  const ways = new Map<ClosurePackage, readonly Step[]>([[wanted, []]]);
  const chains = new Map<string, Chain>();
  for (const [one, steps] of ways) {
    for (const because of one.because) {
      if (because.kind === 'selected') {
        const { text, file, line } = because;
        const key = `${file}\n${line}`;
        if (!chains.has(key))
          chains.set(key, { text, file, line, start: one.cp, overlay: one.overlay, steps });
        continue;
      }
      const { overlay, cpv, field, atom } = because;
      const from = owner.get(`${overlay}\n${cpv}`);
      if (from === undefined || ways.has(from)) continue;
      ways.set(from, [{ cpv, overlay, field, atom, to: one.cp, toOverlay: one.overlay }, ...steps]);
    }
  }
  const order = [...chains.values()].sort((a, b) =>
    a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1,
  );
  return { cp: wanted.cp, overlay: wanted.overlay, cpvs: wanted.cpvs, chains: order };
}
