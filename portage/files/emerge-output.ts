/** The list that `emerge --pretend` and `--ask` print: emerge(1) under --pretend; _emerge.resolver.output. */
import { categoryPattern, packagePattern } from '../cpv.ts';
import { versionPattern } from '../version.ts';
import { type Parsed, splitLines } from './text.ts';
import { type DisplayedFlag, parseDisplayedFlags } from './use-display.ts';

type MergeReason =
  | 'new'
  | 'new slot'
  | 'upgrade'
  | 'downgrade'
  | 'reinstall'
  | 'slot rebuild'
  | 'changed USE';

interface DisplayedVersion {
  readonly version: string;
  readonly slot?: string;
  readonly subslot?: string;
  readonly repo?: string;
}

export interface DisplayedPackage extends Omit<DisplayedVersion, 'version'> {
  /** nomerge: only there to show where another hangs in the tree. */
  readonly type: 'ebuild' | 'binary' | 'uninstall' | 'nomerge';
  readonly cpv: string;
  readonly buildId?: number;
  readonly root: string;
  /** Indentation in the tree, counted from 0. */
  readonly depth: number;
  /** Absent for what is not merged. */
  readonly reason?: MergeReason;
  readonly interactive: boolean;
  /** F, f and g: must be fetched by hand, was so already, comes from a binhost. */
  readonly fetch?: 'restricted' | 'satisfied' | 'remote';
  /** #, ~ and *: needed unmasking; only shown when not quiet. */
  readonly mask?: 'masked' | 'testing' | 'no keywords';
  /** Installed versions that it stands beside (new slot) or replaces. */
  readonly installed: readonly DisplayedVersion[];
  readonly flags: readonly DisplayedFlag[];
  /** Still to be fetched. */
  readonly kibibytes?: number;
}

interface DisplayedBlocker {
  readonly type: 'blocks';
  readonly atom: string;
  /** b: emerge resolves it by itself; B: it stands in the way. */
  readonly satisfied: boolean;
  readonly hard: boolean;
  readonly parents: readonly string[];
  readonly depth: number;
}

export type DisplayedItem = DisplayedPackage | DisplayedBlocker;

const packageForm = new RegExp(
  String.raw`^(${categoryPattern}/${packagePattern})-(${versionPattern})(?:-(\d+))?(?::([^:/]+)(?:\/([^:]+))?)?(?:::(\S+))?$`,
);
const versionForm = new RegExp(
  String.raw`^(${versionPattern})(?:-(\d+))?(?::([^:/]+)(?:\/([^:]+))?)?(?:::(\S+))?$`,
);
const escapeCharacter = String.fromCharCode(27);
const colours = new RegExp(`${escapeCharacter}\\[[0-9;]*m`, 'g');

/** Takes all that emerge printed, with or without colour, --verbose, --columns, --tree, --quiet; other lines are passed over. */
export function parseMergeList(text: string): Parsed<DisplayedItem[]> {
  const problems: string[] = [];
  const value: DisplayedItem[] = [];
  for (const raw of splitLines(text)) {
    const line = raw.replace(colours, '');
    const item = parseItem(line);
    if (item) value.push(item);
    else if (/^\[(?:ebuild|binary|nomerge|uninstall|blocks)\b/.test(line))
      problems.push(`not understood: ${line.slice(0, 200)}`);
  }
  return { value, problems };
}

function parseItem(line: string): DisplayedItem | undefined {
  const blocker =
    /^(?:\[blocks ([bB]) {5,7}\] |([bB]) {6,8})( *)(\S+) \((?:"[^"]*" )?is (hard|soft) blocking (.*)\)$/.exec(
      line,
    );
  if (blocker) {
    const [, listed, quiet, indent = '', atom = '', strength, parents = ''] = blocker;
    return {
      type: 'blocks',
      atom,
      satisfied: (listed ?? quiet) === 'b',
      hard: strength === 'hard',
      parents: parents.split(', ').filter(parent => parent !== ''),
      depth: indent.length,
    };
  }
  const head = /^\[(ebuild|binary) ([ INrRSFfgUD]{6})([ #*~]?)\] ( *)(\S.*)$/.exec(line);
  if (head)
    return parsePackage(
      head[1] as 'ebuild' | 'binary',
      head[2] ?? '',
      head[3] ?? '',
      head[4] ?? '',
      head[5] ?? '',
    );
  const idle = /^\[(nomerge|uninstall) {4,8}\] ( *)(\S.*)$/.exec(line);
  if (idle) return parsePackage(idle[1] as 'nomerge' | 'uninstall', '', '', idle[2] ?? '', idle[3] ?? '');
  // --quiet --columns has no brackets and does not tell a binary from an ebuild
  const quiet = /^([ I][ Nr][ RS][ Ffg][ U][ D]) ( *)(\w\S*\/\S+ \d\S* .*)$/.exec(line);
  return quiet?.[1]?.trim()
    ? parsePackage('ebuild', quiet[1] ?? '', '', quiet[2] ?? '', quiet[3] ?? '')
    : undefined;
}

function parsePackage(
  type: DisplayedPackage['type'],
  letters: string,
  mask: string,
  indent: string,
  text: string,
): DisplayedPackage | undefined {
  const whole = /^(\S+)(?: +(.*))?$/.exec(text);
  let found = packageForm.exec(whole?.[1] ?? '');
  let rest = whole?.[2] ?? '';
  if (!found) {
    // --columns: the version stands apart, in brackets unless quiet
    const apart = /^(?:\[([^\]]+)\]|(\d\S*))(?: +(.*))?$/.exec(rest);
    const joined = `${whole?.[1]}-${apart?.[1] ?? apart?.[2]}`;
    found = apart && packageForm.exec(joined);
    rest = apart?.[3] ?? '';
  }
  if (!found) return undefined;
  const [, cpn = '', number = '', buildId, slot, subslot, repo] = found;
  const old = /^\[([^\]]*)\](?: +|$)/.exec(rest);
  const installed = (old?.[1] ?? '').split(', ').map(displayedVersion);
  rest = rest.slice(old?.[0].length ?? 0);
  const root = /^to (\/.*?)(?: +[A-Z][A-Z0-9_]*="| +\d[\d.,]* KiB|$| +\[)/.exec(rest)?.[1]?.trimEnd() ?? '/';
  const flags = parseDisplayedFlags(rest);
  const size = /(?:^| )(\d[\d., \u{a0}\u{202f}]*) KiB(?:$| )/u.exec(rest)?.[1];
  const reason = type === 'ebuild' || type === 'binary' ? mergeReason(letters, flags) : undefined;
  const fetch = ({ F: 'restricted', f: 'satisfied', g: 'remote' } as const)[letters[3] ?? ''];
  const masked = ({ '#': 'masked', '~': 'testing', '*': 'no keywords' } as const)[mask];
  return {
    type,
    cpv: `${cpn}-${number}`,
    ...(buildId === undefined ? {} : { buildId: Number(buildId) }),
    ...slotAndRepo(slot, subslot, repo),
    root,
    depth: indent.length,
    ...(reason ? { reason } : {}),
    interactive: letters[0] === 'I',
    ...(fetch ? { fetch } : {}),
    ...(masked ? { mask: masked } : {}),
    installed: installed.filter(entry => entry !== undefined),
    flags,
    ...(size === undefined ? {} : { kibibytes: Number(size.replace(/\D/g, '')) }),
  };
}

function displayedVersion(text: string): DisplayedVersion | undefined {
  const found = versionForm.exec(text);
  return found ? { version: found[1] ?? '', ...slotAndRepo(found[3], found[4], found[5]) } : undefined;
}

function slotAndRepo(slot?: string, subslot?: string, repo?: string): Omit<DisplayedVersion, 'version'> {
  return {
    ...(slot === undefined ? {} : { slot, subslot: subslot ?? slot }),
    ...(repo === undefined ? {} : { repo }),
  };
}

function mergeReason(letters: string, flags: readonly DisplayedFlag[]): MergeReason {
  if (letters[5] === 'D') return 'downgrade';
  if (letters[4] === 'U') return 'upgrade';
  if (letters[1] === 'r') return 'slot rebuild';
  if (letters[2] === 'S') return 'new slot';
  if (letters[1] === 'N') return 'new';
  return flags.some(flag => flag.changed || flag.added) ? 'changed USE' : 'reinstall';
}
