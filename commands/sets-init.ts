/** `tumpline sets init`: sets proposed for the packages of world; nothing is selected. */
import { resolve } from 'node:path';
import { parseAtom } from '../portage/atom.ts';
import { parseCpv } from '../portage/cpv.ts';
import { reachable, readInstalledGraph } from '../sets/installed-graph.ts';
import { newSetPath } from '../sets/new-set.ts';
import { type ProposedSet, proposeSets, type WorldPackage } from '../sets/proposal.ts';
import { Fault } from '../system/fault.ts';
import { writeAtomic } from '../system/files.ts';
import { jsonDocument } from '../system/json.ts';
import { painter } from '../system/paint.ts';
import { printable } from '../system/printable.ts';
import { flag, type Invocation, word } from './command.ts';
import { type Desk, setsDesk } from './sets.ts';

export async function setsInit(invocation: Invocation): Promise<number> {
  const desk = await setsDesk(invocation);
  const proposed = proposeSets(await worldPackages(desk), new Set(desk.catalogue.sets.keys()));
  const target = word(invocation, 'write');
  const directory = target === undefined ? undefined : resolve(target);
  // all or none
  const paths = proposed.map(({ name }) =>
    directory === undefined ? name : newSetPath(desk.catalogue, name, directory),
  );
  if (proposed.length === 0)
    throw new Fault('missing', 'world: names nothing that is installed', {
      hint: 'tumpline sets dump --installed',
    });
  if (directory !== undefined)
    for (const [index, set] of proposed.entries()) writeAtomic(paths[index] ?? '', `${setText(set)}\n`);
  if (flag(invocation, 'json')) {
    const sets = proposed.map(({ name, why, atoms }, index) => ({
      name,
      why,
      path: directory === undefined ? null : (paths[index] ?? null),
      atoms,
    }));
    process.stdout.write(jsonDocument('tumpline.sets.init/1', { sets }));
    return 0;
  }
  const paint = painter(process.stdout);
  if (directory === undefined)
    process.stdout.write(
      `${proposed.map(set => `${paint('set', `@${set.name}`)}\n${printableLines(setText(set))}\n`).join('\n')}`,
    );
  else for (const path of paths) process.stdout.write(`${printable(path)}\n`);
  return 0;
}

function setText({ why, atoms }: ProposedSet): string {
  return [`# ${atoms.length} packages, ${why}`, ...atoms].join('\n');
}

function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

async function worldPackages({ located, selected, installed }: Desk): Promise<WorldPackage[]> {
  const graph = await readInstalledGraph(located, installed);
  return selected.world.flatMap(text => {
    const atom = parseAtom(text, { allowRepo: true });
    const cpvs = atom === undefined ? [] : installed.match(atom);
    if (atom === undefined || cpvs.length === 0) return [];
    const needs = [...reachable(graph, cpvs)].flatMap(cpv => parseCpv(cpv)?.cp ?? []);
    return [{ atom: text, cp: atom.cp, needs: new Set(needs) }];
  });
}
