/** What can be mended in a set's file without a question: moved packages, a byte order mark, a second word on a line. */
import { type Atom, atomText } from '../portage/atom.ts';
import { parseSetFile, type SetEntry } from '../portage/files/set-file.ts';

export interface Fix {
  /** In the file as it was. */
  readonly line: number;
  readonly code: 'moved' | 'bom' | 'second-word';
  /** What was done. */
  readonly what: string;
}

interface Line {
  readonly text: string;
  /** As it stands in the file; empty at its end. */
  readonly end: string;
  /** Of the line in the file as it was. */
  readonly number: number;
}

const mark = '\uFEFF';

/** The text with its fixes; all that is not mended stays as it is, to the byte. */
export function fixSetText(
  text: string,
  moved: (atom: Atom) => Atom | undefined,
): { text: string; fixes: readonly Fix[] } {
  const fixes: Fix[] = [];
  const marked = text.startsWith(mark);
  if (marked) fixes.push({ line: 1, code: 'bom', what: 'the byte order mark is gone' });
  const lines = partedLines(linesOf(marked ? text.slice(1) : text), fixes);
  for (const entry of flattened(parseSetFile(joined(lines)).entries)) {
    const after = 'atom' in entry && !entry.atom.extended ? moved(entry.atom) : undefined;
    const line = lines[entry.line - 1];
    if (after === undefined || !('text' in entry) || line === undefined) continue;
    const next = replaceWord(line.text, entry.text, atomText(after));
    if (next === line.text) continue;
    lines[entry.line - 1] = { ...line, text: next };
    fixes.push({ line: line.number, code: 'moved', what: `'${entry.text}' is '${atomText(after)}' now` });
  }
  fixes.sort((a, b) => a.line - b.line);
  return { text: joined(lines), fixes };
}

/** Lines with a second word taken apart. */
function partedLines(lines: readonly Line[], fixes: Fix[]): Line[] {
  const { problems } = parseSetFile(joined(lines));
  const faulty = new Set(problems.flatMap(({ line, code }) => (code === 'second-word' ? line : [])));
  const ending = lines.find(({ end }) => end !== '')?.end ?? '\n';
  return lines.flatMap(line => {
    const parts = faulty.has(line.number) ? parted(line.text) : undefined;
    if (parts === undefined) return [line];
    fixes.push({ line: line.number, code: 'second-word', what: 'each word has a line of its own' });
    return parts.map((text, index) => ({
      ...line,
      text,
      end: index === parts.length - 1 ? line.end : ending,
    }));
  });
}

function joined(lines: readonly Line[]): string {
  return lines.map(({ text, end }) => text + end).join('');
}

function linesOf(text: string): Line[] {
  const pieces = text.split(/(\r\n|\r|\n)/);
  const lines: Line[] = [];
  for (let at = 0; at < pieces.length; at += 2)
    lines.push({ text: pieces[at] ?? '', end: pieces[at + 1] ?? '', number: at / 2 + 1 });
  return lines;
}

function flattened(entries: readonly SetEntry[]): SetEntry[] {
  return entries.flatMap(entry => (entry.kind === 'conditional' ? flattened(entry.entries) : [entry]));
}

/** Only before a comment, and only as a whole word, with or without `?` or `-` before it. */
function replaceWord(line: string, word: string, by: string): string {
  const comment = /(^|\s)#/.exec(line);
  const head = comment === null ? line : line.slice(0, comment.index);
  const quoted = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = new RegExp(`(^|\\s)([?-]?)${quoted}(?=\\s|$)`, 'g');
  return (
    head.replace(pattern, (_, before: string, sign: string) => before + sign + by) + line.slice(head.length)
  );
}

/** A line for each word, where each is an entry by itself; the comment stays behind the first. */
function parted(line: string): string[] | undefined {
  const comment = /(^|\s+)#/.exec(line);
  const head = comment === null ? line : line.slice(0, comment.index);
  const rest = line.slice(head.length);
  const words = head.split(/\s+/).filter(word => word !== '');
  const indent = /^\s*/.exec(line)?.[0] ?? '';
  const sound = words.every(word => {
    const { entries, problems } = parseSetFile(word);
    return entries.length === 1 && problems.length === 0;
  });
  if (!sound || words.length < 2) return undefined;
  return words.map((word, index) => indent + word + (index === 0 ? rest : ''));
}
