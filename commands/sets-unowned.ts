/** `tumpline sets unowned`: packages of world that are in no set. */
import { evaluateSet } from '../portage/set-evaluate.ts';
import { unownedPackages } from '../sets/unowned.ts';
import { jsonDocument } from '../system/json.ts';
import { painter } from '../system/paint.ts';
import { printable } from '../system/printable.ts';
import { flag, type Invocation } from './command.ts';
import { setsDesk } from './sets.ts';
import { withoutPortage } from './sets-facts.ts';

/** Exit status 1 when there are any. */
export async function setsUnowned(invocation: Invocation): Promise<number> {
  const desk = await setsDesk(invocation);
  const { catalogue, selected, installed } = desk;
  const { lookup, context } = await withoutPortage(desk);
  const names = [...catalogue.sets.values()].filter(({ kind }) => kind === 'file').map(({ name }) => name);
  const through = new Set(selected.sets);
  for (const name of selected.sets)
    for (const one of evaluateSet(name, lookup, context).closure) through.add(one);
  const sets = names.map(name => ({
    name,
    selected: through.has(name),
    atoms: evaluateSet(name, lookup, context).entries.map(({ atom }) => atom),
  }));
  const found = unownedPackages(selected.world, sets, installed.match);
  const unowned = found.filter(({ inUnselected }) => inUnselected.length === 0);
  if (flag(invocation, 'json')) {
    const world = selected.world.length;
    process.stdout.write(jsonDocument('tumpline.sets.unowned/1', { world, packages: found }));
    return unowned.length === 0 ? 0 : 1;
  }
  const paint = painter(process.stdout);
  const width = Math.min(40, Math.max(0, ...found.map(({ atom }) => atom.length)));
  for (const { atom, installed: cpvs, inUnselected } of found) {
    const versions = cpvs.map(cpv => cpv.slice(cpv.indexOf('/') + 1)).join(' ') || 'not installed';
    const held = inUnselected.map(name => `@${printable(name)}`).join(' ');
    const note = held === '' ? '' : `  ${paint('set', held)}, not selected`;
    process.stdout.write(`${printable(atom).padEnd(width)}  ${printable(versions)}${note}\n`);
  }
  const total = selected.world.length;
  process.stdout.write(`${unowned.length} of ${total} packages of world are in no set\n`);
  return unowned.length === 0 ? 0 : 1;
}
