// What the demonstration is made of, from test/testbed.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cache, top } from './bootstrap.mjs';

/** The testbed is TypeScript; Node 20 runs none. */
export async function demoTestbed() {
  const outfile = join(cache, 'demo', 'testbed.mjs');
  const { build: bundle } = await import('esbuild');
  await bundle({
    entryPoints: [join(top, 'test/testbed/demo.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'warning',
    // execa and its kin are partly CommonJS
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  return import(pathToFileURL(outfile).href);
}
