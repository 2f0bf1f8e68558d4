/** repositories.xml, the public list of overlays, by api.gentoo.org/dtd/repositories.dtd. */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { isOverlayName } from './overlays-conf.ts';

export interface OverlaySource {
  /** As written: git, rsync, mercurial, svn, … */
  readonly type: string;
  readonly uri: string;
}

export interface ListedOverlay {
  readonly name: string;
  /** The English one, else the first, on one line. */
  readonly description?: string;
  readonly homepage?: string;
  /** core, stable, testing, experimental, graveyard */
  readonly quality?: string;
  /** official, unofficial */
  readonly status?: string;
  /** At least one. */
  readonly sources: readonly OverlaySource[];
}

interface Element {
  readonly '#text'?: string;
  readonly [name: string]: unknown;
}

const several = new Set([
  'repo',
  'name',
  'description',
  'longdescription',
  'homepage',
  'owner',
  'source',
  'feed',
]);

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Undefined where the text is no whole list, a page of a proxy for example, or a list cut short. */
export function parseRepositoriesXml(text: string): ListedOverlay[] | undefined {
  if (!/^\s*(<\?xml|<!DOCTYPE|<repositories)/.test(text.replace(/^\uFEFF/, ''))) return undefined;
  let root: unknown;
  try {
    if (XMLValidator.validate(text) !== true) return undefined;
    // no entity is expanded by the parser: those that count are few, and are replaced below
    const parser = new XMLParser({
      ignoreAttributes: false,
      attributeNamePrefix: '@',
      processEntities: false,
      parseTagValue: false,
      alwaysCreateTextNode: true,
      isArray: name => several.has(name),
    });
    root = (parser.parse(text) as { repositories?: unknown }).repositories;
  } catch {
    return undefined;
  }
  if (typeof root !== 'object' || root === null) return undefined;
  const found = new Map<string, ListedOverlay>();
  for (const element of elements(root as Element, 'repo')) {
    const overlay = listedOverlay(element);
    // names differ by more than case, so that one cannot be taken for another
    if (overlay && !found.has(overlay.name.toLowerCase())) found.set(overlay.name.toLowerCase(), overlay);
  }
  return [...found.values()];
}

function listedOverlay(element: Element): ListedOverlay | undefined {
  const name = textOf(elements(element, 'name')[0]);
  const sources = elements(element, 'source').flatMap(source => {
    const [type, uri] = [attribute(source, 'type'), textOf(source)];
    return type === undefined || uri === undefined || /\s/.test(uri) ? [] : [{ type, uri }];
  });
  if (name === undefined || !isOverlayName(name) || sources.length === 0) return undefined;
  const said = elements(element, 'description');
  const english = said.find(one => (attribute(one, 'lang') ?? 'en').startsWith('en'));
  return {
    name,
    ...given('description', textOf(english ?? said[0])),
    ...given('homepage', textOf(elements(element, 'homepage')[0])),
    ...given('quality', attribute(element, 'quality')),
    ...given('status', attribute(element, 'status')),
    sources,
  };
}

function given<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: string };
}

function elements(parent: Element, name: string): Element[] {
  const found = Object.hasOwn(parent, name) ? parent[name] : undefined;
  const list: unknown[] = Array.isArray(found) ? found : [];
  return list.filter((one): one is Element => typeof one === 'object' && one !== null);
}

function attribute(element: Element, name: string): string | undefined {
  const found = element[`@${name}`];
  return typeof found === 'string' && found !== '' ? plain(found) : undefined;
}

function textOf(element: Element | undefined): string | undefined {
  const text = element?.['#text'];
  return typeof text === 'string' && text.trim() !== '' ? plain(text) : undefined;
}

/** References to characters replaced, on one line. */
function plain(text: string): string {
  const replaced = text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi,
    (all, decimal, hex, name) => {
      if (name !== undefined) return (Object.hasOwn(entities, name) && entities[name]) || all;
      const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : all;
    },
  );
  return replaced.trim().replace(/\s+/g, ' ');
}
