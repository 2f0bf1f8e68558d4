/** A small program on the product's own modules, for tests that kill it or run it beside themselves. */
import { build } from 'esbuild';
import { bundling } from '../../build/bundling.mjs';
import { top } from './environment.ts';

/** Bundles TypeScript `contents`, whose imports are relative to the project, into a CommonJS `file`. */
export async function writeProgram(contents: string, file: string): Promise<void> {
  await build({
    stdin: { contents, resolveDir: top, loader: 'ts' },
    outfile: file,
    ...bundling,
  });
}
