/** etc/overlayman/overlays.conf: overlayman(5). Sections and `name = value` lines as in repos.conf, without continuation lines. */
import { splitLines, strip, words } from './text.ts';

export interface OverlaySection {
  /** Line of the header, from 1. */
  readonly line: number;
  readonly syncUri?: string;
  readonly type?: 'git' | 'rsync' | 'local';
  readonly branch?: string;
  /** True: the mirror that adds the metadata cache; false: never a mirror; a text: that mirror's URI. */
  readonly mirror?: boolean | string;
  readonly masters?: readonly string[];
  readonly key?: string;
  readonly upstream?: string;
  readonly unmask?: boolean;
  readonly sets?: boolean;
}

export interface ConfProblem {
  readonly line: number;
  /** Lower case, without the place; holds text of the file as it is. */
  readonly what: string;
  /** The section that it spoils; undefined: none in particular, so that none can be relied on. */
  readonly section?: string;
}

export interface OverlaysConf {
  /** URL or path of repositories.xml. */
  readonly repositories?: string;
  readonly sections: ReadonlyMap<string, OverlaySection>;
  readonly problems: readonly ConfProblem[];
}

type Field = Exclude<keyof OverlaySection, 'line'>;
type Reader = (value: string) => unknown;

/** Whether this can be the name of a repository, as in `::name`. */
export function isOverlayName(name: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_-]*$/.test(name);
}

function yesNo(value: string): boolean | undefined {
  return /^(yes|true|on|1)$/i.test(value) ? true : /^(no|false|off|0)$/i.test(value) ? false : undefined;
}

function oneWord(value: string): string | undefined {
  return words(value).length === 1 ? value : undefined;
}

/** option -> field, what it takes in words, and its value or undefined */
const options: Readonly<Record<string, readonly [Field, string, Reader]>> = {
  'sync-uri': ['syncUri', 'a URI or an absolute path', oneWord],
  type: ['type', 'git, rsync or local', value => /^(git|rsync|local)$/.exec(value)?.[0]],
  branch: ['branch', 'the name of a branch', value => /^[A-Za-z0-9_][\w./+@#=-]*$/.exec(value)?.[0]],
  mirror: ['mirror', 'yes, no or a URI', value => yesNo(value) ?? oneWord(value)],
  masters: [
    'masters',
    'names of repositories',
    value => (words(value).every(isOverlayName) ? words(value) : undefined),
  ],
  key: ['key', 'the path of an OpenPGP key', value => value],
  upstream: ['upstream', 'a URI', oneWord],
  unmask: ['unmask', 'yes or no', yesNo],
  sets: ['sets', 'yes or no', yesNo],
};

export const overlayOptions: readonly string[] = Object.keys(options);

/** Never throws. A section with a problem must not be relied on: what was meant by it may be its key. */
export function parseOverlaysConf(text: string): OverlaysConf {
  const sections = new Map<string, Record<string, unknown> & { line: number }>();
  const problems: ConfProblem[] = [];
  let repositories: string | undefined;
  let name: string | undefined;
  let lost = false;
  for (const [index, raw] of splitLines(text.replace(/^\uFEFF/, '')).entries()) {
    const line = index + 1;
    const content = strip(raw);
    const complain = (what: string) =>
      problems.push({ line, what, ...(name === undefined ? {} : { section: name }) });
    if (content === '' || content.startsWith('#') || content.startsWith(';')) continue;
    if (content.startsWith('[')) {
      const header = /^\[([^\]]*)\]$/.exec(content)?.[1];
      lost = header === undefined || !isOverlayName(header);
      name = undefined;
      if (lost) complain(`'${content}' is not the name of an overlay in brackets`);
      else if (header !== undefined) {
        name = header;
        if (sections.has(name)) complain(`[${name}] is there a second time`);
        else sections.set(name, { line });
      }
      continue;
    }
    const [, option = '', value = ''] = /^([^=]*)=(.*)$/s.exec(content)?.map(strip) ?? [];
    if (option === '') complain(`'${content}' is not name = value`);
    else if (name !== undefined) {
      const section = sections.get(name);
      if (section) readOption(section, option, value, complain);
    } else if (option === 'repositories' && !lost && oneWord(value)) repositories ??= value;
    else if (!lost)
      complain(`'${option}' stands before any [overlay], where only 'repositories = URL' may stand`);
  }
  return {
    ...(repositories === undefined ? {} : { repositories }),
    sections: sections as ReadonlyMap<string, unknown> as ReadonlyMap<string, OverlaySection>,
    problems,
  };
}

function readOption(
  section: Record<string, unknown>,
  option: string,
  value: string,
  complain: (what: string) => void,
): void {
  const known = Object.hasOwn(options, option) ? options[option] : undefined;
  if (known === undefined) {
    complain(`'${option}' is no option of an overlay`);
    return;
  }
  const [field, takes, read] = known;
  const found = value === '' ? undefined : read(value);
  if (Object.hasOwn(section, field)) complain(`'${option}' is there a second time`);
  else if (found === undefined) complain(`${option} takes ${takes}, not '${value}'`);
  else section[field] = found;
}
