/** A set with its members, the sets that it names and theirs, and what became of each entry. */
import { atomText } from '../portage/atom.ts';
import type { SetEntry } from '../portage/files/set-file.ts';
import {
  type EvaluateContext,
  type EvaluatedSet,
  evaluateSet,
  type SetLookup,
} from '../portage/set-evaluate.ts';
import { parseSetExpression } from '../portage/set-expression.ts';
import type { Installed } from './installed.ts';

/**
 * installed, missing: it counts. optional: it would, were it installed. inactive: its condition does not hold.
 * excluded: another line takes it out. repeated: another line brings it already.
 */
export type MemberState = 'installed' | 'missing' | 'optional' | 'inactive' | 'excluded' | 'repeated';

export type Member =
  | {
      readonly kind: 'atom';
      /** As it stands in the file, without the `?` of an optional one. */
      readonly text: string;
      readonly optional: boolean;
      /** Its name after a package move. */
      readonly movedTo?: string;
      readonly line: number;
      readonly state: MemberState;
      /** cpvs. */
      readonly installed: readonly string[];
    }
  | { readonly kind: 'set'; readonly line: number; readonly set: SetTree }
  | { readonly kind: 'without'; readonly text: string; readonly line: number }
  | {
      readonly kind: 'conditional';
      readonly flag: string;
      readonly negated: boolean;
      readonly line: number;
      readonly holds: boolean;
      readonly members: readonly Member[];
    };

export interface SetTree {
  /** As it is named here. */
  readonly name: string;
  readonly path: string | null;
  /** `whole`: its members follow. Else why not: it stands above already, goes round, does not exist, only Portage knows. */
  readonly shown: 'whole' | 'above' | 'circle' | 'unknown' | 'opaque';
  readonly members: readonly Member[];
}

interface Drawing {
  readonly lookup: SetLookup;
  readonly context: EvaluateContext;
  readonly installed: Installed;
  readonly result: EvaluatedSet;
  /** `path:line` and text of what counts. */
  readonly counted: ReadonlySet<string>;
  readonly texts: ReadonlySet<string>;
  readonly drawn: Set<string>;
}

/** `name` without its @; an expression too. */
export function setTree(
  name: string,
  lookup: SetLookup,
  context: EvaluateContext,
  installed: Installed,
): { tree: SetTree; result: EvaluatedSet } {
  const result = evaluateSet(name, lookup, context);
  const counted = result.entries.map(({ from, text }) => keyOf(from.set, from.line, text));
  const drawing: Drawing = {
    lookup,
    context,
    installed,
    result,
    counted: new Set(counted),
    texts: new Set(result.entries.map(({ text }) => text)),
    drawn: new Set(),
  };
  return { tree: subtree(drawing, name, [], true), result };
}

function keyOf(set: string, line: number, text: string): string {
  return `${set}\n${line}\n${text}`;
}

function subtree(drawing: Drawing, name: string, above: readonly string[], active: boolean): SetTree {
  const found = drawing.lookup(name);
  const path = found?.kind === 'file' ? found.path : null;
  const bare = (shown: SetTree['shown']): SetTree => ({ name, path, shown, members: [] });
  if (found === undefined) return expressionTree(drawing, name, active) ?? bare('unknown');
  if (found.kind === 'opaque') return bare('opaque');
  if (above.includes(found.name)) return bare('circle');
  if (drawing.drawn.has(found.name)) return bare('above');
  drawing.drawn.add(found.name);
  const inside = [...above, found.name];
  if (found.kind === 'atoms') {
    const atoms = drawing.result.entries.filter(({ from }) => from.set === found.name);
    const members = atoms.map(({ text, atom }): Member => {
      const installed = drawing.installed.match(atom);
      const state = installed.length > 0 ? 'installed' : 'missing';
      return { kind: 'atom', text, optional: false, line: 0, state, installed };
    });
    const nested = found.nested.map((one): Member => {
      return { kind: 'set', line: 0, set: subtree(drawing, one, inside, active) };
    });
    return { name, path, shown: 'whole', members: [...members, ...nested] };
  }
  const members = membersOf(drawing, found.name, found.text.entries, inside, active);
  return { name, path, shown: 'whole', members };
}

/** `a-@b`: what it comes to; undefined for what is no expression. */
function expressionTree(drawing: Drawing, name: string, active: boolean): SetTree | undefined {
  if (parseSetExpression(`@${name}`) === undefined) return undefined;
  const members = evaluateSet(name, drawing.lookup, drawing.context).entries.map(({ text, atom }): Member => {
    const installed = drawing.installed.match(atom);
    const counts = drawing.texts.has(text);
    const state = !active
      ? 'inactive'
      : !counts
        ? 'excluded'
        : installed.length > 0
          ? 'installed'
          : 'missing';
    return { kind: 'atom', text, optional: false, line: 0, state, installed };
  });
  return { name, path: null, shown: 'whole', members };
}

function membersOf(
  drawing: Drawing,
  set: string,
  entries: readonly SetEntry[],
  above: readonly string[],
  active: boolean,
): Member[] {
  return entries.map((entry): Member => {
    const { line } = entry;
    switch (entry.kind) {
      case 'set':
        return { kind: 'set', line, set: subtree(drawing, entry.name, above, active) };
      case 'without-atom':
        return { kind: 'without', text: entry.text, line };
      case 'without-set':
        return { kind: 'without', text: `@${entry.name}`, line };
      case 'conditional': {
        const { flag, negated } = entry;
        const holds = drawing.context.use(flag) !== negated;
        const members = membersOf(drawing, set, entry.entries, above, active && holds);
        return { kind: 'conditional', flag, negated, line, holds, members };
      }
      default:
        return atomMember(drawing, set, entry, active);
    }
  });
}

function atomMember(
  drawing: Drawing,
  set: string,
  entry: SetEntry & { kind: 'atom' | 'optional' },
  active: boolean,
): Member {
  const moved = drawing.context.moved?.(entry.atom);
  const text = moved ? atomText(moved) : entry.text;
  const installed = drawing.installed.match(moved ?? entry.atom);
  const optional = entry.kind === 'optional';
  const there = installed.length > 0;
  const state: MemberState = drawing.counted.has(keyOf(set, entry.line, text))
    ? there
      ? 'installed'
      : 'missing'
    : !active
      ? 'inactive'
      : optional && !there
        ? 'optional'
        : drawing.texts.has(text)
          ? 'repeated'
          : 'excluded';
  const found = { kind: 'atom', text: entry.text, optional, line: entry.line, state, installed } as const;
  return moved ? { ...found, movedTo: text } : found;
}
