/** Before a call that merges or removes: are the sets that it touches sound? What Portage passes over, depclean removes. */
import { actionEffect } from '../portage/emerge-actions.ts';
import type { EmergeArguments } from '../portage/emerge-arguments.ts';
import { writeDirectly } from '../system/direct-output.ts';
import { printable } from '../system/printable.ts';
import type { SetComplaint } from './check.ts';
import { confirmed } from './confirm.ts';
import type { Call } from './rewrite.ts';

export interface Touched {
  /** Sets whose faults stop the call; `selected` among them stands for all in world_sets. */
  readonly names: readonly string[];
  /** Sets that Portage does not get, so that it need not be able to read them. */
  readonly read: readonly string[];
  /** Whether it merges or removes anything at all. */
  readonly changing: boolean;
  readonly cleaning: boolean;
  readonly removing: boolean;
  /** It removes sets, but not what others hold. */
  readonly sparing: boolean;
}

/** These make Portage look at all that is in world_sets. */
const standing = new Set(['world', 'selected', 'selected-sets']);

export function touchedSets({ parsed, named, read, withShared }: Call): Touched {
  const { removes } = actionEffect(parsed.action);
  const cleaning = removes === 'unneeded';
  const removing = removes !== undefined;
  const sparing = removes === 'named' && !withShared && named.length + read.length > 0;
  const merging = merges(parsed);
  const kind = { changing: removing || merging, cleaning, removing, sparing };
  if (!kind.changing) return { names: [], read, ...kind };
  const wide = cleaning || named.some(name => standing.has(name));
  return { names: [...named, ...(wide ? ['selected'] : [])], read, ...kind };
}

function merges({ action, targets, options }: EmergeArguments): boolean {
  return action === undefined && (targets.length > 0 || options.has('--resume'));
}

export interface PreflightContext {
  /** Complaints about these sets and all that they nest. */
  complaints(names: readonly string[]): readonly SetComplaint[];
  /** Whether the selected ones are made of this set. */
  standing(name: string): boolean;
  /** It is known that nothing is wrong with the selected ones. */
  readonly sound: boolean;
  /** TUMPLINE_SETS=warn */
  readonly warnOnly: boolean;
}

export interface Verdict {
  readonly refused: boolean;
  /** For standard error, whole lines. */
  readonly lines: readonly string[];
  /** Sets that may lose all their entries, as the user has typed. */
  readonly confirmed: readonly string[];
}

export function place({ set, path, line }: SetComplaint): string {
  if (path === undefined) return `@${set}`;
  return line === undefined || line === 0 ? path : `${path}:${line}`;
}

function said(complaint: SetComplaint): string {
  return `tumpline: ${printable(place(complaint))}: ${printable(complaint.what)}`;
}

function isEmpty({ code }: SetComplaint): boolean {
  return code === 'empty' || code === 'lost';
}

/** That a set is empty needs no word where its lines are wrong. */
function withoutEmpty(complaints: readonly SetComplaint[]): SetComplaint[] {
  const broken = new Set(
    complaints.filter(one => one.severity === 'broken' && !isEmpty(one)).map(({ set }) => set),
  );
  return complaints.filter(one => !(isEmpty(one) && broken.has(one.set)));
}

function isSame(one: SetComplaint, other: SetComplaint): boolean {
  return (
    one.set === other.set && one.code === other.code && one.line === other.line && one.path === other.path
  );
}

/** What Portage cannot take at all ends every call with a traceback; in a circle its unmerge looks for holders forever. */
function endsBadly({ code }: SetComplaint, { removing }: Touched): boolean {
  return code === 'unusable' || (code === 'cycle' && removing);
}

function targetsOf({ parsed }: Call): string {
  return parsed.targets.map(printable).join(' ');
}

/** May ask on the terminal. */
export function preflight(call: Call, context: PreflightContext): Verdict {
  const touched = touchedSets(call);
  if (!touched.changing) return { refused: false, lines: [], confirmed: [] };
  const all = context.sound ? [] : withoutEmpty(context.complaints(['selected']));
  const about = (names: readonly string[]) => (names.length === 0 ? [] : context.complaints(names));
  const found = withoutEmpty([
    ...about(touched.names),
    ...about(touched.read).filter(({ code }) => code !== 'needs-enable'),
  ]);
  const beside = all.filter(one => !found.some(other => isSame(one, other)));
  const mine = [
    // of a set that is not there at all Portage itself says so, and stops
    ...found.filter(({ code, path }) => code !== 'unknown-set' || path !== undefined),
    ...beside.filter(one => endsBadly(one, touched)),
    // what these hold cannot be told, and it might be what is to go
    ...beside.filter(one => touched.sparing && one.severity === 'broken' && !endsBadly(one, touched)),
  ];
  const lines: string[] = [];
  const confirmedSets: string[] = [];
  const stopping = mine.filter(one => one.severity === 'broken' && !isEmpty(one));
  for (const one of mine.filter(({ severity }) => severity === 'note')) lines.push(said(one));
  for (const one of stopping) {
    const spared = touched.sparing && beside.includes(one) && !endsBadly(one, touched);
    const other = spared ? `, or emerge --unmerge --with-shared ${targetsOf(call)}` : '';
    lines.push(said(one), `try: ${printable(one.hint)}${other}`);
  }
  const others = new Map<string, SetComplaint>();
  for (const one of all)
    if (one.severity === 'broken' && !mine.includes(one) && !others.has(one.set)) others.set(one.set, one);
  for (const [set, one] of others) {
    if (!mine.some(other => other.set === set && other.code === one.code))
      lines.push(`${said(one)}; before depclean and @world: ${printable(one.hint)}`);
  }
  let refused = stopping.length > 0;
  const empty = new Map(mine.filter(isEmpty).map(one => [one.set, one]));
  for (const one of empty.values()) {
    const lost = context.standing(one.set) && !call.parsed.options.has('--pretend');
    lines.push(said(one));
    if (!lost || refused) continue;
    if (context.warnOnly) continue;
    if (agreed(one, touched, lines)) confirmedSets.push(one.set);
    else {
      refused = true;
      lines.push(`try: tumpline sets check ${printable(one.set)}, or TUMPLINE_SETS=warn emerge …`);
    }
  }
  return { refused: refused && !context.warnOnly, lines, confirmed: confirmedSets };
}

/** Says what there is to say so far, since the question stands below it. */
function agreed({ set }: SetComplaint, { cleaning }: Touched, lines: string[]): boolean {
  writeDirectly(
    2,
    lines
      .splice(0)
      .map(line => `${line}\n`)
      .join(''),
  );
  const name = printable(set);
  const what = cleaning ? `What it held before may be removed now.` : `It is selected, but holds nothing.`;
  return confirmed(`${what} Type ${name} to go on: `, set);
}
