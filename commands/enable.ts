/** `tumpline enable PART` */
import { type Deed, disablePieces, enablePieces, withEnableLock } from '../system/enable/enable.ts';
import { Fault } from '../system/fault.ts';
import { jsonDocument } from '../system/json.ts';
import { printable } from '../system/printable.ts';
import { flag, type Invocation } from './command.ts';
import type { Part, PartContext, PartModule } from './part.ts';
import { partNames, parts } from './parts.ts';
import { warn } from './report.ts';
import { locateFor } from './roots.ts';

const verbs: Record<Deed['what'], string> = {
  added: 'added',
  upgraded: 'renewed',
  present: 'already there:',
  removed: 'removed',
  gone: 'not there any more:',
  left: 'not ours any more, left alone:',
};

/** One line that tells of a deed. */
export function told(deed: Deed): string {
  const what = { link: 'the link', line: 'a line in', file: 'the file' }[deed.kind];
  return `${verbs[deed.what]} ${what} ${printable(deed.path)}`;
}

export function partNamed(name: string): Part {
  const part = parts.find(candidate => candidate.name === name);
  if (part !== undefined) return part;
  throw new Fault('usage', `${printable(name)}: no such part`, { hint: `tumpline enable ${partNames()[0]}` });
}

/** Options of another part than the one that is named are a mistake. */
function refuseForeignOptions(part: Part, invocation: Invocation): void {
  for (const other of parts) {
    for (const name of Object.keys(other.options)) {
      if (invocation.options[name] !== undefined && !Object.hasOwn(part.options, name))
        throw new Fault('usage', `enable: --${name} belongs to ${other.name}, not to ${part.name}`, {
          hint: `tumpline enable ${part.name}`,
        });
    }
  }
}

async function carryOut(
  part: Part,
  module: PartModule,
  context: PartContext,
): Promise<{ deeds: Deed[]; notes: string[] }> {
  const wanted = await module.wanted(context);
  const { pieces, verify, unwanted } = wanted;
  const deeds = await enablePieces(context.places, part.name, pieces, verify);
  if (unwanted !== undefined) {
    const known = (await module.known(context)).filter(unwanted);
    deeds.push(...disablePieces(context.places, part.name, known, unwanted));
  }
  return { deeds, notes: wanted.notes };
}

export async function enable(invocation: Invocation): Promise<number> {
  const part = partNamed(invocation.positionals[0] ?? '');
  refuseForeignOptions(part, invocation);
  const context = { invocation, ...locateFor(invocation) };
  const module = await part.load();
  const { deeds, notes } = await withEnableLock(context.places, `tumpline enable ${part.name}`, () =>
    carryOut(part, module, context),
  );
  if (flag(invocation, 'json')) {
    process.stdout.write(jsonDocument('tumpline.enable/1', { part: part.name, deeds, notes }));
    return 0;
  }
  for (const deed of deeds) process.stdout.write(`${part.name}: ${told(deed)}\n`);
  for (const note of notes) warn(note);
  process.stdout.write(`${part.name} is on; to undo: tumpline disable ${part.name}\n`);
  return 0;
}
