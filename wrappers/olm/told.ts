/** What a closure lets the user know: selections that match nothing, and what is found nowhere. */
import type { Closure } from '../../portage/closure.ts';
import { printable } from '../../system/printable.ts';
import type { OlmProblem } from './outcome.ts';
import { type Retained, selectionKey } from './retained.ts';

/** A problem for each selection of this overlay that matches nothing. `stay`: those whose packages of before stay. */
export function selectionProblems(closure: Closure, name: string, stay: ReadonlySet<string>): OlmProblem[] {
  return closure.unmatched
    .filter(({ selection }) => selection.atom.repo === name)
    .map(({ selection, near }) => {
      const { text, file, line, atom } = selection;
      const kept = stay.has(selectionKey(name, text)) ? '; what it brought before stays' : '';
      const [first] = near;
      const hint =
        first === undefined
          ? `olm search ${printable(atom.cp.replace(/^.*\//, '').replaceAll('*', ''))}`
          : near.length === 1
            ? `${printable(first)}::${name}`
            : near.map(printable).slice(0, 5).join(', ');
      return { file, line, what: `${text}: ${name} has no such package${kept}`, hint };
    });
}

/** One line each; nothing of it is an error. */
export function closureNotes(closure: Closure, name: string, kept: Retained | undefined): string[] {
  const notes: string[] = [];
  for (const { selection, to } of closure.moved)
    if (selection.atom.repo === name)
      notes.push(`${selection.file}:${selection.line}: ${selection.text} is called ${to} now`);
  for (const { cp } of kept?.packages ?? []) notes.push(`${cp}: is gone from the overlay; stays as it was`);
  for (const { overlay, cpv, why } of closure.unknown)
    if (overlay === name) notes.push(`${cpv}: what it needs is not known: ${why ?? 'no metadata'}`);
  for (const { overlay, cpv, field, atom, note } of closure.missing)
    if (overlay === name)
      notes.push(`${cpv}: ${field} ${atom} is found nowhere${note === undefined ? '' : `; ${note}`}`);
  return notes;
}
