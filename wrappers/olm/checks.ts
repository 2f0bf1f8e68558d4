/** `olm check`: whether the list, what is published and what Portage is told fit together. Looks only, and asks nobody. */
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { lstatIfPresent, namesIn } from '../../system/files.ts';
import { configuredRepositories } from '../../system/portage-configuration.ts';
import { printable } from '../../system/printable.ts';
import { conflictsOf } from './conflicts.ts';
import { damageIn } from './damage.ts';
import type { OlmDesk } from './desk.ts';
import { asFault } from './failures.ts';
import type { OlmProblem } from './outcome.ts';
import { findOverlays } from './overlays.ts';
import { currentGeneration, type PublishedState, publishedOverlays, readPublished } from './published.ts';
import { type ReadList, readList } from './read-list.ts';
import { isLinked } from './repository-link.ts';

export interface Finding extends OlmProblem {
  /** Empty where it belongs to none. */
  readonly overlay: string;
  readonly code:
    | 'list'
    | 'overlay'
    | 'conflict'
    | 'unpublished'
    | 'stale'
    | 'matches-nothing'
    | 'damaged'
    | 'link'
    | 'unknown-to-portage'
    | 'master'
    | 'missing-dependency';
}

/** In the order of the list, then by overlay. */
export async function checkOverlays(desk: OlmDesk): Promise<Finding[]> {
  const list = readList(desk);
  const findings: Finding[] = list.problems.map(problem => ({ overlay: '', code: 'list', ...problem }));
  const { overlayman, cache, environment } = desk;
  const names = [...list.byOverlay.keys()];
  const conflicts = conflictsOf(desk, list);
  const looked = await findOverlays(names, { overlayman, cache, environment, offline: true }).catch(
    (error: unknown) => {
      const fault = asFault(error, 'overlays');
      return { problems: new Map(names.map(name => [name, fault])) };
    },
  );
  for (const [name, { message, hint }] of looked.problems) {
    if (conflicts.has(name)) continue;
    const [first] = list.byOverlay.get(name) ?? [];
    const place = first === undefined ? {} : { file: first.file, line: first.line };
    findings.push({ overlay: name, code: 'overlay', ...place, what: message, ...hinted(hint) });
  }
  const published = publishedOverlays(desk.state);
  for (const name of names) {
    const conflict = conflicts.get(name);
    if (conflict !== undefined)
      findings.push({ overlay: name, code: 'conflict', what: conflict.message, ...hinted(conflict.hint) });
    else if (!published.includes(name) && !looked.problems.has(name))
      findings.push(
        found(name, 'unpublished', `${name}: is listed, but nothing of it is published`, `olm sync ${name}`),
      );
  }
  for (const name of namesIn(desk.state)) findings.push(...checkPublished(desk, list, name));
  return findings;
}

function hinted(hint: string | undefined): { hint?: string } {
  return hint === undefined ? {} : { hint };
}

function found(overlay: string, code: Finding['code'], what: string, hint?: string): Finding {
  return { overlay, code, what, ...hinted(hint) };
}

function checkPublished(desk: OlmDesk, list: ReadList, name: string): Finding[] {
  const base = join(desk.state, name);
  const anew = `olm sync --anew ${name}`;
  if (currentGeneration(base) === undefined) {
    const broken = lstatIfPresent(join(base, 'current')) !== undefined;
    return broken ? [found(name, 'damaged', `${printable(base)}/current: leads nowhere`, anew)] : [];
  }
  const state = readPublished(desk.state, name);
  if (state === undefined)
    return [found(name, 'damaged', `${name}: the document of its generation cannot be read`, anew)];
  return [
    ...damageIn(name, join(base, 'current'), state.digest).map(what => found(name, 'damaged', what, anew)),
    ...toldPortage(desk, name, state),
    ...fitsList(list, state, `olm sync ${name}`),
    ...state.missing.map(({ cpv, field, atom, note }) =>
      found(
        name,
        'missing-dependency',
        `${cpv}: ${field} ${atom} is found nowhere${note === undefined ? '' : `; ${note}`}`,
        `olm search ${atom
          .replace(/^[^\w]*/, '')
          .replace(/^.*\//, '')
          .replace(/[-:[].*/, '')}`,
      ),
    ),
  ];
}

function toldPortage(desk: OlmDesk, name: string, state: PublishedState): Finding[] {
  if (desk.places.personal) return [];
  const findings: Finding[] = [];
  if (!isLinked(desk, name))
    findings.push(
      found(name, 'link', `${name}: Portage's var/db/repos/${name} does not lead to it`, `olm sync ${name}`),
    );
  const { byName } = configuredRepositories(desk.located, desk.environment);
  const repository = byName.get(name);
  if (repository?.location !== realpathSync(join(desk.state, name, 'current')))
    findings.push(
      found(
        name,
        'unknown-to-portage',
        `${name}: repos.conf does not name it, so Portage does not see it`,
        'tumpline enable olm',
      ),
    );
  for (const master of state.masters ?? [])
    if (!byName.has(master))
      findings.push(
        found(
          name,
          'master',
          `${name}: its master ${master} is not there, so Portage refuses it`,
          `olm sync ${name}`,
        ),
      );
  return findings;
}

function fitsList(list: ReadList, state: PublishedState, hint: string): Finding[] {
  const name = state.overlay;
  const now = list.byOverlay.get(name) ?? [];
  const before = new Set(state.selections.map(({ text }) => text));
  const texts = new Set(now.map(({ text }) => text));
  const findings: Finding[] = [];
  const changed = now.some(({ text }) => !before.has(text)) || [...before].some(text => !texts.has(text));
  if (changed && list.sound)
    findings.push(found(name, 'stale', `${name}: the list was changed since the last sync`, hint));
  const used = new Set(
    state.packages.flatMap(({ because }) =>
      because.flatMap(one => (one.kind === 'selected' ? one.text : [])),
    ),
  );
  for (const { atom, text, file, line } of now)
    if (before.has(text) && !used.has(text))
      findings.push({
        ...{ overlay: name, code: 'matches-nothing', file, line },
        what: `${text}: ${name} has no such package`,
        hint: `olm search ${printable(atom.cp.replace(/^.*\//, '').replaceAll('*', ''))}`,
      });
  return findings;
}
