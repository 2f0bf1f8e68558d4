/** One small root for one rule of the resolver: its edges beside those that Portage has. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { RootDeclaration } from '../testbed/declaration.ts';
import { resolveIn } from '../testbed/resolver.ts';
import { makeRoot } from '../testbed/root.ts';
import { compareEdges } from './edge-comparison.ts';

export interface Case {
  readonly declaration: RootDeclaration;
  /** `ROOT` stands for an empty directory. */
  readonly args: readonly string[];
  /** How many edges there are to find; what they are, Portage says. */
  readonly edges: number;
}

export async function expectEdges({ declaration, args, edges }: Case): Promise<void> {
  const root = await makeRoot(declaration);
  const target = join(root.directory, 'target');
  mkdirSync(target);
  const words = args.map(word => (word === 'ROOT' ? target : word));
  try {
    const resolution = await resolveIn(root, words);
    expect(resolution.success, resolution.output).toBe(true);
    const { right, missing, extra, otherKinds } = await compareEdges(root, words, resolution);
    expect({ missing, extra, otherKinds, right }).toEqual({
      missing: [],
      extra: [],
      otherKinds: [],
      right: edges,
    });
  } finally {
    root.remove();
  }
}
