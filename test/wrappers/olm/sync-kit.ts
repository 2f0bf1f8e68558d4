/** A private root with a Portage of its own, into which `tumpline enable olm` may put the sync module. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { type Desk, makeDesk } from '../../commands/kit.ts';
import { commitTree } from '../../kit/git-repository.ts';
import type { RootDeclaration } from '../../testbed/declaration.ts';
import { copyPortage, type OwnPortage } from '../../testbed/own-portage.ts';

export interface SyncDesk extends Desk {
  readonly portage: OwnPortage;
  /** The built olm; the servers of a test answer meanwhile. */
  olmAsync(args: readonly string[]): Promise<{ code: number | undefined; text: string }>;
  /** emaint or emerge, its output in one. */
  run(
    program: 'emaint' | 'emerge',
    args: readonly string[],
    environment?: Record<string, string>,
  ): Promise<{ code: number | undefined; text: string }>;
  /** A git repository, synced from a place on this machine, beside the main one: something that a sync brings. */
  addSide(): void;
  /** A file below the root, written with its directories. */
  write(path: string, text: string, mode?: number): string;
  end(): void;
}

export async function makeSyncDesk(
  declaration: RootDeclaration = { observability: false },
): Promise<SyncDesk> {
  const desk = await makeDesk(declaration);
  const { directory } = desk.root;
  const portage = copyPortage(join(dirname(directory), 'portage'));
  const environment = { ...desk.environment, TUMPLINE_EMERGE: portage.emerge };
  const conf = join(directory, 'etc/portage/repos.conf');
  renameSync(conf, `${conf}.file`);
  mkdirSync(conf);
  renameSync(`${conf}.file`, join(conf, 'own.conf'));
  const run = async (program: string, args: readonly string[], env: Record<string, string>) => {
    const { exitCode, all } = await execa(program, args, {
      ...{ env, extendEnv: false, reject: false, all: true, stdin: 'ignore', timeout: 120_000 },
    });
    return { code: exitCode, text: all };
  };
  return {
    ...desk,
    portage,
    environment,
    tumpline: (args, extra = {}) =>
      spawnSync(`${desk.tree}/bin/tumpline`, args, {
        env: { ...environment, ...extra },
        encoding: 'utf8',
        timeout: 60_000,
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    olmAsync: args => run(`${desk.tree}/bin/olm`, args, environment),
    run: (program, args, extra = {}) => run(portage[program], args, { ...desk.root.environment, ...extra }),
    addSide: () => {
      const upstream = join(dirname(directory), 'side');
      commitTree(upstream, {
        'profiles/repo_name': 'side\n',
        'metadata/layout.conf': 'masters = testbed\nthin-manifests = true\n',
      });
      const lines = [
        `location = ${directory}/var/db/repos/side`,
        'sync-type = git',
        `sync-uri = file://${upstream}`,
      ];
      writeFileSync(join(conf, 'side.conf'), `[side]\n${lines.join('\n')}\n`);
    },
    write: (path, text, mode = 0o644) => {
      const file = join(directory, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text, { mode });
      return file;
    },
    end: () => rmSync(dirname(directory), { recursive: true, force: true, maxRetries: 5 }),
  };
}
