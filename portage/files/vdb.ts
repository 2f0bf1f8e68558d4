/** var/db/pkg/CATEGORY/PF: PMS does not lay it down; portage.dbapi.vartree. One file per field, and since 3.0.82 `metadata` with them all. */
import { type Parsed, pythonInt, splitLines, words } from './text.ts';

/** The fields that the `metadata` file carries; a field of these that it lacks is empty. */
export const vdbFields = [
  'BDEPEND',
  'BUILD_ID',
  'BUILD_TIME',
  'CHOST',
  'COUNTER',
  'DEFINED_PHASES',
  'DEPEND',
  'DESCRIPTION',
  'EAPI',
  'HOMEPAGE',
  'IDEPEND',
  'IUSE',
  'KEYWORDS',
  'LICENSE',
  'PDEPEND',
  'PROPERTIES',
  'PROVIDES',
  'RDEPEND',
  'REQUIRES',
  'RESTRICT',
  'SLOT',
  'USE',
  'repository',
] as const;

export type VdbField = (typeof vdbFields)[number];

export interface InstalledPackage {
  readonly cpv: string;
  readonly eapi: string;
  readonly slot: string;
  /** Equal to the slot where none was given. */
  readonly subslot: string;
  /** Empty for what was installed from no repository. */
  readonly repo: string;
  /** Flags that were on, those outside of IUSE included. */
  readonly use: ReadonlySet<string>;
  /** Without their `+` and `-`. */
  readonly iuse: ReadonlySet<string>;
  readonly keywords: readonly string[];
  /** Dependency strings with their USE conditions resolved and slot operators bound. */
  readonly depend: string;
  readonly bdepend: string;
  readonly rdepend: string;
  readonly pdepend: string;
  readonly idepend: string;
  readonly definedPhases: readonly string[];
  /** Seconds since the epoch. */
  readonly buildTime?: number;
  readonly buildId?: number;
  /** Grows with every merge on this computer. */
  readonly counter?: number;
}

const formatLine = '#format=1';
const stamp = '#dir_mtime=';

/**
 * The `metadata` file. `dirMtime` is the mtime of its directory in nanoseconds; the file counts only while that is
 * so. Undefined where Portage would turn to the files of the fields: other format, cut off, stale.
 */
export function parseVdbMetadata(text: string, dirMtime: bigint): ReadonlyMap<string, string> | undefined {
  const fields = new Map<string, string>();
  let format = false;
  let stamped: string | undefined;
  for (const line of splitLines(text)) {
    if (line.startsWith('#')) {
      if (line.startsWith('#format=')) {
        if (pythonInt(line.slice(8)) !== 1) return undefined;
        format = true;
      } else if (line.startsWith(stamp)) stamped = line.slice(stamp.length).trim();
      continue;
    }
    const equals = line.indexOf('=');
    if (equals >= 0) fields.set(line.slice(0, equals), line.slice(equals + 1));
  }
  if (!format || stamped === undefined || !/^\d{1,30}$/.test(stamped)) return undefined;
  return BigInt(stamped) === dirMtime ? fields : undefined;
}

/** The `metadata` file without the stamp; the stamp is appended when the directory holds all its files. */
export function writeVdbMetadata(fields: ReadonlyMap<string, string>): string {
  const known: ReadonlySet<string> = new Set(vdbFields);
  const lines = [...fields]
    .filter(([name]) => known.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${words(value).join(' ')}\n`);
  return `${formatLine}\n${lines.join('')}`;
}

/** The last line of the `metadata` file; `dirMtime` in nanoseconds. */
export function vdbMetadataStamp(dirMtime: bigint): string {
  return `${stamp}${dirMtime}\n`;
}

/** Values may hold newlines, as single files do. Missing fields are empty, a faulty slot is 0 as in Portage. */
export function installedPackage(cpv: string, fields: ReadonlyMap<string, string>): Parsed<InstalledPackage> {
  const problems: string[] = [];
  const list = (name: VdbField) => {
    const value = fields.get(name) ?? '';
    if (value.includes('\0')) problems.push(`${name}: NUL byte`);
    return words(value).filter(word => !word.includes('\0'));
  };
  const text = (name: VdbField) => list(name).join(' ');
  const number = <K extends string>(property: K, name: VdbField) => {
    const value = text(name);
    const found = /^\d{1,15}$/.test(value) ? Number(value) : undefined;
    if (found === undefined && value !== '') problems.push(`${name}: not a number`);
    return (found === undefined ? {} : { [property]: found }) as { [P in K]?: number };
  };
  const eapi = text('EAPI') || '0';
  let slots = text('SLOT');
  // slot operators, and with them sub-slots, came with EAPI 5
  const form = /^[0-4]$/.test(eapi) ? /^\w[\w+.-]*$/ : /^\w[\w+.-]*(?:\/\w[\w+.-]*)?$/;
  if (!form.test(slots)) {
    problems.push(`SLOT: ${slots === '' ? 'empty' : 'not a slot'}`);
    slots = '0';
  }
  const [slot = '0', subslot = slot] = slots.split('/');
  const value: InstalledPackage = {
    cpv,
    eapi,
    slot,
    subslot,
    repo: text('repository'),
    use: new Set(list('USE')),
    iuse: new Set(list('IUSE').map(flag => flag.replace(/^[+-]/, ''))),
    keywords: list('KEYWORDS'),
    depend: text('DEPEND'),
    bdepend: text('BDEPEND'),
    rdepend: text('RDEPEND'),
    pdepend: text('PDEPEND'),
    idepend: text('IDEPEND'),
    definedPhases: list('DEFINED_PHASES'),
    ...number('buildTime', 'BUILD_TIME'),
    ...number('buildId', 'BUILD_ID'),
    ...number('counter', 'COUNTER'),
  };
  return { value, problems };
}

/** The fields of a package, to be written to single files (`FIELD`, with a newline) or to `metadata`. */
export function vdbFieldsOf(installed: InstalledPackage): Map<VdbField, string> {
  const slots =
    installed.subslot === installed.slot ? installed.slot : `${installed.slot}/${installed.subslot}`;
  const all: [VdbField, string][] = [
    ['EAPI', installed.eapi],
    ['SLOT', slots],
    ['repository', installed.repo],
    ['USE', [...installed.use].join(' ')],
    ['IUSE', [...installed.iuse].join(' ')],
    ['KEYWORDS', installed.keywords.join(' ')],
    ['DEPEND', installed.depend],
    ['BDEPEND', installed.bdepend],
    ['RDEPEND', installed.rdepend],
    ['PDEPEND', installed.pdepend],
    ['IDEPEND', installed.idepend],
    ['DEFINED_PHASES', installed.definedPhases.join(' ')],
    ['BUILD_TIME', String(installed.buildTime ?? '')],
    ['BUILD_ID', String(installed.buildId ?? '')],
    ['COUNTER', String(installed.counter ?? '')],
  ];
  return new Map(all.filter(([, value]) => value !== ''));
}
