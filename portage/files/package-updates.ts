/** profiles/updates/: PMS 4.4.4, portage.update. Packages that got another name or another slot. */
import { type Atom, parseAtom } from '../atom.ts';
import { parseCpn } from '../cpv.ts';
import { type Parsed, splitLines, words } from './text.ts';

export type PackageUpdate =
  | { readonly kind: 'move'; readonly from: string; readonly to: string }
  | { readonly kind: 'slotmove'; readonly atom: Atom; readonly from: string; readonly to: string };

const slotName = /^\w[\w+.-]*$/;

/** A line that is none becomes a problem; Portage goes on behind it. */
export function parsePackageUpdates(text: string): Parsed<PackageUpdate[]> {
  const problems: string[] = [];
  const value = splitLines(text).flatMap((line, index) => {
    const update = parseLine(words(line));
    if (update === undefined) problems.push(`line ${index + 1}: neither move nor slotmove`);
    return update ?? [];
  });
  return { value, problems };
}

/** Nothing for an empty line, undefined for a wrong one. */
function parseLine(fields: readonly string[]): PackageUpdate | [] | undefined {
  const [kind, name = '', from = '', to = ''] = fields;
  if (kind === undefined) return [];
  if (kind === 'move' && fields.length === 3) {
    return parseCpn(name) && parseCpn(from) ? { kind, from: name, to: from } : undefined;
  }
  if (kind !== 'slotmove' || fields.length !== 4 || !slotName.test(from) || !slotName.test(to))
    return undefined;
  const atom = parseAtom(name);
  return atom && atom.blocker === '' ? { kind, atom, from, to } : undefined;
}

/** Files are called 1Q-2024 and so on; what is called otherwise comes first, by name. */
export function inQuarterOrder(names: readonly string[]): string[] {
  const key = (name: string) => name.replace(/^([1-4]Q)-(\d{4})$/, '$2-$1');
  return [...names].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

/** The atom after the update, or the very same where it is not touched. */
export function updateAtom(atom: Atom, update: PackageUpdate): Atom {
  if (update.kind === 'move') return atom.cp === update.from ? { ...atom, cp: update.to } : atom;
  const plain = update.atom.operator === undefined && update.atom.version === undefined;
  if (!plain || atom.cp !== update.atom.cp || atom.slot !== update.from) return atom;
  return { ...atom, slot: update.to, subslot: atom.subslot === update.from ? update.to : atom.subslot };
}
