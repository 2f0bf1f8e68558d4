// `npm run bench -- AREA [--json FILE] [--write]`: measures, as ratios and medians of one run; never judges by failing.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cache, ensurePackages, ensurePortage, run, top } from './bootstrap.mjs';
import { build } from './build.mjs';
import { bundling } from './bundling.mjs';

ensurePackages();
const emerge = ensurePortage();
await build();
const { build: bundle } = await import('esbuild');
mkdirSync(cache, { recursive: true });
const outfile = join(cache, 'bench.cjs');
await bundle({
  entryPoints: [join(top, 'test/bench/main.ts')],
  outfile,
  ...bundling,
  define: {
    'import.meta.url': JSON.stringify(`file://${join(top, 'test/kit/environment.ts')}`),
    'import.meta.dirname': JSON.stringify(join(top, 'system')),
  },
});
process.exitCode = run('node', [outfile, ...process.argv.slice(2)], {
  env: { ...process.env, TUMPLINE_TEST_EMERGE: emerge },
});
