/** A private root with the built tumpline beside it. */
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { emerge } from '../kit/environment.ts';
import { treeOf } from '../kit/tree.ts';
import type { RootDeclaration } from '../testbed/declaration.ts';
import { makeRoot, type Root } from '../testbed/root.ts';
import { builtTree } from './built.ts';

export interface Desk {
  root: Root;
  /** the installed tree */
  tree: string;
  environment: Record<string, string>;
  /** runs the built tumpline to its end, without a terminal */
  tumpline(args: readonly string[], environment?: Record<string, string>): SpawnSyncReturns<string>;
  /** the same of olm */
  olm(args: readonly string[], environment?: Record<string, string>): SpawnSyncReturns<string>;
}

export async function makeDesk(declaration: RootDeclaration = { observability: false }): Promise<Desk> {
  const root = await makeRoot(declaration);
  const tree = await builtTree();
  const environment = { ...root.environment, TUMPLINE_EMERGE: emerge };
  const program =
    (name: string): Desk['tumpline'] =>
    (args, extra = {}) =>
      spawnSync(`${tree}/bin/${name}`, args, {
        env: { ...environment, ...extra },
        encoding: 'utf8',
        timeout: 60_000,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
  return { root, tree, environment, tumpline: program('tumpline'), olm: program('olm') };
}

/** etc, all of bin, and our own state; what only runs or is cached, and what is Portage's, left out. */
export function treeAt(desk: Desk): string[] {
  return treeOf(desk.root.directory, ['run', 'var/cache', 'tmp', 'var/db', 'share', 'var/lib/portage']);
}

/** FEATURES as portageq tells them, sorted. */
export function featuresAt(desk: Desk): string[] {
  const { stdout } = spawnSync(join(dirname(emerge), 'portageq'), ['envvar', 'FEATURES'], {
    env: desk.environment,
    encoding: 'utf8',
    timeout: 60_000,
  });
  return stdout.trim().split(' ').sort();
}

/** An enable on a terminal that has just asked its question. */
export async function atTheQuestion(desk: Desk) {
  const child = spawn('script', ['-qec', `${desk.tree}/bin/tumpline enable emerge`, '/dev/null'], {
    env: { ...desk.environment, TERM: 'dumb' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  await new Promise<void>(done => {
    let seen = '';
    child.stdout.on('data', (data: Buffer) => {
      seen += data.toString();
      if (seen.includes('[y/N]')) done();
    });
  });
  return child;
}
