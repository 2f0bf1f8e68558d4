/** `emerge -C @set`: what world or another selected set holds stays, unless --with-shared (GLEP 21). */
import { parseAtom } from '../portage/atom.ts';
import type { EvaluatedEntry } from '../portage/set-evaluate.ts';
import { Fault } from '../system/fault.ts';
import { printable } from '../system/printable.ts';
import type { Installed } from './moves.ts';
import type { CallWord } from './own-options.ts';
import { type Call, safe } from './rewrite.ts';

export interface UnmergeContext {
  readonly world: readonly string[];
  /** world_sets, names without @. */
  readonly selected: readonly string[];
  readonly installed: Installed;
  /** Members of a set, all that it nests among them; undefined where only Portage knows them. */
  members(name: string): readonly Pick<EvaluatedEntry, 'text' | 'atom'>[] | undefined;
}

export interface Unmerging {
  readonly words: readonly CallWord[];
  /** Sets whose record goes when emerge has ended well, because Portage does not see them in this call. */
  readonly deselected: readonly string[];
  readonly notes: readonly string[];
}

/** Which cpv of the VDB is held, and by whom. */
type Holders = (cp: string) => ReadonlyMap<string, string>;

/** Undefined where Portage's own -C does the same. Faults `refused` where nothing is left to do. */
export function planUnmerge(call: Call, context: UnmergeContext): Unmerging | undefined {
  const named = new Set([...call.named, ...call.read]);
  if (call.withShared || named.size === 0) return undefined;
  const holders = holdersBeside(named, context);
  const notes: string[] = [];
  const deselected: string[] = [];
  const words = call.words.flatMap((word): CallWord[] => {
    const name = word.of ?? (isTarget(call, word) ? word.text.slice(1) : undefined);
    if (name === undefined) return [word];
    const members = word.of === undefined ? context.members(name) : [member(word.text)];
    if (members === undefined) return [word];
    const left = members.map(one => free(one, name, holders, context.installed, notes));
    if (left.every(one => one === undefined)) return [word];
    if (word.of === undefined && context.selected.includes(name)) deselected.push(name);
    return left.flatMap((one, at) => one ?? [safe(members[at]!)]).map(text => ({ text }));
  });
  if (notes.length === 0) return undefined;
  const before = targetCount(call.words, call);
  const after = words.length - (call.words.length - before);
  if (after === 0) throw nothingLeft(call, notes);
  const again = call.words.map(({ text }) => text).filter(text => text.startsWith('@'));
  notes.push(`to remove them all the same: emerge --unmerge --with-shared ${printable(again.join(' '))}`);
  return { words, deselected, notes };
}

function isTarget(call: Call, { text }: CallWord): boolean {
  return text.startsWith('@') && call.named.includes(text.slice(1));
}

function targetCount(words: readonly CallWord[], call: Call): number {
  return words.filter(word => word.of !== undefined || isTarget(call, word)).length;
}

function member(text: string): Pick<EvaluatedEntry, 'text' | 'atom'> {
  const atom = parseAtom(text, { allowRepo: true });
  if (!atom) throw new Fault('refused', `${printable(text)}: is no atom`, { hint: 'tumpline sets check' });
  return { text, atom };
}

function nothingLeft(call: Call, notes: readonly string[]): Fault {
  const sets = printable(call.parsed.targets.filter(text => text.startsWith('@')).join(' '));
  return new Fault('refused', `${sets}: nothing is left to remove: ${notes.join('; ')}`, {
    hint: `emerge --deselect ${sets}, or emerge --unmerge --with-shared ${sets}`,
  });
}

function holdersBeside(named: ReadonlySet<string>, context: UnmergeContext): Holders {
  const others = context.selected.filter(name => !named.has(name));
  const held = [
    ...context.world.flatMap(text => {
      const atom = parseAtom(text, { allowRepo: true });
      return atom ? [{ atom, by: 'world' }] : [];
    }),
    ...others.flatMap(name => (context.members(name) ?? []).map(({ atom }) => ({ atom, by: `@${name}` }))),
  ];
  return cp => {
    const found = new Map<string, string>();
    for (const { atom, by } of held) {
      if (atom.cp !== cp) continue;
      for (const { cpv } of context.installed.matching(atom)) if (!found.has(cpv)) found.set(cpv, by);
    }
    return found;
  };
}

/** The words that name what may go of this member; undefined: all of it, or it is not installed. */
function free(
  { atom }: Pick<EvaluatedEntry, 'text' | 'atom'>,
  name: string,
  holders: Holders,
  installed: Installed,
  notes: string[],
): string[] | undefined {
  const held = holders(atom.cp);
  const mine = installed.matching(atom).map(({ cpv }) => cpv);
  const staying = mine.filter(cpv => held.has(cpv));
  if (staying.length === 0) return undefined;
  for (const cpv of staying) notes.push(`@${printable(name)}: ${cpv} stays, ${held.get(cpv)} holds it`);
  return mine.filter(cpv => !held.has(cpv)).map(cpv => safe({ text: `=${cpv}`, atom }));
}
