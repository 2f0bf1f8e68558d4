/** A private root with the built tumpline beside it. */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { emerge } from '../kit/environment.ts';
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
}

export async function makeDesk(declaration: RootDeclaration = { observability: false }): Promise<Desk> {
  const root = await makeRoot(declaration);
  const tree = await builtTree();
  const environment = { ...root.environment, TUMPLINE_EMERGE: emerge };
  return {
    root,
    tree,
    environment,
    tumpline: (args, extra = {}) =>
      spawnSync(`${tree}/bin/tumpline`, args, {
        env: { ...environment, ...extra },
        encoding: 'utf8',
        timeout: 60_000,
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
  };
}
