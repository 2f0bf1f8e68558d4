/** An ebuild's text and its md5-cache entry (PMS 14.3) from a declaration. */
import { createHash } from 'node:crypto';
import type { EbuildDeclaration } from './declaration.ts';

const variables = [
  'DESCRIPTION',
  'HOMEPAGE',
  'SRC_URI',
  'LICENSE',
  'SLOT',
  'KEYWORDS',
  'IUSE',
  'REQUIRED_USE',
  'PROPERTIES',
  'RESTRICT',
  'DEPEND',
  'BDEPEND',
  'RDEPEND',
  'PDEPEND',
  'IDEPEND',
] as const;

const defaults: Partial<Record<(typeof variables)[number], string>> = {
  DESCRIPTION: 'A package of the testbed',
  HOMEPAGE: 'https://example.org/',
  LICENSE: 'MIT',
  SLOT: '0',
  KEYWORDS: 'amd64',
};

const packagePhases = new Set([
  'pretend',
  'setup',
  'preinst',
  'postinst',
  'prerm',
  'postrm',
  'nofetch',
  'config',
  'info',
]);

function phaseFunction(phase: string): string {
  return `${packagePhases.has(phase) ? 'pkg' : 'src'}_${phase}`;
}

function sleeps(declaration: EbuildDeclaration): Map<string, string[]> {
  const { sleep, fail } = declaration;
  const bodies = new Map<string, string[]>();
  const seconds = typeof sleep === 'number' ? { compile: sleep } : (sleep ?? {});
  for (const [phase, time] of Object.entries(seconds)) {
    if (time > 0) bodies.set(phase, [`sleep ${time}`]);
  }
  if (fail) bodies.set(fail, [...(bodies.get(fail) ?? []), `die "${fail} fails as declared"`]);
  return bodies;
}

function value(declaration: EbuildDeclaration, name: (typeof variables)[number]): string {
  return (declaration[name] ?? defaults[name] ?? '').trim().split(/\s+/).join(' ');
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"$`]/g, '\\$&')}"`;
}

export function ebuildText(declaration: EbuildDeclaration): string {
  const assignment = (name: (typeof variables)[number]) => `${name}=${quoted(value(declaration, name))}`;
  const present = variables.filter(name => value(declaration, name) !== '');
  const lines = [`EAPI=${declaration.EAPI ?? '8'}`, ''];
  if (declaration.inherit) {
    // an eclass may set what the declaration leaves out
    lines.push(...present.filter(name => declaration[name] === undefined).map(assignment));
    lines.push(`inherit ${declaration.inherit}`, '');
  }
  lines.push(
    ...present.filter(name => !declaration.inherit || declaration[name] !== undefined).map(assignment),
  );
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is shell
  lines.push('S="${WORKDIR}"');
  for (const [phase, body] of sleeps(declaration)) {
    lines.push('', `${phaseFunction(phase)}() {`, ...body.map(line => `\t${line}`), '}');
  }
  if (declaration.phases) lines.push('', declaration.phases.trimEnd());
  return `${lines.join('\n')}\n`;
}

function definedPhases(declaration: EbuildDeclaration): string {
  const names = new Set(sleeps(declaration).keys());
  if (declaration.DEFINED_PHASES) for (const name of declaration.DEFINED_PHASES.split(' ')) names.add(name);
  else {
    for (const [, name] of (declaration.phases ?? '').matchAll(/^(?:src|pkg)_([a-z]+) *\(\)/gm))
      names.add(name!);
  }
  return [...names].sort().join(' ') || '-';
}

/** The entry that Portage would write for `text`; undefined where only sourcing can tell (eclasses). */
export function md5CacheEntry(declaration: EbuildDeclaration, text: string): string | undefined {
  if (declaration.inherit) return undefined;
  const entry: Record<string, string> = {
    DEFINED_PHASES: definedPhases(declaration),
    EAPI: declaration.EAPI ?? '8',
  };
  for (const name of variables) entry[name] = value(declaration, name);
  entry['_md5_'] = createHash('md5').update(text).digest('hex');
  return Object.keys(entry)
    .sort()
    .filter(name => entry[name] !== '')
    .map(name => `${name}=${entry[name]}\n`)
    .join('');
}
