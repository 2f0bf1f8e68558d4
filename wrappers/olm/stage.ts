/** All that the depend phase of some ebuilds reads, in one directory: Portage's shell code, eclasses, the ebuilds. */
import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileFault, lstatIfPresent, mkdirs, statIfPresent } from '../../system/files.ts';
import { removeTree } from '../../system/tree.ts';
import type { OverlaySource } from './source.ts';

const prefix = 'tumpline-depend-';

export interface Stage {
  readonly directory: string;
  /** Names of the repositories in it, those whose eclasses count first, first. */
  readonly repositories: readonly string[];
  /** MD5 of the eclass that an ebuild gets; undefined where there is none. */
  eclass(name: string): string | undefined;
  /** Path below the directory. */
  addEbuild(content: Uint8Array): string;
  remove(): void;
}

/**
 * `code` is where Portage's own shell code is; `masters` are roots of repositories, or overlays, a later one wins. All is
 * copied: whoever runs it may not be allowed to read the originals.
 */
export async function makeStage(
  code: string,
  source: OverlaySource,
  masters: readonly (string | OverlaySource)[],
): Promise<Stage> {
  sweepStages();
  const directory = mkdtempSync(join(tmpdir(), prefix));
  const sums = new Map<string, string>();
  try {
    chmodSync(directory, 0o755);
    for (const [name, content] of filesIn(code, '.sh')) put(join('code', name), content);
    const all = [source, ...[...masters].reverse()];
    for (const [index, repository] of all.entries()) {
      const eclasses =
        typeof repository === 'string'
          ? filesIn(join(repository, 'eclass'), '.eclass')
          : await eclassesOf(repository);
      mkdirs(join(directory, `repository-${index}/eclass`), 0o755);
      for (const [name, content] of eclasses) {
        put(`repository-${index}/eclass/${name}`, content);
        if (!sums.has(name)) sums.set(name, createHash('md5').update(content).digest('hex'));
      }
    }
    let count = 0;
    return {
      directory,
      repositories: all.map((_, index) => `repository-${index}`),
      eclass: name => sums.get(`${name}.eclass`),
      addEbuild(content) {
        count += 1;
        put(`ebuild-${count}`, content);
        return `ebuild-${count}`;
      },
      remove: () => removeTree(directory),
    };
  } catch (error) {
    removeTree(directory);
    throw fileFault(error, directory);
  }

  function put(path: string, content: Uint8Array): void {
    const target = join(directory, path);
    mkdirs(join(target, '..'), 0o755);
    writeFileSync(target, content, { flag: 'wx' });
    chmodSync(target, 0o644);
  }
}

/** What a killed call left: none takes an hour. */
function sweepStages(): void {
  for (const name of readdirSync(tmpdir())) {
    const path = join(tmpdir(), name);
    const found = name.startsWith(prefix) ? lstatIfPresent(path) : undefined;
    const ours = found?.isDirectory() && found.uid === process.getuid?.();
    if (found && ours && Date.now() - found.mtimeMs > 3_600_000) removeTree(path);
  }
}

function filesIn(directory: string, end: string): [string, Uint8Array][] {
  if (!statIfPresent(directory)?.isDirectory()) return [];
  return readdirSync(directory)
    .filter(name => name.endsWith(end) && statIfPresent(join(directory, name))?.isFile())
    .map(name => [name, readFileSync(join(directory, name))]);
}

/** With what lies beside them, since an eclass may source it. */
async function eclassesOf(source: OverlaySource): Promise<[string, Uint8Array][]> {
  const paths = [...source.files.keys()].filter(
    path => path.startsWith('eclass/') && !path.startsWith('eclass/tests/'),
  );
  const contents = await source.read(paths);
  return [...contents].map(([path, content]) => [path.slice('eclass/'.length), content]);
}
