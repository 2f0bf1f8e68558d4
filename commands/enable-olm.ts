/** The part `olm`: Portage's sync runs olm, by a sync module for its Python, a hook, and a file in repos.conf. */
import { readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { enabledParts } from '../system/enable/enable.ts';
import type { Piece } from '../system/enable/pieces.ts';
import { Fault } from '../system/fault.ts';
import { readText, statIfPresent } from '../system/files.ts';
import { installation } from '../system/installation.ts';
import type { Located } from '../system/locate.ts';
import { type SyncModules, syncModules } from '../system/portage-facts.ts';
import { printable } from '../system/printable.ts';
import { removeAll } from '../wrappers/olm/leaving.ts';
import { readSelections } from '../wrappers/olm/list.ts';
import { handOver, syncOwner } from '../wrappers/olm/owner.ts';
import { part, reposConf, reposConfPiece } from '../wrappers/olm/repos-conf.ts';
import type { PartContext, Wanted } from './part.ts';

/** Portage's Python made them, and nobody else would take them away. */
function removeBytecode(directory: string): void {
  rmSync(join(directory, '__pycache__'), { recursive: true, force: true });
}

/**
 * That place in each Python that has a Portage, the one that runs it now first. A Portage without the module builds
 * nothing out of a repository with our sync-type, so it has to be there before another Python takes its turn.
 */
function everyPython({ directory }: SyncModules): string[] {
  const [, above, , below] = /^(.*)\/((?:python|pypy)[\d.]+t?)(\/.*)$/.exec(directory) ?? [];
  if (above === undefined || below === undefined) return [directory];
  const others = readdirSync(above)
    .filter(name => /^(python|pypy)[\d.]+t?$/.test(name))
    .map(name => join(above, name, below))
    .filter(path => path !== directory && statIfPresent(path)?.isDirectory());
  return [directory, ...others.sort()];
}

/** The sync module's files: two of Python, and what tells them where we are. */
function modulePieces(modules: SyncModules): Piece[] {
  const { prefix } = installation();
  const texts = [
    ['installation', `${prefix}\n`] as const,
    ...['olm.py', '__init__.py'].map(
      name => [name, readText(join(prefix, 'lib/tumpline/olm-sync', name))] as const,
    ),
  ];
  return everyPython(modules).flatMap(directory =>
    texts.map(([name, text]) => ({
      kind: 'file' as const,
      path: join(directory, part, name),
      text,
      earlier: [],
    })),
  );
}

/** What Portage runs when all repositories are synced. */
function hookPiece(located: Located): Piece {
  const name = '60-tumpline-olm';
  const path = join(located.configRoot, 'etc/portage/postsync.d', name);
  return { kind: 'link', path, target: join(installation().prefix, 'share/tumpline/hooks/postsync.d', name) };
}

function listed({ places }: PartContext): string[] {
  return readSelections(places.overlayman).selections.map(({ atom }) => atom.repo ?? '');
}

function pieces(context: PartContext, modules: SyncModules): Piece[] {
  const { located, places } = context;
  // repos.conf last, so that it is the first to go: it may not name what Portage does not know
  return [...modulePieces(modules), hookPiece(located), reposConfPiece(located, places, listed(context))];
}

async function verify(located: Located, modules: SyncModules): Promise<void> {
  if ((await syncModules(located)).types.includes(part)) return;
  throw new Fault('refused', `${printable(modules.directory)}: Portage does not take the module there`, {
    hint: 'emaint sync --help',
  });
}

export async function wanted(context: PartContext): Promise<Wanted> {
  const { located, places } = context;
  const conf = printable(reposConf(located));
  if (statIfPresent(reposConf(located))?.isFile())
    throw new Fault('refused', `${conf}: is a file; for one of ours beside it, it has to be a directory`, {
      hint: `mkdir ${conf}.d && cp -pL ${conf} ${conf}.d/own.conf && mv ${conf} ${conf}.old && mv ${conf}.d ${conf}`,
    });
  const modules = await syncModules(located);
  const all = pieces(context, modules);
  const paths = all.map(({ path }) => path);
  const notes: string[] = [];
  for (const directory of moduleDirectories(context))
    if (!paths.includes(join(directory, '__init__.py'))) removeBytecode(directory);
  if (process.env['PORTAGE_REPOSITORIES'] !== undefined)
    notes.push('PORTAGE_REPOSITORIES is set: with it Portage reads no file of repos.conf');
  return {
    pieces: all,
    // what another Python had
    unwanted: ({ path }) => !paths.includes(path),
    notes,
    verify: async () => {
      await verify(located, modules);
      const owner = syncOwner(located);
      if (owner !== undefined) handOver(places, owner);
    },
  };
}

export async function known(context: PartContext): Promise<Piece[]> {
  try {
    return pieces(context, await syncModules(context.located));
  } catch (error) {
    // a Python that is gone shall not keep the rest here
    if (!(error instanceof Fault)) throw error;
    return [];
  }
}

/** The directories in which a sync module of ours stands, by the record. */
function moduleDirectories({ places }: PartContext): string[] {
  const entries = enabledParts(places)[part] ?? [];
  return entries.flatMap(({ path }) => (path.endsWith('/__init__.py') ? [dirname(path)] : []));
}

export async function leaving(context: PartContext): Promise<string[]> {
  moduleDirectories(context).forEach(removeBytecode);
  return [];
}

export async function left({ located, places }: PartContext): Promise<void> {
  await removeAll(located, places);
}

/** For `tumpline status`: whether every Python that Portage may run on has the module. */
export async function problems(context: PartContext): Promise<string[]> {
  const all = everyPython(await syncModules(context.located)).map(directory => join(directory, part));
  return all
    .filter(directory => statIfPresent(join(directory, '__init__.py')) === undefined)
    .map(
      directory =>
        `olm: no sync module in ${printable(directory)}, where Portage looks for it; to put it there: tumpline enable olm`,
    );
}
