import type { BuildOptions } from 'esbuild';

/** How everything is bundled. */
export const bundling: BuildOptions;
