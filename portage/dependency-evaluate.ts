/** Dependency trees for a set of USE flags: reduced as Portage's use_reduce does, or as leaves with what stands above each. */
import { evaluateAtom } from './atom.ts';
import type { Dependency, DependencyGroup, DependencyLeaf, UseGroup } from './dependency.ts';
import { eapiRules } from './eapi.ts';

export interface EvaluateOptions {
  /** Take every USE condition for active and leave those of atoms alone. */
  readonly matchAll?: boolean;
  /** Decides what `|| ( )` means: nothing up to EAPI 6, from 7 on it can't be satisfied. */
  readonly eapi?: string | undefined;
}

interface Context {
  readonly use: ReadonlySet<string>;
  readonly matchAll: boolean;
  readonly emptyGroupsHold: boolean;
}

/** Holds no kind `use`. An `any` without children can't be satisfied. */
export type Reduced = Dependency;

export interface PlacedLeaf {
  readonly leaf: DependencyLeaf;
  /** The groups around it, outermost first. */
  readonly trail: readonly DependencyGroup[];
}

/**
 * Drops inactive USE conditions and needless brackets, and joins nested `||`. What remains in a sequence, at the top
 * too, is needed in whole; each child of an `any` is one alternative. Not for REQUIRED_USE, whose groups count
 * their children: they are left as they stand, see requiredUseHolds.
 */
export function evaluateDependency(
  tree: readonly Dependency[],
  use: ReadonlySet<string>,
  options: EvaluateOptions = {},
): Reduced[] {
  const context = {
    use,
    matchAll: options.matchAll ?? false,
    emptyGroupsHold: eapiRules(options.eapi).emptyGroupsHold,
  };
  return reduceSequence(tree, context);
}

function reduceSequence(children: readonly Dependency[], context: Context): Reduced[] {
  const result: Reduced[] = [];
  for (const child of children) {
    if (child.kind === 'any') {
      const alternatives = reduceAlternatives(child.children, context);
      const [only] = alternatives;
      if (alternatives.length > 1) result.push({ kind: 'any', children: alternatives });
      else if (only?.kind === 'all') result.push(...only.children);
      else if (only) result.push(only);
      else if (!context.emptyGroupsHold) result.push({ kind: 'any', children: [] });
    } else if (!isGroup(child)) result.push(reduceLeaf(child, context));
    else if (child.kind === 'all' || (child.kind === 'use' && isActive(child, context))) {
      result.push(...reduceSequence(child.children, context));
    } else if (child.kind !== 'use') result.push(child);
  }
  return result;
}

function reduceAlternatives(children: readonly Dependency[], context: Context): Reduced[] {
  const result: Reduced[] = [];
  for (const child of children) {
    const sequence = reduceSequence([child], context);
    const [only] = sequence;
    if (sequence.length > 1) result.push({ kind: 'all', children: sequence });
    else if (only?.kind === 'any' && only.children.length > 0) result.push(...only.children);
    else if (only) result.push(only);
  }
  return result;
}

function reduceLeaf(leaf: DependencyLeaf, { use, matchAll }: Context): DependencyLeaf {
  if (leaf.kind !== 'atom' || matchAll) return leaf;
  const atom = evaluateAtom(leaf.atom, use);
  return atom === leaf.atom ? leaf : { kind: 'atom', atom };
}

function isActive(group: UseGroup, { use, matchAll }: Pick<Context, 'use' | 'matchAll'>): boolean {
  return matchAll || use.has(group.flag) !== group.negated;
}

function isGroup(node: Dependency): node is DependencyGroup {
  return 'children' in node;
}

/**
 * The leaves in the order written, each with the groups above it. With `use` only those whose conditions are
 * active, their atoms evaluated; without it all of them as they stand.
 */
export function dependencyLeaves(tree: readonly Dependency[], use?: ReadonlySet<string>): PlacedLeaf[] {
  const result: PlacedLeaf[] = [];
  const context = { use: use ?? new Set<string>(), matchAll: use === undefined, emptyGroupsHold: false };
  collectLeaves(tree, [], context, result);
  return result;
}

function collectLeaves(
  children: readonly Dependency[],
  trail: readonly DependencyGroup[],
  context: Context,
  result: PlacedLeaf[],
): void {
  for (const child of children) {
    if (!isGroup(child)) result.push({ leaf: reduceLeaf(child, context), trail });
    else if (child.kind !== 'use' || isActive(child, context)) {
      collectLeaves(child.children, [...trail, child], context, result);
    }
  }
}
