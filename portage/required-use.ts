/** REQUIRED_USE (PMS 7.3.4): whether a set of USE flags satisfies it. */
import type { Dependency } from './dependency.ts';
import { eapiRules } from './eapi.ts';

/** Takes a tree of the dialect `required-use`. The EAPI decides whether an empty group holds. */
export function requiredUseHolds(
  tree: readonly Dependency[],
  use: ReadonlySet<string>,
  eapi?: string,
): boolean {
  const emptyGroupsHold = eapiRules(eapi).emptyGroupsHold;
  return tree.every(node => holds(node, use, emptyGroupsHold) !== false);
}

/** Undefined for what counts neither way: an inactive condition, a bracket without content. */
function holds(node: Dependency, use: ReadonlySet<string>, emptyGroupsHold: boolean): boolean | undefined {
  if (node.kind === 'flag') return use.has(node.flag) !== node.negated;
  if (!('children' in node)) return undefined;
  if (node.kind === 'use' && use.has(node.flag) === node.negated) return undefined;
  const values = node.children.map(child => holds(child, use, emptyGroupsHold)).filter(v => v !== undefined);
  if (values.length === 0 && node.kind === 'all') return undefined;
  if (values.length === 0 && emptyGroupsHold) return true;
  const count = values.filter(Boolean).length;
  switch (node.kind) {
    case 'any':
      return count > 0;
    case 'exactly-one':
      return count === 1;
    case 'at-most-one':
      return count <= 1;
    default:
      return count === values.length;
  }
}
