/**
 * What ebuild.sh prints in its `depend` phase, and the EAPI that an ebuild names (PMS 7.3.1):
 * _emerge.EbuildMetadataPhase. The text comes from code that may be hostile: whatever is odd makes it none.
 */
import { splitLines, strip } from './text.ts';

const keys: ReadonlySet<string> = new Set(
  (
    'DEPEND RDEPEND SLOT SRC_URI RESTRICT HOMEPAGE LICENSE DESCRIPTION KEYWORDS INHERITED IUSE REQUIRED_USE PDEPEND ' +
    'BDEPEND EAPI PROPERTIES DEFINED_PHASES IDEPEND INHERIT'
  ).split(' '),
);

const eclassName = /^[A-Za-z0-9_][A-Za-z0-9+_.-]*$/;

export interface DependOutput {
  /** As in a cache entry; empty ones are left out. */
  readonly fields: ReadonlyMap<string, string>;
  /** Names of all eclasses, direct and indirect, sorted. */
  readonly inherited: readonly string[];
}

/** `eapi` is what `ebuildEapi` said of the text. Undefined: not to be used. */
export function parseDependOutput(text: string, eapi: string): DependOutput | undefined {
  if (!text.endsWith('\n') || text.includes('\ufffd')) return undefined;
  const found = new Map<string, string>();
  for (const line of text.slice(0, -1).split('\n')) {
    const equals = line.indexOf('=');
    const key = line.slice(0, Math.max(equals, 0));
    const value = line.slice(equals + 1);
    if (!keys.has(key) || found.has(key) || hasControls(value)) return undefined;
    found.set(key, value);
  }
  if (found.get('EAPI') !== eapi || (found.get('SLOT') ?? '') === '') return undefined;
  const inherited = [...new Set((found.get('INHERITED') ?? '').split(' '))]
    .filter(name => name !== '')
    .sort();
  if (!inherited.every(name => eclassName.test(name))) return undefined;
  found.delete('INHERITED');
  return { fields: new Map([...found].filter(([, value]) => value !== '').sort(byKey)), inherited };
}

function byKey([a]: [string, string], [b]: [string, string]): number {
  return a < b ? -1 : 1;
}

/** What Python's splitlines() would take for the end of a line, and all other control characters. */
function hasControls(text: string): boolean {
  return [...text].some(character => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code === 0x2028 || code === 0x2029;
  });
}

/** 0 where the ebuild names none; undefined where Portage could not read the line. */
export function ebuildEapi(text: string): string | undefined {
  for (const line of splitLines(text)) {
    const start = strip(line);
    if (start === '' || start.startsWith('#')) continue;
    const found = /^[ \t]*EAPI=(['"]?)([A-Za-z0-9+_.-]*)\1[ \t]*([ \t]#.*)?$/s.exec(line);
    return found === null ? '0' : found[2] || undefined;
  }
  return '0';
}
