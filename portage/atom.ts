/** Package dependency specifications: PMS 8.3, with the repositories, wildcards and build ids that Portage adds. */
import { categoryPattern, packagePattern } from './cpv.ts';
import { type EapiRules, eapiRules } from './eapi.ts';
import {
  evaluateUse,
  isConditional,
  parseUseDependency,
  type UseDependency,
  useDependencyText,
} from './use.ts';
import { parseVersion, type Version, versionPattern } from './version.ts';

/** `=*` is `=category/package-version*`. */
type Operator = '<' | '<=' | '=' | '~' | '>=' | '>' | '=*';

export interface Atom {
  readonly blocker: '' | '!' | '!!';
  readonly operator: Operator | undefined;
  /** category/package; with wildcards where `extended`. */
  readonly cp: string;
  readonly version: Version | undefined;
  /** Portage's build id of a binary package, only after a version. */
  readonly buildId: string | undefined;
  readonly slot: string | undefined;
  readonly subslot: string | undefined;
  readonly slotOperator: '=' | '*' | undefined;
  readonly repo: string | undefined;
  readonly use: UseDependency | undefined;
  /** Whether it is written in Portage's wildcard syntax, `dev-libs/foo*`. */
  readonly extended: boolean;
  /** `*9999*` of `=category/*-*9999*`, only where `extended`. */
  readonly versionGlob: string | undefined;
  /** What evaluateAtom made this from. */
  readonly unevaluated: Atom | undefined;
}

export interface AtomOptions {
  /** Allow `::repo`; by default where there is no EAPI. */
  readonly allowRepo?: boolean;
  /** Allow wildcards, as in package.* files and on the command line. */
  readonly allowWildcard?: boolean;
  /** Allow build ids; by default where there is no EAPI. */
  readonly allowBuildId?: boolean;
  /** The EAPI of the file that it stands in; without one everything is allowed. */
  readonly eapi?: string | undefined;
}

type Named = Pick<Atom, 'operator' | 'cp' | 'version' | 'buildId' | 'extended' | 'versionGlob'>;
type Slotted = Pick<Atom, 'slot' | 'subslot' | 'slotOperator' | 'repo'>;

const versioned = new RegExp(
  `^([=~]|[<>]=?)(${categoryPattern}/${packagePattern})(?:-(${versionPattern}))?-(${versionPattern})(\\*?)$`,
);
const simple = new RegExp(`^${categoryPattern}/${packagePattern}(-${versionPattern})?$`);
const unversioned = /^\w[\w+.-]*\/\w[\w+-]*$/;
const dashDigit = /-\d/;
// the group is where Portage looks for a version: it finds dotted ones only
const wildcard =
  /^[\w+*][\w+.*-]*\/[\w+*][\w+*-]*?(?:-\d+(\.\d+)*[a-z]?(?:_(?:pre|p|beta|alpha|rc)\d*)*(?:-r\d+)?)?$/;
const wildcardVersion = /^=([\w+*][\w+.*-]*\/[\w+*][\w+*-]*?)-(\*\w+\*)$/;
const slotted = /^(?:(\w[\w+.-]*)(?:\/(\w[\w+.-]*))?)?([*=])?$/;
const slotName = /^\w[\w+.-]*$/;
const repoName = /^\w[\w-]*$/;
const unslotted: Slotted = { slot: undefined, subslot: undefined, slotOperator: undefined, repo: undefined };

/** Undefined where the text is no atom, or one that the options or the EAPI don't allow. */
export function parseAtom(text: string, options: AtomOptions = {}): Atom | undefined {
  const rules = eapiRules(options.eapi);
  const blocker = text[0] !== '!' ? '' : text[1] === '!' ? '!!' : '!';
  if (blocker === '!!' && !rules.strongBlockers) return undefined;
  const bracket = text.indexOf('[');
  const head = text.slice(blocker.length, bracket === -1 ? undefined : bracket);
  const colon = head.indexOf(':');
  const named = parseName(colon === -1 ? head : head.slice(0, colon), options);
  if (!named) return undefined;
  const slot = colon === -1 ? unslotted : parseSlot(head.slice(colon), rules, options.allowRepo);
  if (!slot) return undefined;
  const use = bracket === -1 ? undefined : parseUse(text.slice(bracket), rules);
  if (bracket !== -1 && (!use || named.extended)) return undefined;
  return makeAtom(blocker, named, slot, use, undefined);
}

function makeAtom(
  blocker: Atom['blocker'],
  { operator, cp, version, buildId, extended, versionGlob }: Named,
  { slot, subslot, slotOperator, repo }: Slotted,
  use: UseDependency | undefined,
  unevaluated: Atom | undefined,
): Atom {
  return {
    blocker,
    operator,
    cp,
    version,
    buildId,
    slot,
    subslot,
    slotOperator,
    repo,
    use,
    extended,
    versionGlob,
    unevaluated,
  };
}

function parseName(text: string, options: AtomOptions): Named | undefined {
  const named = {
    operator: undefined,
    version: undefined,
    buildId: undefined,
    extended: false,
    versionGlob: undefined,
  };
  // most atoms by far, and much cheaper than what follows: nothing in it can be a version
  if (unversioned.test(text) && !dashDigit.test(text)) return { ...named, cp: text };
  const found = versioned.exec(text);
  if (found) return parseVersioned(found, options.allowBuildId ?? options.eapi === undefined);
  const plain = simple.exec(text);
  if (plain) return plain[1] === undefined ? { ...named, cp: text } : undefined;
  if (!options.allowWildcard || text.includes('**')) return undefined;
  const starred = wildcardVersion.exec(text);
  if (starred) {
    return { ...named, operator: '=*', cp: starred[1]!, extended: true, versionGlob: starred[2]! };
  }
  const wild = wildcard.exec(text);
  return wild && wild[1] === undefined ? { ...named, cp: text, extended: true } : undefined;
}

function parseVersioned(found: RegExpExecArray, allowBuildId: boolean): Named | undefined {
  const [, operator, cp, inner, last, star] = found as unknown as [
    string,
    Operator,
    string,
    string | undefined,
    string,
    string,
  ];
  if (star !== '' && (operator !== '=' || inner !== undefined)) return undefined;
  // =category/package-1-2: the name may not end like a version, so 2 is a build id
  if (inner !== undefined && !(allowBuildId && /^(?:0|[1-9]\d*)$/.test(last))) return undefined;
  return {
    operator: star === '' ? operator : '=*',
    cp,
    version: parseVersion(inner ?? last)!,
    buildId: inner === undefined ? undefined : last,
    extended: false,
    versionGlob: undefined,
  };
}

/** Takes `:slot`, `::repo` or both. */
function parseSlot(text: string, rules: EapiRules, allowRepo = rules.repositories): Slotted | undefined {
  const colons = text.indexOf('::');
  const repo = colons === -1 ? undefined : text.slice(colons + 2);
  if (repo !== undefined && !(allowRepo && repoName.test(repo))) return undefined;
  if (colons === 0) return { ...unslotted, repo };
  const slot = text.slice(1, colons === -1 ? undefined : colons);
  if (!rules.slotOperators) {
    return rules.slotDependencies && slotName.test(slot) ? { ...unslotted, slot, repo } : undefined;
  }
  const found = slotted.exec(slot);
  if (!found || slot === '' || (found[1] !== undefined && found[3] === '*')) return undefined;
  return { slot: found[1], subslot: found[2], slotOperator: found[3] as Slotted['slotOperator'], repo };
}

function parseUse(text: string, rules: EapiRules): UseDependency | undefined {
  if (!rules.useDependencies || !text.endsWith(']')) return undefined;
  const use = parseUseDependency(text.slice(1, -1));
  return rules.useDefaults || !use?.some(({ missing }) => missing !== undefined) ? use : undefined;
}

/** The atom as it is written; for a parsed one that is the text it was parsed from. */
export function atomText(atom: Atom): string {
  const operator = atom.operator === '=*' ? '=' : (atom.operator ?? '');
  const star = atom.operator === '=*' && !atom.extended ? '*' : '';
  const version = atom.version?.text ?? atom.versionGlob;
  let text = `${atom.blocker}${operator}${atom.cp}`;
  if (version !== undefined) text += `-${version}`;
  if (atom.buildId !== undefined) text += `-${atom.buildId}`;
  text += star;
  if (atom.slot !== undefined || atom.slotOperator !== undefined) text += `:${atom.slot ?? ''}`;
  if (atom.subslot !== undefined) text += `/${atom.subslot}`;
  text += atom.slotOperator ?? '';
  if (atom.repo !== undefined) text += `::${atom.repo}`;
  return atom.use ? text + useDependencyText(atom.use) : text;
}

/**
 * Resolves USE conditionals for the USE of the package that has this dependency. As in Portage a `::repo` is lost
 * on the way, and the atom that it was made from stays known: its flags must be in IUSE even where no wish is left.
 */
export function evaluateAtom(atom: Atom, parentUse: ReadonlySet<string>): Atom {
  if (!atom.use || !isConditional(atom.use)) return atom;
  const use = evaluateUse(atom.use, parentUse);
  return makeAtom(atom.blocker, atom, { ...atom, repo: undefined }, use.length === 0 ? undefined : use, atom);
}
