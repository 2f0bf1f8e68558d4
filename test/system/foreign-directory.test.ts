/** What root does in somebody else's directory stays in there, whatever links lie about. */
import { existsSync, linkSync, lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { giveTree, removeInside } from '../../system/foreign-directory.ts';
import { scratchFolder } from '../testbed/scratch.ts';

const scratch = scratchFolder();
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
beforeEach(() => rmSync(join(scratch, 'there'), { recursive: true, force: true }));

const at = (path: string) => join(scratch, 'there', path);

function write(...paths: string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), path);
  }
}

describe.skipIf(process.getuid?.() !== 0)('a tree that is given away', () => {
  const nobody = { uid: 65534, gid: 65534 };
  const owner = (path: string) => lstatSync(at(path)).uid;

  test('with its files, directories and links, and nothing that these lead to', () => {
    write('tree/a/b/file', 'outside/file');
    symlinkSync('../../outside', at('tree/a/link'));
    giveTree(at('tree'), nobody);
    const given = ['tree', 'tree/a', 'tree/a/b', 'tree/a/b/file', 'tree/a/link'];
    expect(given.map(owner)).toEqual(given.map(() => nobody.uid));
    expect(['outside', 'outside/file'].map(owner)).toEqual([0, 0]);
  });

  test('a file with a second name elsewhere, and a link in the place of the tree, stay', () => {
    write('tree/own', 'outside/secret');
    linkSync(at('outside/secret'), at('tree/planted'));
    symlinkSync('outside', at('link'));
    giveTree(at('tree'), nobody);
    giveTree(at('link'), nobody);
    expect(owner('tree/own')).toBe(nobody.uid);
    expect(['outside/secret', 'outside', 'link'].map(owner)).toEqual([0, 0, 0]);
  });
});

describe('what is removed', () => {
  test('goes with all that is in it, but for what links name', () => {
    write('top/a/b/c/file', 'top/a/b/file', 'top/a/other', 'outside/file');
    symlinkSync('../../../outside', at('top/a/b/link'));
    removeInside(at('top'), '/a/b');
    expect(['top/a/b', 'top/a/other', 'outside/file'].map(path => existsSync(at(path)))).toEqual([
      ...[false, true, true],
    ]);
    removeInside(at('top'), 'a/b');
    removeInside(at('nowhere'), 'a');
  });

  test('is nothing where a link is on the way', () => {
    write('outside/b/file');
    mkdirSync(at('top'));
    symlinkSync('../outside', at('top/a'));
    removeInside(at('top'), 'a/b');
    removeInside(at('top/a'), 'b');
    expect(existsSync(at('outside/b/file'))).toBe(true);
  });
});
