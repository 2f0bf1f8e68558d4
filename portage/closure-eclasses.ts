/** Which eclasses an overlay's ebuilds inherit, and which of them must come out of an overlay. */
import type { ClosureEclass, Knowledge, LocalView } from './closure.ts';
import type { Asking } from './closure-asking.ts';
import type { OverlayIndex } from './closure-index.ts';
import { lookedThrough } from './closure-supply.ts';
import { inheritedEclasses } from './inherit-scan.ts';

interface EclassContext {
  readonly indexes: ReadonlyMap<string, OverlayIndex>;
  readonly local: LocalView;
  readonly knowledge: Knowledge;
  readonly asking: Asking;
}

export interface EclassSearch {
  /** Something of that overlay inherits it; false where nobody has it. */
  add(index: OverlayIndex, name: string, by: string): boolean;
  /** Goes on as far as texts are known, and asks for the others. */
  step(): void;
  isDone(): boolean;
  eclasses(): readonly ClosureEclass[];
  files(): readonly { readonly overlay: string; readonly path: string }[];
}

/** Where an overlay's ebuilds get an eclass from; without `index` out of a local repository. */
interface Provider {
  readonly id: string;
  readonly name: string;
  readonly index?: OverlayIndex;
}

interface Inherited {
  readonly index: OverlayIndex;
  readonly name: string;
  readonly provider: Provider;
}

export function eclassSearch(context: EclassContext): EclassSearch {
  const seen = new Map<OverlayIndex, Map<string, boolean>>();
  const taken = new Map<string, ClosureEclass>();
  const files = new Map<string, { overlay: string; path: string }>();
  let waiting: Inherited[] = [];

  function add(index: OverlayIndex, name: string, by: string): boolean {
    const own = seen.get(index) ?? new Map<string, boolean>();
    seen.set(index, own);
    const before = own.get(name);
    if (before !== undefined) return before;
    const provider = providerOf(name, index, context);
    own.set(name, provider !== undefined);
    if (!provider) return false;
    if (provider.index) {
      const overlay = provider.index.overlay.name;
      const key = `${overlay}/${name}`;
      if (!taken.has(key)) taken.set(key, { overlay, name, by });
      context.asking.text(overlay, eclassPath(name));
    }
    waiting.push({ index, name, provider });
    return true;
  }

  function follow({ index, name, provider }: Inherited): boolean {
    if (!provider.index) {
      for (const next of context.local.inherits(name, [provider.name])) add(index, next, `${name}.eclass`);
      return true;
    }
    const overlay = provider.index.overlay.name;
    if (!context.asking.knowsText(overlay, eclassPath(name))) return false;
    const text = context.knowledge.text(overlay, eclassPath(name)) ?? '';
    for (const next of inheritedEclasses(text)) add(index, next, `${name}.eclass`);
    for (const path of provider.index.eclassFiles) {
      if (text.includes(path.slice(path.lastIndexOf('/') + 1)))
        files.set(`${overlay}/${path}`, { overlay, path });
    }
    return true;
  }

  return {
    add,
    step() {
      let progress = true;
      while (progress) {
        const now = waiting;
        waiting = [];
        const left = now.filter(one => !follow(one));
        progress = waiting.length > 0;
        waiting.push(...left);
      }
    },
    isDone: () => waiting.length === 0,
    eclasses: () => [...taken.values()],
    files: () => [...files.values()],
  };
}

function eclassPath(name: string): string {
  return `eclass/${name}.eclass`;
}

/**
 * Portage takes an overlay's own eclass, else that of its masters, the last one first. One that is the same as the next
 * would be need not come out of an overlay.
 */
function providerOf(
  name: string,
  index: OverlayIndex,
  { indexes, local }: EclassContext,
): Provider | undefined {
  const { overlay } = index;
  const generated = new Map(lookedThrough(index, indexes).map(one => [one.overlay.name, one]));
  const path = eclassPath(name);
  let best: Provider | undefined;
  for (const place of new Set([overlay.name, ...[...overlay.masters].reverse()])) {
    const other = generated.get(place);
    const id = other ? other.overlay.files.get(path) : local.eclass(name, [place], best?.id.length);
    if (id === undefined) continue;
    if (best && id !== best.id) return best;
    best = { id, name: place, ...(other ? { index: other } : {}) };
    if (!other) return best;
  }
  return best;
}
