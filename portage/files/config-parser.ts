/** Python's configparser.ConfigParser as Portage uses it (repos.conf, binrepos.conf, sets.conf): DEFAULT, continuation lines, `%(name)s`, no inline comments. */
import { indentOf, splitLines, strip, stripRight } from './text.ts';

export interface ConfigFile {
  /** Stands in problems. */
  readonly name: string;
  readonly text: string;
}

/** Values are raw; option names are lower case. */
export interface ConfigSections {
  readonly defaults: ReadonlyMap<string, string>;
  readonly sections: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** Reads the files in order into one value; any problem means that Python would have thrown all of it away. */
export function parseConfigSections(
  files: readonly ConfigFile[],
  defaults: Readonly<Record<string, string>>,
  problems: string[],
): ConfigSections {
  const first = new Map(Object.entries(defaults).map(([name, value]) => [name.toLowerCase(), value]));
  const sections = new Map<string, Map<string, string>>();
  for (const file of files) readFile(file, first, sections, problems);
  return { defaults: first, sections };
}

function readFile(
  file: ConfigFile,
  defaults: Map<string, string>,
  sections: Map<string, Map<string, string>>,
  problems: string[],
): void {
  const added = new Set<string>();
  let current: Map<string, string> | undefined;
  let sectionName = '';
  let option: string | undefined;
  let indent = 0;
  const finish = () => {
    const value = option === undefined ? undefined : current?.get(option);
    if (option !== undefined && value !== undefined) current?.set(option, stripRight(value));
    option = undefined;
  };
  for (const [index, line] of splitLines(file.text).entries()) {
    const problem = (what: string) => problems.push(`${file.name} line ${index + 1}: ${what}`);
    const text = strip(line);
    if (text.startsWith('#') || text.startsWith(';')) continue;
    if (text === '' || (option && current && indentOf(line) > indent)) {
      if (option && current) current.set(option, `${current.get(option) ?? ''}\n${text}`);
      continue;
    }
    indent = indentOf(line);
    finish();
    const header = /^\[([^\n]+)\]/.exec(text)?.[1];
    if (header !== undefined) {
      sectionName = header;
      if (header === 'DEFAULT') current = defaults;
      else {
        if (added.has(`[${header}`)) problem(`section ${header} a second time`);
        added.add(`[${header}`);
        current = sections.get(header) ?? new Map<string, string>();
        sections.set(header, current);
      }
      continue;
    }
    const delimiter = text.search(/[=:]/);
    if (current === undefined || delimiter < 1) {
      problem(current ? 'not name = value' : 'before the first [section]');
      continue;
    }
    option = strip(text.slice(0, delimiter)).toLowerCase();
    const key = `${sectionName}]${option}`;
    if (added.has(key)) problem(`${option} a second time`);
    added.add(key);
    current.set(option, strip(text.slice(delimiter + 1)));
  }
  finish();
}

/** All options of a section and of DEFAULT with `%(name)s` replaced; those that Python refuses are left out. */
export function interpolated(
  config: ConfigSections,
  section: string,
  problems: string[],
): Map<string, string> {
  const own = config.sections.get(section) ?? new Map<string, string>();
  const raw = new Map([...config.defaults, ...own]);
  const values = new Map<string, string>();
  for (const [option, value] of raw) {
    const text = interpolate(value, raw, 1);
    if (text === undefined)
      problems.push(
        `${section}: ${option}: '${value}': a % is followed by neither % nor the (name)s of something known`,
      );
    else values.set(option, text);
  }
  return values;
}

function interpolate(text: string, values: ReadonlyMap<string, string>, depth: number): string | undefined {
  if (depth > 10) return undefined;
  let result = '';
  for (let rest = text; rest !== ''; ) {
    const percent = rest.indexOf('%');
    if (percent < 0) return result + rest;
    result += rest.slice(0, percent);
    rest = rest.slice(percent);
    if (rest[1] === '%') {
      result += '%';
      rest = rest.slice(2);
      continue;
    }
    const reference = /^%\(([^)]+)\)s/.exec(rest);
    const value = reference?.[1] === undefined ? undefined : values.get(reference[1].toLowerCase());
    const inner = value?.includes('%') ? interpolate(value, values, depth + 1) : value;
    if (!reference || inner === undefined) return undefined;
    result += inner;
    rest = rest.slice(reference[0].length);
  }
  return result;
}
