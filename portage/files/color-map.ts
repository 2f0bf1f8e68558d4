/** etc/portage/color.map: color.map(5); portage.output._parse_color_map. */
import { type Parsed, strip, words } from './text.ts';

export interface ColorMap {
  /** Escape sequence by colour or attribute: `red`, `bg_teal`, `bold`, `0xFF5555`. */
  readonly codes: ReadonlyMap<string, string>;
  /** By class, as `PKG_MERGE`: names out of `codes`, or sequences. */
  readonly styles: ReadonlyMap<string, readonly string[]>;
}

const start = '\x1b[';
const colors =
  'black darkgray darkred red darkgreen green brown yellow darkblue blue purple fuchsia teal turquoise lightgray white';
const hexadecimals =
  '000000 555555 AA0000 FF5555 00AA00 55FF55 AA5500 FFFF55 0000AA 5555FF AA00AA FF55FF 00AAAA 55FFFF AAAAAA FFFFFF';
const attributes =
  'normal=0 reset=39;49;00 bold=01 faint=02 standout=03 underline=04 blink=05 overline=06 reverse=07 invisible=08 ' +
  'no-attr=22 no-standout=23 no-underline=24 no-blink=25 no-overline=26 no-reverse=27 bg_black=40 bg_darkred=41 ' +
  'bg_darkgreen=42 bg_brown=43 bg_darkblue=44 bg_purple=45 bg_teal=46 bg_lightgray=47 bg_default=49 bg_darkyellow=43 ' +
  'darkteal=36;01 0xAAAA00=33 darkyellow=33';
const classes =
  'BAD=red BRACKET=blue ERR=red GOOD=green HILITE=teal INFO=darkgreen LOG=green NORMAL=normal QAWARN=brown ' +
  'WARN=yellow INFORM=darkgreen UNMERGE_WARN=red SECURITY_WARN=red MERGE_LIST_PROGRESS=yellow PKG_BLOCKER=red ' +
  'PKG_BLOCKER_SATISFIED=teal PKG_MERGE=darkgreen PKG_MERGE_SYSTEM=darkgreen PKG_MERGE_WORLD=green ' +
  'PKG_BINARY_MERGE=purple PKG_BINARY_MERGE_SYSTEM=purple PKG_BINARY_MERGE_WORLD=fuchsia PKG_UNINSTALL=red ' +
  'PKG_NOMERGE=teal PKG_NOMERGE_SYSTEM=teal PKG_NOMERGE_WORLD=blue PROMPT_CHOICE_DEFAULT=green PROMPT_CHOICE_OTHER=red';

/** Portage's own, where nothing is configured. */
function ownColors(): { codes: Map<string, string>; styles: Map<string, readonly string[]> } {
  const codes = new Map<string, string>();
  const names = colors.split(' ');
  hexadecimals.split(' ').forEach((hexadecimal, at) => {
    const code = `${start}${30 + (at >> 1)}${at % 2 === 1 ? ';01' : ''}m`;
    codes.set(`0x${hexadecimal}`, code).set(names[at] ?? '', code);
  });
  const pairs = (text: string) => text.split(' ').map(pair => pair.split('=') as [string, string]);
  for (const [name, parameters] of pairs(attributes)) codes.set(name, `${start}${parameters}m`);
  return { codes, styles: new Map(pairs(classes).map(([name, color]) => [name, [color]])) };
}

/** Lines with their ends; Portage takes the last character of a line without a comment for the end. */
function statements(text: string): string[] {
  const lines = text.replace(/\r\n?/g, '\n').match(/[^\n]*\n|[^\n]+$/g) ?? [];
  return lines.map(line => {
    const comment = line.indexOf('#');
    return strip(comment >= 0 ? line.slice(0, comment) : [...line].slice(0, -1).join(''));
  });
}

function unquoted(token: string): string {
  const quoted = /^["']/.test(token) && token[0] === token.at(-1);
  return quoted ? token.slice(1, -1) : token;
}

/**
 * What the file makes of Portage's own colours. A line without exactly one `=`, or without a name or a value, ends
 * the reading, as in Portage (an empty side of it makes emerge crash); unknown names are passed over.
 */
export function parseColorMap(text: string): Parsed<ColorMap> {
  const { codes, styles } = ownColors();
  const problems: string[] = [];
  for (const [at, line] of statements(text).entries()) {
    if (line === '') continue;
    const sides = line.split('=').map(strip);
    const [left = '', right = ''] = sides;
    if (sides.length !== 2 || left === '' || right === '') {
      problems.push(`line ${at + 1}: not one name and one value`);
      break;
    }
    const [name, value] = [unquoted(left), unquoted(right)];
    if (!styles.has(name) && !codes.has(name)) {
      problems.push(`line ${at + 1}: no such class or colour: ${name}`);
      continue;
    }
    const isCode = /^[0-9;]*m$/.test(value);
    const listed = isCode ? [] : words(value);
    for (const word of listed.filter(one => !codes.has(one)))
      problems.push(`line ${at + 1}: no such colour: ${word}`);
    const known = isCode ? [`${start}${value}`] : listed.filter(one => codes.has(one));
    if (styles.has(name)) styles.set(name, known);
    else codes.set(name, known.map(one => codes.get(one) ?? one).join(''));
  }
  return { value: { codes, styles }, problems };
}

/** SGR parameters (`32;01`) of a class or a colour; empty for the terminal's own colour, and for what is neither. */
export function colorParameters(map: ColorMap, name: string): string {
  const parts = map.codes.has(name) ? [name] : (map.styles.get(name) ?? []);
  const sequences = parts.map(part => map.codes.get(part) ?? part).join('');
  const parameters = [...sequences.matchAll(/\[([0-9;]*)m/g)].map(found => found[1] || '0').join(';');
  return /^[0;]*$/.test(parameters) ? '' : parameters;
}
