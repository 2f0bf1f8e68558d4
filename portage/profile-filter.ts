/**
 * What of a repository's profiles/ concerns some of its packages only: PMS 4.4 and 5.2, portage(5). Texts are Latin-1
 * strings, a character a byte, so that whatever a file holds comes through as it was.
 */
import { type Atom, parseAtom } from './atom.ts';
import { atomMatches, type Candidate } from './atom-match.ts';
import { parseCpv } from './cpv.ts';
import { type PackageUpdate, parsePackageUpdates } from './files/package-updates.ts';
import { words } from './files/text.ts';

export type ProfileRule = 'whole' | 'atoms' | 'local-descriptions' | 'categories' | 'updates' | 'out';

const whole: ReadonlySet<string> = new Set([
  'arch.list',
  'eapi',
  'info_pkgs',
  'info_vars',
  'license_groups',
  'make.defaults',
  'thirdpartymirrors',
  'use.aliases',
  'use.desc',
  'use.force',
  'use.mask',
  'use.stable',
  'use.stable.force',
  'use.stable.mask',
]);

const byAtom: ReadonlySet<string> = new Set([
  'package.accept_keywords',
  'package.deprecated',
  'package.keywords',
  'package.license',
  'package.mask',
  'package.properties',
  'package.use',
  'package.use.aliases',
  'package.use.force',
  'package.use.mask',
  'package.use.stable',
  'package.use.stable.force',
  'package.use.stable.mask',
]);

/** What becomes of `profiles/PATH`. Profiles proper, profiles.desc and what nobody reads stay out. */
export function profileRule(path: string, options: { readonly unmask: boolean }): ProfileRule {
  const [name = '', ...below] = path.split('/');
  // Portage reads these as directories too, and passes over such names
  if (below.some(part => part.startsWith('.') || part.endsWith('~'))) return 'out';
  if (whole.has(name)) return 'whole';
  if (byAtom.has(name) || (name === 'package.unmask' && options.unmask)) return 'atoms';
  if (name === 'use.local.desc' && below.length === 0) return 'local-descriptions';
  if (name === 'categories' && below.length === 0) return 'categories';
  if (name === 'desc' && below.length > 0) return 'whole';
  return name === 'updates' && below.length === 1 ? 'updates' : 'out';
}

/** Whether an atom can name one of these versions in one of these repositories, whatever slots and flags they have. */
export function atomConcerns(
  repositories: readonly string[],
  cpvs: Iterable<string>,
): (atom: Atom) => boolean {
  const byName = new Map<string, Candidate[]>();
  for (const text of cpvs) {
    const cpv = parseCpv(text);
    if (cpv === undefined) continue;
    const known = byName.get(cpv.cp);
    if (known) known.push({ cpv, slot: '' });
    else byName.set(cpv.cp, [{ cpv, slot: '' }]);
  }
  const all = [...byName.values()].flat();
  return atom => {
    if (atom.repo !== undefined && !repositories.includes(atom.repo)) return false;
    const bare = { ...atom, slot: undefined, repo: undefined, use: undefined, unevaluated: undefined };
    return (atom.extended ? all : (byName.get(atom.cp) ?? [])).some(found => atomMatches(bare, found));
  };
}

/** Each with its end. */
function linesOf(text: string): string[] {
  return text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
}

/** As Portage splits it, which reads UTF-8. */
function wordsOf(line: string): string[] {
  return words(Buffer.from(line, 'latin1').toString('utf8'));
}

function withEnd(line: string): string {
  return /[\r\n]$/.test(line) ? line : `${line}\n`;
}

/**
 * Of a package.* file: the lines with an atom that concerns, and of each paragraph with such a line the comments above
 * the last one, since Portage tells them as the reason. Empty where nothing is left.
 */
export function filterAtomLines(text: string, concerns: (atom: Atom) => boolean): string {
  const paragraphs: string[] = [];
  let kept: string[] = [];
  let until = 0;
  function end(): void {
    if (until > 0) paragraphs.push(kept.slice(0, until).join(''));
    kept = [];
    until = 0;
  }
  for (const line of linesOf(text)) {
    const [first] = wordsOf(line);
    if (first === undefined) end();
    else if (first.startsWith('#')) kept.push(withEnd(line));
    else if (lineConcerns(first, concerns)) until = kept.push(withEnd(line));
  }
  end();
  return paragraphs.join('\n');
}

function lineConcerns(first: string, concerns: (atom: Atom) => boolean): boolean {
  const atom = parseAtom(first.replace(/^-/, ''), { allowRepo: true, allowWildcard: true });
  return atom !== undefined && concerns(atom);
}

/** Of use.local.desc: the lines `category/package:flag - text` of these packages. */
export function filterLocalDescriptions(text: string, cps: ReadonlySet<string>): string {
  return linesOf(text)
    .filter(line => cps.has(line.slice(0, Math.max(line.indexOf(':'), 0)).trim()))
    .map(withEnd)
    .join('');
}

/**
 * Of the files of profiles/updates: the moves that lead to or away from these packages, over several moves too. Files
 * without any are left out.
 */
export function filterUpdates(
  files: ReadonlyMap<string, string>,
  cps: ReadonlySet<string>,
): Map<string, string> {
  const lines = [...files].flatMap(([path, text]) =>
    linesOf(text).map(line => ({
      path,
      line,
      update: parsePackageUpdates(Buffer.from(line, 'latin1').toString('utf8')).value[0],
    })),
  );
  const concerned = new Set(cps);
  for (let before = -1; before !== concerned.size; ) {
    before = concerned.size;
    for (const { update } of lines) {
      if (update?.kind !== 'move') continue;
      if (concerned.has(update.from)) concerned.add(update.to);
      else if (concerned.has(update.to)) concerned.add(update.from);
    }
  }
  const kept = new Map<string, string>();
  for (const { path, line, update } of lines)
    if (update && updateConcerns(update, concerned)) kept.set(path, (kept.get(path) ?? '') + withEnd(line));
  return kept;
}

function updateConcerns(update: PackageUpdate, concerned: ReadonlySet<string>): boolean {
  return concerned.has(update.kind === 'move' ? update.from : update.atom.cp);
}

/**
 * Whether a news item (GLEP 42) may be shown where only these packages are: one of its Display-If-Installed lines names
 * one of them, or it has none. The version there is that of what is installed, so it does not count.
 */
export function newsConcerns(text: string, cps: ReadonlySet<string>): boolean {
  const wanted = linesOf(text).flatMap(line => /^Display-If-Installed:(.*)/.exec(line)?.[1]?.trim() ?? []);
  return wanted.length === 0 || wanted.some(word => cps.has(parseAtom(word)?.cp ?? ''));
}
