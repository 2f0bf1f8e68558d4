/** Overlays and local repositories by declaration, and the closure of a list over them, without any file. */
import { expect } from 'vitest';
import { type Closure, closure, type LocalCandidate, type LocalView } from '../../portage/closure.ts';
import { parseCpv } from '../../portage/cpv.ts';
import { parseCacheEntry } from '../../portage/files/md5-cache.ts';
import { parseOverlayList } from '../../portage/files/overlay-list.ts';

type Ebuild = Readonly<Record<string, string>>;

export interface World {
  /** overlay -> cpv -> fields; `text` is what the ebuild says. */
  readonly overlays: Readonly<Record<string, Readonly<Record<string, Ebuild>>>>;
  /** overlay -> path -> text */
  readonly texts?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly masters?: Readonly<Record<string, readonly string[]>>;
  /** cpv -> fields */
  readonly local?: Readonly<Record<string, Ebuild>>;
  /** Eclasses of the local main repository: name -> id. */
  readonly eclasses?: Readonly<Record<string, string>>;
  readonly licenses?: readonly string[];
}

function localView({ local = {}, eclasses = {}, licenses = [] }: World): LocalView {
  const candidates = Object.entries(local).map(([text, { SLOT = '0', IUSE = '' }]): LocalCandidate => {
    const [slot = '', subslot] = SLOT.split('/');
    return { cpv: parseCpv(text)!, slot, subslot, iuse: new Set(IUSE.split(' ')) };
  });
  return {
    versions: cp => candidates.filter(({ cpv }) => cpv.cp === cp),
    eclass: (name, masters) => (masters.includes('gentoo') ? eclasses[name] : undefined),
    inherits: () => [],
    hasRepository: name => name === 'gentoo',
    hasLicense: name => licenses.includes(name),
    hasCategory: () => true,
    implicit: new Set(),
  };
}

/** The closure of a list, and in how many steps it was found. */
export function closureOf(list: string, world: World): Closure & { steps: number } {
  const texts = new Map<string, string>();
  const overlays = new Map(
    Object.entries(world.overlays).map(([name, ebuilds]) => {
      const files = new Map<string, string>();
      for (const [text, fields] of Object.entries(ebuilds)) {
        const cpv = parseCpv(text)!;
        const path = `${cpv.cp}/${text.slice(text.indexOf('/') + 1)}.ebuild`;
        files.set(path, path);
        texts.set(`${name} ${path}`, fields['text'] ?? '');
      }
      for (const [path, text] of Object.entries(world.texts?.[name] ?? {})) {
        files.set(path, text);
        texts.set(`${name} ${path}`, text);
      }
      return [name, { name, masters: world.masters?.[name] ?? ['gentoo'], files }];
    }),
  );
  const asked = new Set<string>();
  const run = closure({
    selections: parseOverlayList(list, 'packages').selections,
    overlays,
    local: localView(world),
    knowledge: {
      metadata(overlay, cpv) {
        expect(asked).toContain(`${overlay} ${cpv}`);
        const fields = world.overlays[overlay]?.[cpv];
        if (!fields || fields['unreadable']) return undefined;
        const all = { EAPI: '8', SLOT: '0', ...fields };
        return parseCacheEntry(
          Object.entries(all)
            .map(([key, value]) => `${key}=${value}\n`)
            .join(''),
        ).value;
      },
      text(overlay, path) {
        expect(asked).toContain(`${overlay} ${path}`);
        return texts.get(`${overlay} ${path}`);
      },
    },
  });
  for (let steps = 0; ; steps += 1) {
    const { done, value } = run.next();
    if (done) return { ...value, steps };
    for (const { overlay, cpvs, paths } of value) {
      for (const word of [...cpvs, ...paths]) {
        expect(asked).not.toContain(`${overlay} ${word}`);
        asked.add(`${overlay} ${word}`);
      }
    }
  }
}

/** cpv::overlay of all that is taken, sorted by overlay. */
export function taken(list: string, world: World): string[] {
  return closureOf(list, world).packages.flatMap(({ overlay, cpvs }) =>
    cpvs.map(cpv => `${cpv}::${overlay}`),
  );
}
