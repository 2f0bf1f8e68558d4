/** `olm adopt OVERLAY`: from an overlay that is configured as a whole to what is used of it. */
import { dirname, join } from 'node:path';
import { Fault } from '../system/fault.ts';
import { readTextIfPresent, writeAtomic } from '../system/files.ts';
import { jsonDocument } from '../system/json.ts';
import { painter } from '../system/paint.ts';
import { couldWrite } from '../system/places.ts';
import { printable } from '../system/printable.ts';
import { type Adoption, asidePath, keptAside, planAdoption } from '../wrappers/olm/adoption.ts';
import { addSelections, selectionOf } from '../wrappers/olm/list-edit.ts';
import { findOverlays, type OverlaysDesk, publicList, readOverlaysConf } from '../wrappers/olm/overlays.ts';
import { repositoryLink } from '../wrappers/olm/repos-conf.ts';
import { flag, type Invocation } from './command.ts';
import { type ListDesk, listDesk, withList } from './olm.ts';
import { warn } from './report.ts';

interface Written {
  readonly lines: readonly { text: string; file: string; line: number }[];
  /** The section added to overlays.conf. */
  readonly definition: string | null;
  /** Where the file of repos.conf lies now. */
  readonly aside: string | null;
}

export async function olmAdopt(invocation: Invocation): Promise<number> {
  const desk = listDesk(invocation, flag(invocation, 'offline'));
  const name = invocation.positionals[0] ?? '';
  const plan = await planAdoption(desk.located, desk.places, name);
  const definition = await definitionFor(desk, plan);
  const written = flag(invocation, 'write') ? await write(desk, plan, definition) : undefined;
  const steps = stepsFor(desk, plan, definition, written);
  if (flag(invocation, 'json')) {
    const { used, unused, gone, dependents, location } = plan;
    const lines = used.map(({ cp, cpvs }) => ({ text: `${cp}::${name}`, installed: cpvs }));
    const document = { name, location, used: lines, unused, gone, dependents, steps };
    process.stdout.write(jsonDocument('tumpline.olm.adopt/1', { ...document, written: written ?? null }));
  } else process.stdout.write(adoptionText(plan, steps, written));
  for (const other of plan.dependents)
    warn(`${name}: ${other} has it as a master, and takes from it only what olm makes`);
  return 0;
}

/** The section of overlays.conf without which olm would not find the overlay. */
async function definitionFor({ overlays }: ListDesk, { name, syncType, syncUri, ...plan }: Adoption) {
  const { specs, problems } = await findOverlays([name], overlays);
  const fault = problems.get(name);
  if (fault?.code === 'invalid') throw fault;
  if (specs.has(name) && (await isKnownSource(overlays, name, syncUri))) return null;
  // a tree that is synced by nobody, or by something else, is itself the source
  if (syncUri !== undefined && (syncType === 'git' || syncType === 'rsync'))
    return `[${name}]\nsync-uri = ${syncUri}\ntype = ${syncType}\n`;
  return `[${name}]\nsync-uri = ${plan.inTheWay ? asidePath(plan.location) : plan.location}\n`;
}

async function write(desk: ListDesk, plan: Adoption, definition: string | null): Promise<Written> {
  const { overlayman } = desk.overlays;
  if (plan.used.length === 0)
    throw new Fault('refused', `${plan.name}: nothing of it is installed, so there is nothing to list`, {
      hint: `olm search ${plan.name}`,
    });
  return withList(desk.places, 'olm adopt', async () => {
    const wanted = plan.used.map(({ cp }) => selectionOf(`${cp}::${plan.name}`));
    const { added } = addSelections(overlayman, wanted);
    if (definition !== null) {
      const file = join(overlayman, 'overlays.conf');
      const before = readTextIfPresent(file) ?? '';
      writeAtomic(file, `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${definition}`);
    }
    const [section, ...others] = plan.sections;
    const movable = section?.alone && others.length === 0 && couldWrite(dirname(section.file));
    return { lines: added, definition, aside: movable ? keptAside(section.file) : null };
  });
}

/** Whether this is one of the places that overlays.conf or the public list give the overlay. */
async function isKnownSource(desk: OverlaysDesk, name: string, uri = ''): Promise<boolean> {
  if (readOverlaysConf(desk.overlayman).sections.get(name)?.syncUri !== undefined) return true;
  const plain = (text: string) => text.replace(/^git\+/, '').replace(/(\.git)?\/*$/, '');
  const { overlays } = await publicList(desk, [name]);
  return overlays.get(name)?.sources.some(source => plain(source.uri) === plain(uri)) ?? false;
}

/** What is left to be typed, in order. */
function stepsFor(
  { located, overlays }: ListDesk,
  plan: Adoption,
  definition: string | null,
  written: Written | undefined,
): string[] {
  const { name } = plan;
  const steps: string[] = [];
  if (written === undefined) {
    if (plan.used.length > 0) steps.push(`olm adopt ${name} --write`);
    else if (definition !== null)
      steps.push(
        `$EDITOR ${overlays.overlayman}/overlays.conf    # add ${definition.trim().replaceAll('\n', ', ')}`,
      );
  }
  if (written?.aside == null)
    for (const { file, alone, line } of plan.sections) {
      if (file.endsWith('/eselect-repo.conf')) steps.push(`eselect repository disable -f ${name}`);
      else if (!alone) steps.push(`$EDITOR +${line} ${file}    # take out the section [${name}]`);
      else if (plan.used.length === 0 || written !== undefined || plan.sections.length > 1)
        steps.push(`mv ${file} ${asidePath(file)}`);
    }
  const link = repositoryLink(located, name);
  if (plan.inTheWay) steps.push(`mv ${link} ${asidePath(link)}`);
  steps.push('tumpline enable olm', `olm sync ${name}`);
  return steps.map(printable);
}

function adoptionText(plan: Adoption, steps: readonly string[], written: Written | undefined): string {
  const { name, location, used, unused, gone } = plan;
  const paint = painter(process.stdout);
  const lines = [
    `${paint('bold', name)} in ${printable(location)}: ${used.length} of ${used.length + unused.length} packages are installed from it`,
  ];
  const width = Math.max(0, ...used.map(({ cp }) => cp.length + name.length + 2));
  for (const { cp, cpvs } of used) {
    const versions = cpvs.map(cpv => cpv.slice(cp.length + 1)).join(' ');
    lines.push(`  ${`${cp}::${name}`.padEnd(width)}  ${paint('dim', versions)}`);
  }
  if (unused.length > 0)
    lines.push(
      `${unused.length} ${unused.length === 1 ? 'package that is' : 'packages that are'} not installed would no longer be seen, but for what these need: ${examples(unused)}`,
    );
  if (gone.length > 0) lines.push(`installed from it, but no longer in it: ${examples(gone)}`);
  for (const { text, file, line } of written?.lines ?? []) lines.push(`${printable(file)}:${line}: ${text}`);
  if (written?.definition != null) lines.push(`overlays.conf: [${name}] added`);
  if (written?.aside != null) lines.push(`repos.conf: kept as ${printable(written.aside)}`);
  lines.push(written === undefined ? 'to switch over:' : 'what is left to do:');
  return `${[...lines, ...steps.map(step => `  ${step}`)].join('\n')}\n`;
}

function examples(names: readonly string[]): string {
  const shown = names.slice(0, 5).map(printable).join(' ');
  return names.length > 5 ? `${shown} …` : shown;
}
