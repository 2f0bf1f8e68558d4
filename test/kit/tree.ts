/** All that can be seen of a directory tree, to say that two are equal. */
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, relative } from 'node:path';

/** A line per entry, sorted: path, type, mode, owner, and the link's target or the sum of the content. Not times. */
export function treeOf(directory: string, skip: readonly string[] = []): string[] {
  const lines: string[] = [];
  function visit(path: string): void {
    const name = relative(directory, path);
    if (skip.includes(name)) return;
    const found = lstatSync(path);
    const rights = `${(found.mode & 0o7777).toString(8)} ${found.uid}:${found.gid}`;
    if (found.isSymbolicLink()) lines.push(`${name} link ${readlinkSync(path)}`);
    else if (found.isDirectory()) {
      lines.push(`${name}/ ${rights}`);
      for (const entry of readdirSync(path)) visit(join(path, entry));
    } else if (found.isFile()) {
      const sum = createHash('sha256').update(readFileSync(path)).digest('hex');
      lines.push(`${name} ${rights} ${found.size} ${sum}`);
    } else lines.push(`${name} other ${rights}`);
  }
  visit(directory);
  return lines.sort();
}
