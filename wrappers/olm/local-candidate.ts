/** What a configured repository's ebuild is like, by its cached metadata or, without any, by a look at its text. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalCandidate } from '../../portage/closure.ts';
import type { Cpv } from '../../portage/cpv.ts';
import { inheritedEclasses } from '../../portage/inherit-scan.ts';

interface Details {
  readonly slot: string;
  readonly subslot: string | undefined;
  readonly iuse: ReadonlySet<string> | undefined;
  readonly anySlot: boolean;
}

export interface EbuildPlace {
  readonly repo: string;
  readonly location: string;
  /** Portage's own cache of repositories that bring none: EPREFIX/var/cache/edb/dep. */
  readonly depcache: string;
  readonly implicit: ReadonlySet<string>;
}

/** Nothing is read before slot or flags are asked for. */
export function localCandidate(cpv: Cpv, place: EbuildPlace): LocalCandidate {
  let known: Details | undefined;
  const details = () => {
    known ??= describe(cpv, place);
    return known;
  };
  return {
    cpv,
    repo: place.repo,
    get slot() {
      return details().slot;
    },
    get subslot() {
      return details().subslot;
    },
    get iuse() {
      return details().iuse;
    },
    get anySlot() {
      return details().anySlot;
    },
  };
}

function describe(cpv: Cpv, { location, depcache, implicit }: EbuildPlace): Details {
  const pf = cpv.text.slice(cpv.text.indexOf('/') + 1);
  const ebuild = join(location, cpv.cp, `${pf}.ebuild`);
  const cached =
    text(join(location, 'metadata/md5-cache', cpv.text)) ?? kept(depcache, location, cpv, ebuild);
  if (cached !== undefined) {
    const field = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(cached)?.[1] ?? '';
    return { ...slots(field('SLOT')), iuse: flags(field('IUSE'), implicit), anySlot: false };
  }
  return looked(text(ebuild) ?? '', cpv, pf, implicit);
}

/** What Portage has kept of this ebuild, as long as that has not changed since. */
function kept(depcache: string, location: string, cpv: Cpv, ebuild: string): string | undefined {
  const found = text(join(depcache, location, cpv.text));
  const sum = /^_md5_=(\w+)$/m.exec(found ?? '')?.[1];
  if (sum === undefined) return undefined;
  const now = createHash('md5').update(text(ebuild) ?? '');
  return now.digest('hex') === sum ? found : undefined;
}

/** Without running it: what is assigned once and literally, but for the names and versions of PMS 11.1. */
function looked(source: string, cpv: Cpv, pf: string, implicit: ReadonlySet<string>): Details {
  const assigned = (name: string) =>
    [...source.matchAll(new RegExp(`^[ \\t]*${name}\\+?=(?:"([^"]*)"|'([^']*)'|(\\S*))`, 'gm'))].map(
      ([, double, single, bare]) => expanded(double ?? single ?? bare ?? '', cpv, pf),
    );
  const [slot, ...more] = assigned('SLOT');
  const lines = source.split('\n');
  const lastOf = (pattern: RegExp) => lines.findLastIndex(line => pattern.test(line));
  // an eclass may have the last word
  const last = lastOf(/^[ \t]*SLOT=/) > lastOf(/^[^#]*\binherit[ \t]/);
  const sure = slot !== undefined && more.length === 0 && !slot.includes('$') && last;
  const own = assigned('IUSE');
  const whole = inheritedEclasses(source).length === 0 && !own.some(words => words.includes('$'));
  return {
    ...slots(sure ? slot : ''),
    iuse: whole ? flags(own.join(' '), implicit) : undefined,
    anySlot: !sure,
  };
}

function expanded(value: string, cpv: Cpv, pf: string): string {
  const { base, text: version } = cpv.version;
  const revision = `r${cpv.version.revision || '0'}`;
  const names = new Map([
    ...Object.entries({ PV: base, PVR: version, PN: cpv.package, PF: pf, PR: revision }),
    ['P', `${cpv.package}-${base}`],
  ]);
  return value.replace(/\$(?:\{(\w+)\}|(\w+))/g, (all, braced, plain) => names.get(braced ?? plain) ?? all);
}

function slots(text: string): { slot: string; subslot: string | undefined } {
  const [slot = '', subslot] = text.split('/', 2);
  return { slot, subslot };
}

function flags(words: string, implicit: ReadonlySet<string>): ReadonlySet<string> {
  const own = words.split(/\s+/).filter(word => word !== '');
  return new Set([...implicit, ...own.map(word => word.replace(/^[+-]/, ''))]);
}

function text(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // not there, or nothing that could be read as one
    return undefined;
  }
}
