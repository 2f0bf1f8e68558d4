/** The built tree: dist/ when it is newer than every source, else the same made in a directory of its own. */
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { build } from '../../build/build.mjs';
import { top } from '../kit/environment.ts';

const rooms = ['commands', 'system', 'portage', 'repo-template', 'wrappers', 'hooks', 'sets', 'build', 'man'];

function newest(directory: string): number {
  let time = 0;
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true }))
    if (entry.isFile()) time = Math.max(time, statSync(join(entry.parentPath, entry.name)).mtimeMs);
  return time;
}

const made: string[] = [];
afterAll(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Path of the tree. */
export async function builtTree(): Promise<string> {
  const dist = join(top, 'dist');
  const last = join(dist, 'lib/tumpline/LICENSES');
  const sources = Math.max(...rooms.map(room => newest(join(top, room))));
  if (existsSync(last) && statSync(last).mtimeMs > sources) return dist;
  const folder = mkdtempSync(join(tmpdir(), 'tumpline-tree-'));
  made.push(folder);
  const tree = join(folder, 'dist');
  await build(tree);
  return tree;
}
