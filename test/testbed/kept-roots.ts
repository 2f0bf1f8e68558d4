/** Roots that last as long as the test that made them. */
import { afterEach } from 'vitest';
import type { RootDeclaration } from './declaration.ts';
import { makeRoot, type Root } from './root.ts';

const roots: Root[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) root.remove();
});

export async function rootWith(declaration: RootDeclaration): Promise<Root> {
  const root = await makeRoot(declaration);
  roots.push(root);
  return root;
}
