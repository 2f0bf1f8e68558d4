/**
 * Overlays by rsync: a full copy in cache/NAME/tree, without links and special files. The new copy is made beside the old
 * one, sharing what is equal, and takes its place when it is whole.
 */
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { announce } from '../../system/effects.ts';
import { Fault } from '../../system/fault.ts';
import { fileFault, lstatIfPresent, mkdirs } from '../../system/files.ts';
import { giveTree, ownerOf } from '../../system/foreign-directory.ts';
import { printable } from '../../system/printable.ts';
import { run } from '../../system/run.ts';
import { removeTree } from '../../system/tree.ts';
import { isFrom, withOrigin } from './origin-record.ts';
import type { FetchOptions, OverlaySource } from './source.ts';
import { limits } from './source-paths.ts';
import { treeSource } from './source-tree.ts';
import type { OverlaySpec } from './spec.ts';

const patience = { silence: 60, whole: 1800 };

function addressOf(spec: OverlaySpec): string {
  const sound = /^rsync:\/\/[A-Za-z0-9[][^\s"'`<>|\\^]*$/.test(spec.uri) && printable(spec.uri) === spec.uri;
  if (!sound)
    throw new Fault('refused', `${printable(spec.name)}: ${printable(spec.uri)}: not an rsync:// address`, {
      hint: `set sync-uri in the section [${printable(spec.name)}] of overlays.conf`,
    });
  return `${spec.uri.replace(/\/+$/, '')}/`;
}

/** Why rsync failed, by the exit status that rsync(1) lists. */
function rsyncFault(directory: string, uri: string, status: number | undefined, stderr: string): Fault {
  const lines = stderr.split('\n').filter(line => /^(@ERROR|rsync|\S+ error)/.test(line));
  const reason = printable((lines[0] ?? '').replace(/^@ERROR: |^rsync: /, '')).slice(0, 300);
  if (/No space left on device|Disk quota exceeded/.test(stderr))
    return new Fault('failed', `${printable(directory)}: no space left on the device`, {
      hint: `df -h ${printable(directory)}`,
    });
  if (/Read-only file system/.test(stderr))
    return new Fault('failed', `${printable(directory)}: the file system is read-only`);
  if (/generator\] (mkdir|open)|receiver\] mkstemp|Permission denied \(13\)/.test(stderr) && status !== 5)
    return new Fault('failed', `${printable(directory)}: ${reason}`, {
      hint: `ls -ld ${printable(directory)}`,
    });
  return new Fault('offline', `${printable(uri)}: ${reason || `rsync ended with ${status}`}`);
}

async function rsync(
  spec: OverlaySpec,
  directory: string,
  args: readonly string[],
  options: FetchOptions,
): Promise<string> {
  const limit = options.patience ?? patience;
  const uri = addressOf(spec);
  const all = [
    '--recursive',
    '--times',
    '--executability',
    '--chmod=D755,Fu=rwX,Fgo=rX',
    // a server that may send links has found its way out of the tree before
    '--no-links',
    '--no-devices',
    '--no-specials',
    '--exclude=/.git',
    '--exclude=/distfiles',
    '--exclude=/packages',
    `--max-size=${limits.file}`,
    `--timeout=${limit.silence}`,
    `--contimeout=${Math.min(limit.silence, 30)}`,
    '--no-motd',
    '--info=nonreg1',
    ...args,
    '--',
    uri,
  ];
  const names = Object.keys(process.env).filter(name => !/^RSYNC_(?!PROXY)/.test(name));
  const owner = ownerOf(directory);
  try {
    const result = await run('rsync', [...all, join(directory, 'tree.new/')], {
      cwd: directory,
      timeout: limit.whole * 1000,
      group: true,
      env: { ...Object.fromEntries(names.map(name => [name, process.env[name]])), LC_ALL: 'C' },
      ...(options.signal === undefined ? {} : { cancel: options.signal }),
      ...(owner === undefined ? {} : { owner }),
    });
    if (result.exitCode === 0) return result.stdout;
    throw rsyncFault(directory, spec.uri, result.exitCode, result.stderr);
  } catch (error) {
    if (error instanceof Fault && error.code === 'failed' && /no answer within/.test(error.message))
      throw new Fault('offline', `${printable(spec.uri)}: ${error.message.replace(/^rsync: /, '')}`);
    throw error;
  }
}

/** Links and the like, which rsync says it leaves out. */
function skipped(words: string): { path: string; why: string }[] {
  return [...words.matchAll(/^skipping non-regular file "(.*)"$/gm)].map(([, path]) => ({
    path: printable(path ?? ''),
    why: 'no ordinary file',
  }));
}

function sweep(directory: string): void {
  const at = (name: string) => join(directory, name);
  if (lstatIfPresent(at('tree.old')) !== undefined) {
    if (lstatIfPresent(at('tree')) === undefined) renameSync(at('tree.old'), at('tree'));
    else removeTree(at('tree.old'));
  }
  if (lstatIfPresent(at('tree.new')) !== undefined) removeTree(at('tree.new'));
}

function replace(directory: string): void {
  const tree = join(directory, 'tree');
  try {
    if (lstatIfPresent(tree) !== undefined) renameSync(tree, `${tree}.old`);
    announce('rename', tree);
    renameSync(`${tree}.new`, tree);
  } catch (error) {
    throw fileFault(error, tree);
  }
  removeTree(`${tree}.old`);
}

function sourceOf(spec: OverlaySpec, directory: string): OverlaySource {
  return treeSource(spec, join(directory, 'tree'), join(directory, 'tree.json'), true);
}

/** As `fetchSource`. */
export async function fetchRsync(
  spec: OverlaySpec,
  directory: string,
  options: FetchOptions,
): Promise<OverlaySource> {
  addressOf(spec);
  if (lstatIfPresent(directory) === undefined) mkdirs(directory);
  sweep(directory);
  const made = join(directory, 'tree.new');
  mkdirs(made, 0o755);
  const owner = ownerOf(directory);
  if (owner !== undefined) giveTree(made, owner);
  let words: string;
  try {
    const old = lstatIfPresent(join(directory, 'tree')) === undefined ? [] : ['--link-dest=../tree'];
    words = await rsync(spec, directory, old, options);
  } catch (error) {
    removeTree(made);
    throw error;
  }
  await withOrigin(directory, spec, async () => replace(directory));
  const source = sourceOf(spec, directory);
  return { ...source, refused: [...source.refused, ...skipped(words)] };
}

/** As `openSource`. */
export async function openRsync(spec: OverlaySpec, directory: string): Promise<OverlaySource | undefined> {
  const isThere = lstatIfPresent(join(directory, 'tree')) !== undefined;
  return isThere && isFrom(directory, spec) ? sourceOf(spec, directory) : undefined;
}
