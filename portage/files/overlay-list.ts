/** etc/overlayman/packages: overlayman(5). Lines as in the files of portage(5) package.*, each with one atom and its `::repo`. */
import { type Atom, parseAtom } from '../atom.ts';
import { splitLines, words } from './text.ts';

export interface Selection {
  /** With `repo`; may be extended. */
  readonly atom: Atom;
  /** As it is written. */
  readonly text: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

export interface ListProblem {
  readonly file: string;
  /** From 1; 0 for the file as a whole. */
  readonly line: number;
  /** Lower case, without the place; holds text of the file as it is. */
  readonly what: string;
  /** The next command to type, or the text to write instead. */
  readonly hint?: string;
}

/** An atom of the list, or why it is none. */
export type ListedAtom =
  | { readonly atom: Atom; readonly what?: undefined }
  | { readonly atom?: undefined; readonly what: string; readonly hint?: string };

const options = { allowRepo: true, allowWildcard: true };

/** Never throws: what is no selection becomes a problem, and the lines around it are still read. */
export function parseOverlayList(
  text: string,
  file: string,
): { selections: Selection[]; problems: ListProblem[] } {
  const selections: Selection[] = [];
  const problems: ListProblem[] = [];
  for (const [index, line] of splitLines(text.replace(/^\uFEFF/, '')).entries()) {
    const at = { file, line: index + 1 };
    const [word, second] = listedWords(line);
    if (word === undefined) continue;
    const listed = parseListedAtom(word);
    if (listed.atom === undefined) problems.push({ ...at, ...listed });
    else selections.push({ ...at, atom: listed.atom, text: word });
    if (second !== undefined)
      problems.push({ ...at, what: `'${second}' is a second word on the line: one package a line` });
  }
  return { selections, problems };
}

/** The words of a line up to a comment. */
export function listedWords(line: string): string[] {
  const all = words(line);
  const comment = all.findIndex(word => word.startsWith('#'));
  return comment === -1 ? all : all.slice(0, comment);
}

/** One word of the list: what Portage takes where a repository and wildcards are allowed, and what means something here. */
export function parseListedAtom(text: string): ListedAtom {
  const atom = parseAtom(text, options);
  if (atom === undefined) return { what: `'${text}' is no package atom`, ...correction(text) };
  if (atom.blocker !== '')
    return {
      what: `'${text}' is a blocker, and a list only says what is wanted`,
      hint: text.replace(/^!+/, ''),
    };
  if (atom.use !== undefined)
    return {
      what: `'${text}' has USE dependencies, which choose nothing here; flags belong into package.use`,
      hint: text.slice(0, text.indexOf('[')),
    };
  if (atom.repo === undefined)
    return {
      what: `'${text}' names no overlay`,
      hint: /^(?:\*\/)?[^*]+$/.test(atom.cp) ? `olm search ${atom.cp.replace('*/', '')}` : `${text}::OVERLAY`,
    };
  return { atom };
}

/** What was probably meant by something that is no atom. */
function correction(text: string): { hint?: string } {
  const [, head = '', use, repo] = /^([^[\]:]*(?::[^[\]:]+)?)(\[[^\]]*\])?(::[\w-]+)?$/.exec(text) ?? [];
  const valid = (word: string) => {
    const atom = parseAtom(word, options);
    return atom?.repo !== undefined && atom.blocker === '';
  };
  if (use !== undefined && repo !== undefined && valid(head + repo)) return { hint: head + repo };
  if (repo === undefined) {
    // the name alone, as one would type it for emerge
    return /^[A-Za-z0-9_][\w+-]*$/.test(text) ? { hint: `olm search ${text}` } : {};
  }
  for (const meant of [`=${text}`, `*/${text}`]) if (valid(meant)) return { hint: meant };
  return {};
}
