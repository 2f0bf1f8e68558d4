import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atomText } from '../../portage/atom.ts';
import {
  type Dependency,
  type DependencyLeaf,
  type Dialect,
  parseDependency,
} from '../../portage/dependency.ts';
import { dependencyLeaves, evaluateDependency } from '../../portage/dependency-evaluate.ts';
import { anyDependencyText } from '../kit/dependency-texts.ts';
import { random } from '../kit/random.ts';
import { flags } from '../kit/words.ts';

const dialects: Dialect[] = ['depend', 'license', 'src-uri', 'required-use'];

function parse(text: string, dialect: Dialect = 'depend'): readonly Dependency[] {
  const parsed = parseDependency(text, dialect);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

function leafText(leaf: DependencyLeaf): string {
  switch (leaf.kind) {
    case 'atom':
      return atomText(leaf.atom);
    case 'word':
      return leaf.word;
    case 'uri':
      return leaf.name === undefined ? leaf.uri : `${leaf.uri} -> ${leaf.name}`;
    case 'flag':
      return `${leaf.negated ? '!' : ''}${leaf.flag}`;
  }
}

const operators = { all: '', any: '|| ', 'exactly-one': '^^ ', 'at-most-one': '?? ' };

function nodeText(node: Dependency): string {
  if (!('children' in node)) return leafText(node);
  const before = node.kind === 'use' ? `${node.negated ? '!' : ''}${node.flag}? ` : operators[node.kind];
  return `${before}( ${node.children.map(child => `${nodeText(child)} `).join('')})`;
}

function reducedLeaves(nodes: readonly Dependency[]): DependencyLeaf[] {
  return nodes.flatMap(node => ('children' in node ? reducedLeaves(node.children) : [node]));
}

function placed(text: string, use?: readonly string[]): string[] {
  return dependencyLeaves(parse(text), use && new Set(use)).map(({ leaf, trail }) => {
    const above = trail.map(group =>
      group.kind === 'use' ? `${group.negated ? '!' : ''}${group.flag}?` : group.kind,
    );
    return [...above, leafText(leaf)].join(' ');
  });
}

describe('a dependency tree', () => {
  it('is written as it was read', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(...dialects), (seed, dialect) => {
        const text = anyDependencyText(dialect, random(seed));
        const parsed = parseDependency(text, dialect);
        if (parsed.ok) expect(parsed.value.map(nodeText).join(' ')).toBe(text);
        else expect(parsed.error).toMatch(/empty group|not allowed/);
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps for each leaf what stands above it', () => {
    const text = 'a/b x? ( a/c || ( a/d !y? ( a/e[z?] ( a/f ) ) ) )';
    expect(placed(text)).toEqual(['a/b', 'x? a/c', 'x? any a/d', 'x? any !y? a/e[z?]', 'x? any !y? all a/f']);
    expect(placed(text, ['x', 'y'])).toEqual(['a/b', 'x? a/c', 'x? any a/d']);
    expect(placed(text, ['x', 'z'])).toContain('x? any !y? a/e[z]');
    expect(placed(text, [])).toEqual(['a/b']);
  });

  it('has the same leaves in the same order reduced and walked', () => {
    fc.assert(
      fc.property(fc.nat(), seed => {
        const next = random(seed);
        const parsed = parseDependency(anyDependencyText('depend', next));
        if (!parsed.ok) return;
        const use = new Set(next.some(flags));
        const walked = dependencyLeaves(parsed.value, use).map(({ leaf }) => leaf);
        expect(reducedLeaves(evaluateDependency(parsed.value, use)).map(leafText)).toEqual(
          walked.map(leafText),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it('that is reduced holds no condition, no bracket without need and no any-of in an any-of', () => {
    fc.assert(
      fc.property(fc.nat(), seed => {
        const next = random(seed);
        const parsed = parseDependency(anyDependencyText('depend', next));
        if (!parsed.ok) return;
        const check = (node: Dependency, parent: Dependency['kind']) => {
          expect(node.kind).not.toBe('use');
          if (!('children' in node)) return;
          if (node.kind === 'all') expect(parent).toBe('any');
          if (node.kind === 'any' && parent === 'any') expect(node.children).toEqual([]);
          expect(node.children.length).not.toBe(1);
          for (const child of node.children) check(child, node.kind);
        };
        const reduced = evaluateDependency(parsed.value, new Set(next.some(flags)));
        for (const node of reduced) check(node, 'all');
      }),
      { numRuns: 2_000 },
    );
  });

  it('is refused with the word at fault', () => {
    const error = (text: string, dialect?: Dialect) => {
      const parsed = parseDependency(text, dialect);
      return parsed.ok ? undefined : parsed.error;
    };
    expect(error('a/b ( a/c')).toBe("at the end: missing ')'");
    expect(error('a/b || a/c')).toBe("word 3, a/c: expected '('");
    expect(error('a/b )')).toBe("word 2, ): no matching '('");
    expect(error(' a/b-1 ')).toBe('word 1, a/b-1: invalid atom');
    expect(error('x.y? ( a/b )')).toBe('word 1, x.y?: invalid USE flag');
    expect(error('||')).toBe("at the end: expected '('");
    expect(error('a -> ( b )', 'src-uri')).toMatch(/^word 1, a: expected a file name/);
    expect(error('|| ( a )', 'src-uri')).toBe('word 1, ||: operator not allowed here');
  });

  it('of hostile depth is refused, not overflowed', () => {
    const nested = (depth: number) => `${'( '.repeat(depth)}a/b${' )'.repeat(depth)}`;
    expect(dependencyLeaves(parse(nested(500)))).toHaveLength(1);
    expect(evaluateDependency(parse(nested(500)), new Set())).toHaveLength(1);
    expect(parseDependency(nested(501)).ok).toBe(false);
    expect(parseDependency('|| ( '.repeat(200_000)).ok).toBe(false);
  });
});
