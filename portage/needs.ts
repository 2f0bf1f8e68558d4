/** A package's dependency classes as needs: atoms and choices among them, each knowing where it was written. */
import type { Atom } from './atom.ts';
import { atomText } from './atom.ts';
import { type Dependency, type DependencyGroup, type DependencyLeaf, parseDependency } from './dependency.ts';
import { dependencyLeaves, evaluateDependency } from './dependency-evaluate.ts';
import type { Party } from './edge-packages.ts';
import type { DependencyKind } from './graph.ts';

/** One atom that has to hold. Two needs may read the same and are still two. */
export interface Need {
  readonly atom: Atom;
  /** Who has it: the package itself, or the virtual through which it came. */
  readonly owner: Party;
  readonly kind: DependencyKind;
  /** The groups around the atom, outermost first. */
  readonly trail: readonly DependencyGroup[];
  /** Set where the need stands for one certain virtual package whose dependencies were unfolded. */
  readonly virtual?: Party;
}

/** One of the alternatives has to hold in whole. */
export interface Choice {
  readonly alternatives: readonly Terms[];
}

export type Term = Need | Choice;
export type Terms = readonly Term[];

export function isChoice(term: Term): term is Choice {
  return 'alternatives' in term;
}

const kinds: readonly DependencyKind[] = ['rdepend', 'idepend', 'pdepend', 'depend', 'bdepend'];

export { kinds as dependencyKinds };

/** What the class asks for with the package's USE; nothing where it cannot be read. */
export function readNeeds(owner: Party, kind: DependencyKind): Term[] {
  const text = owner.given[kind];
  if (!text) return [];
  const { eapi, use } = owner.given;
  const tree = parse(text, owner.position === -1 ? undefined : eapi);
  if (tree.length === 0) return [];
  const options = owner.position === -1 ? {} : { eapi };
  const placed = dependencyLeaves(tree, use).map(({ trail }) => trail);
  let next = 0;
  // both walks meet the active leaves in the order written
  const convert = (node: Dependency): Term[] => {
    if (node.kind === 'any') {
      return [{ alternatives: node.children.map(child => convert(child)) }];
    }
    if ('children' in node) return node.children.flatMap(convert);
    const trail = placed[next++] ?? [];
    return isAtom(node) ? [{ atom: node.atom, owner, kind, trail }] : [];
  };
  return evaluateDependency(tree, use, options).flatMap(convert);
}

function isAtom(leaf: DependencyLeaf): leaf is Extract<DependencyLeaf, { kind: 'atom' }> {
  return leaf.kind === 'atom';
}

/** DEPEND and RDEPEND are often the same, virtuals are unfolded many times, and a list may be walked twice. */
const knownTrees = new Map<string, { eapi: string | undefined; tree: readonly Dependency[] }>();
const mostTrees = 2000;

function parse(text: string, eapi: string | undefined): readonly Dependency[] {
  const known = knownTrees.get(text);
  if (known && known.eapi === eapi) return known.tree;
  const parsed = parseDependency(text, 'depend', eapi);
  const tree = parsed.ok ? parsed.value : [];
  if (knownTrees.size >= mostTrees) knownTrees.clear();
  knownTrees.set(text, { eapi, tree });
  return tree;
}

/** The atom as written. */
export function needText({ atom }: Need): string {
  return atomText(atom.unevaluated ?? atom);
}

export function* needsIn(terms: Terms): Generator<Need> {
  for (const term of terms) {
    if (!isChoice(term)) yield term;
    else for (const alternative of term.alternatives) yield* needsIn(alternative);
  }
}
