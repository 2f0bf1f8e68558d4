/** The built tree: dist/ when it is newer than every source, else the same made in a directory of its own. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { afterAll } from 'vitest';
import { top } from '../kit/environment.ts';

const rooms = ['commands', 'system', 'portage', 'wrappers', 'build'];

function newest(directory: string): number {
  let time = 0;
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true }))
    if (entry.isFile()) time = Math.max(time, statSync(join(entry.parentPath, entry.name)).mtimeMs);
  return time;
}

/** Bundles one entry as build/build.mjs does. */
async function bundle(entry: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [join(top, entry)],
    outfile,
    absWorkingDir: top,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    legalComments: 'none',
    logLevel: 'warning',
    banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
    define: { 'import.meta.url': 'importMetaUrl', 'import.meta.dirname': '__dirname' },
  });
}

function place(tree: string, to: string, from: string, mode: number): void {
  mkdirSync(dirname(join(tree, to)), { recursive: true });
  copyFileSync(join(top, from), join(tree, to));
  chmodSync(join(tree, to), mode);
}

const made: string[] = [];
afterAll(() => {
  for (const tree of made.splice(0)) rmSync(tree, { recursive: true, force: true });
});

/** Path of the tree. */
export async function builtTree(): Promise<string> {
  const dist = join(top, 'dist');
  const bundled = join(dist, 'lib/tumpline/tumpline.cjs');
  const sources = Math.max(...rooms.map(room => newest(join(top, room))));
  if (existsSync(bundled) && existsSync(join(dist, 'bin/emerge')) && statSync(bundled).mtimeMs > sources)
    return dist;
  const tree = mkdtempSync(join(tmpdir(), 'tumpline-tree-'));
  made.push(tree);
  place(tree, 'bin/tumpline', 'commands/tumpline.sh', 0o755);
  place(tree, 'bin/emerge', 'wrappers/emerge/emerge.sh', 0o755);
  place(tree, 'lib/tumpline/portage-helper.py', 'system/portage-helper.py', 0o644);
  await bundle('commands/main.ts', join(tree, 'lib/tumpline/tumpline.cjs'));
  return tree;
}
