/** `olm add ATOM…`: lines for the list, put where those of the same overlay stand. */
import { Fault } from '../system/fault.ts';
import { jsonDocument } from '../system/json.ts';
import { configuredRepositories } from '../system/portage-configuration.ts';
import { printable } from '../system/printable.ts';
import { wholeRepository } from '../wrappers/olm/adoption.ts';
import { addSelections, selectionOf } from '../wrappers/olm/list-edit.ts';
import { findOverlays } from '../wrappers/olm/overlays.ts';
import { flag, type Invocation } from './command.ts';
import { listDesk, problemsOf, withList } from './olm.ts';
import { tellProblems } from './olm-problems.ts';
import { warn } from './report.ts';

/** Exit status 1 where an overlay cannot be had as things stand; the line is added all the same. */
export async function olmAdd(invocation: Invocation): Promise<number> {
  const { located, places, overlays } = listDesk(invocation, flag(invocation, 'offline'));
  const wanted = invocation.positionals.map(selectionOf);
  const names = [...new Set(wanted.map(({ repo }) => repo))];
  const main = configuredRepositories(located).main?.name;
  const there = wanted.find(({ repo }) => repo === main);
  if (there !== undefined)
    throw new Fault(
      'refused',
      `${printable(there.text)}: ::${main} is the main repository, all of which is there`,
      {
        hint: `emerge --pretend '${printable(there.text)}'`,
      },
    );
  const found = await findOverlays(names, overlays);
  const { notes } = found;
  const problems = new Map(found.problems);
  // a list that may be old says nothing against an overlay
  if (notes.length === 0 && !overlays.offline)
    for (const [name, fault] of problems) if (fault.code === 'missing') throw withAtom(fault, name, wanted);
  for (const name of names) {
    const whole = wholeRepository(located, places, name);
    if (whole) problems.set(name, configuredWhole(name, whole.location));
  }
  const { added, present } = await withList(places, 'olm add', async () =>
    addSelections(overlays.overlayman, wanted),
  );
  if (flag(invocation, 'json')) {
    const overlay = (name: string) => ({ name, problem: problems.get(name)?.message ?? null });
    const document = { added, present, overlays: names.map(overlay) };
    process.stdout.write(jsonDocument('tumpline.olm.add/1', document));
  } else {
    for (const { text, file, line } of added) process.stdout.write(`${printable(file)}:${line}: ${text}\n`);
    for (const { text, file, line } of present)
      process.stdout.write(`${printable(file)}:${line}: ${text}: there already\n`);
    const sound = names.filter(name => !problems.has(name));
    if (added.length > 0 && sound.length > 0)
      process.stdout.write(`to get it: olm sync ${sound.join(' ')}\n`);
  }
  for (const note of notes) warn(note);
  tellProblems(problemsOf(problems));
  return [...problems.values()].every(({ code }) => code === 'offline') ? 0 : 1;
}

function configuredWhole(name: string, location: string): Fault {
  return new Fault('refused', `${name}: all of it is configured, in ${printable(location)}`, {
    hint: `olm adopt ${name}`,
  });
}

/** The hint with the whole atom, where another overlay was meant. */
function withAtom(fault: Fault, name: string, wanted: readonly { text: string }[]): Fault {
  const near = /^::(.*)/.exec(fault.hint ?? '')?.[1];
  const text = wanted.find(one => one.text.endsWith(`::${name}`))?.text ?? '';
  if (near === undefined) return fault;
  const hint = `olm add '${text.slice(0, -name.length)}${near}'`;
  return new Fault('missing', fault.message, { hint });
}
