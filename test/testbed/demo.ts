/** What build/demo.mjs bundles and calls. */
export { framesText, runFrames } from './demo-frames.ts';
export { prepareOlmDemo, runOlmDemo } from './demo-olm.ts';

import { demoTarget, demoTree } from './demo-tree.ts';
import { resolveIn } from './resolver.ts';
import { makeRoot, type Root } from './root.ts';

export interface Demo {
  readonly root: Root;
  readonly target: string;
  readonly packages: number;
  /** Pairs of packages of the list of which one needs the other. */
  readonly dependencies: number;
}

/** Makes the root in `directory`, which must not exist, and asks Portage for the list that will be merged. */
export async function prepareDemo(directory: string): Promise<Demo> {
  const root = await makeRoot(demoTree, { directory });
  const { success, output, mergelist, edges } = await resolveIn(root, [demoTarget]);
  if (!success) throw new Error(`Portage does not resolve ${demoTarget}:\n${output}`);
  const listed = new Set(mergelist);
  return {
    root,
    target: demoTarget,
    packages: mergelist.length,
    dependencies: edges.filter(edge => listed.has(edge.from) && listed.has(edge.to)).length,
  };
}
