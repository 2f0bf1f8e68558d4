/** Whether a repository's sets.conf is the static one. Portage runs code that another form names, as root. */
import { parseConfigSections } from '../portage/files/config-parser.ts';
import { splitLines, strip } from '../portage/files/text.ts';
import { portageSetSections } from '../portage/portage-sets.ts';

export interface ConfProblem {
  /** From 1; 0 for the file as a whole. */
  readonly line: number;
  readonly code: string;
  readonly what: string;
}

const classes = ['portage.sets.files.StaticFileSet', 'portage._sets.files.StaticFileSet'];

interface Line {
  readonly line: number;
  readonly key: string;
  readonly value: string;
}

/**
 * `name` is the repository's. Read by narrower rules than Python's configparser has: what is refused here may be
 * sound there, what passes here means the same there.
 */
export function lintSetsConf(text: string, name: string): ConfProblem[] {
  const problems: ConfProblem[] = [];
  const complain = (line: number, code: string, what: string) => problems.push({ line, code, what });
  if (text.startsWith('\uFEFF'))
    complain(1, 'bom', 'the file begins with a byte order mark, with which no emerge call works');
  if (text.includes('\u0000') || text.includes('\uFFFD')) complain(0, 'encoding', 'is no text in UTF-8');
  const headers: { line: number; name: string }[] = [];
  const options: Line[] = [];
  for (const [index, raw] of splitLines(text.replace(/^\uFEFF/, '')).entries()) {
    const line = index + 1;
    if (strip(raw) === '' || raw.startsWith('#') || raw.startsWith(';')) continue;
    const header = /^\[([^[\]]+)\][ \t]*$/.exec(raw)?.[1];
    const [, key, value = ''] = /^([a-z][a-z_-]*)[ \t]*=[ \t]*([ -~]*?)[ \t]*$/.exec(raw) ?? [];
    if (header !== undefined) headers.push({ line, name: header });
    else if (key === undefined) complain(line, 'syntax', `'${raw}' is neither [section] nor option = value`);
    else if (headers.length === 0) complain(line, 'syntax', `'${key}' stands before the section`);
    else options.push({ line, key, value });
  }
  for (const { line, name: header } of headers.slice(1))
    complain(line, 'sections', `[${header}]: a repository has one section, named after itself`);
  const [first] = headers;
  if (first === undefined) complain(0, 'no-section', `has no section [${name}]`);
  else lintHeader(first.name, name, problem => complain(first.line, 'section-name', problem));
  lintOptions(options, name, complain);
  const python: string[] = [];
  parseConfigSections([{ name: '', text }], {}, python);
  if (problems.length === 0 && python.length > 0)
    complain(0, 'syntax', `Portage cannot read it: ${python[0]?.trim()}`);
  return problems;
}

function lintHeader(header: string, name: string, complain: (what: string) => void): void {
  if (header === 'DEFAULT') complain('[DEFAULT] changes the sections of all other files');
  else if (portageSetSections.has(header)) complain(`[${header}] is a section of Portage's own`);
  else if (header !== name && header !== `${name} sets`)
    complain(`[${header}] is not named after the repository: [${name}]`);
}

function lintOptions(
  options: readonly Line[],
  name: string,
  complain: (line: number, code: string, what: string) => void,
): void {
  const wanted: Record<string, (value: string) => string | undefined> = {
    class: value =>
      classes.includes(value) ? undefined : `${value} may run code; only ${classes[0]} does not`,
    multiset: value => (isTrue(value) ? undefined : 'is not true'),
    directory: value => directoryProblem(value, name),
    'world-candidate': value => (isTrue(value) ? undefined : 'is not true, so nobody could select the sets'),
  };
  const seen = new Set<string>();
  for (const { line, key, value } of options) {
    const judge = Object.hasOwn(wanted, key) ? wanted[key] : undefined;
    if (seen.has(key)) complain(line, 'twice', `${key} a second time`);
    seen.add(key);
    const what = judge?.(value);
    if (judge === undefined) complain(line, 'option', `${key} does not belong into a repository's sets.conf`);
    else if (value.includes('%')) complain(line, 'interpolation', `${key}: % stands for other options`);
    else if (what !== undefined) complain(line, 'value', `${key}: ${what}`);
  }
  for (const key of Object.keys(wanted))
    if (!seen.has(key) && options.length > 0) complain(0, 'missing', `${key} is missing`);
  if (options.length === 0) complain(0, 'missing', 'has no options');
}

function isTrue(value: string): boolean {
  return ['true', 'yes', 'on', '1'].includes(value.toLowerCase());
}

function directoryProblem(value: string, name: string): string | undefined {
  const inside = `\${repository:${name}}/sets`;
  if (value === inside || value === `${inside}/`) return undefined;
  return `${value} is not ${inside}/`;
}
