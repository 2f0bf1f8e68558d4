/** An SVG of a graph, read back: boxes, words, and the points that its lines run through. */
import { XMLParser, XMLValidator } from 'fast-xml-parser';

type Element = { readonly [name: string]: unknown };
export type Point = readonly [x: number, y: number];

export interface ReadBox {
  readonly title: string;
  readonly classes: readonly string[];
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly texts: readonly { readonly x: number; readonly y: number; readonly text: string }[];
}

export interface ReadLine {
  readonly title: string;
  readonly classes: readonly string[];
  /** Close enough to miss nothing that is as large as a letter. */
  readonly points: readonly Point[];
}

export interface ReadSvg {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly desc: string;
  readonly style: string;
  /** Where the middle of the picture begins. */
  readonly origin: Point;
  readonly boxes: readonly ReadBox[];
  readonly lines: readonly ReadLine[];
  readonly rest: readonly { readonly x: number; readonly y: number; readonly text: string }[];
  /** Of the legend. */
  readonly keys: readonly { readonly x: number; readonly y: number; readonly text: string }[];
  /** Element and attribute names that occur. */
  readonly names: ReadonlySet<string>;
}

/** Throws where the text is not well-formed. */
export function readSvg(text: string): ReadSvg {
  const valid = XMLValidator.validate(text);
  if (valid !== true) throw new Error(JSON.stringify(valid));
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    parseTagValue: false,
    trimValues: false,
    isArray: name => ['g', 'rect', 'text', 'path'].includes(name),
  });
  const svg = (parser.parse(text) as { svg: Element }).svg;
  const chart = list(svg, 'g').find(group => String(group['@transform']).startsWith('translate('));
  const groups = list(chart ?? {}, 'g');
  return {
    width: Number(svg['@width']),
    height: Number(svg['@height']),
    title: contentOf(svg['title']),
    desc: contentOf(svg['desc']),
    style: contentOf(svg['style']),
    origin: pairIn(String(chart?.['@transform'])),
    boxes: groups.filter(group => classesOf(group)[0] === 'node').map(boxIn),
    lines: groups.filter(group => classesOf(group)[0] !== 'node').map(lineIn),
    rest: list(chart ?? {}, 'text').map(wordIn),
    keys: list(svg, 'text')
      .filter(one => one['@class'] === 'key')
      .map(wordIn),
    names: namesIn(svg, new Set(['svg'])),
  };
}

function list(element: Element, name: string): Element[] {
  return (element[name] as Element[] | undefined) ?? [];
}

function contentOf(value: unknown): string {
  return typeof value === 'string' ? value : String((value as Element | undefined)?.['#text'] ?? '');
}

function classesOf(element: Element): string[] {
  return String(element['@class'] ?? '').split(' ');
}

function pairIn(text: string): Point {
  const [x, y] = [...text.matchAll(/-?[\d.]+/g)].map(([found]) => Number(found));
  return [x ?? Number.NaN, y ?? Number.NaN];
}

function wordIn(element: Element) {
  return { x: Number(element['@x']), y: Number(element['@y']), text: contentOf(element) };
}

function boxIn(group: Element): ReadBox {
  const rect = list(group, 'rect').find(one => one['@class'] === 'box') ?? {};
  const [x, y, width, height] = ['x', 'y', 'width', 'height'].map(name => Number(rect[`@${name}`])) as [
    number,
    number,
    number,
    number,
  ];
  return {
    title: contentOf(group['title']),
    classes: [...classesOf(group), ...(list(group, 'rect').length > 1 ? ['with-halo'] : [])],
    left: x,
    right: x + width,
    top: y,
    bottom: y + height,
    texts: list(group, 'text')
      .filter(one => one['@class'] !== 'letter')
      .map(wordIn),
  };
}

function lineIn(group: Element): ReadLine {
  const path = list(group, 'path').find(one => one['@class'] === 'line') ?? {};
  return {
    title: contentOf(group['title']),
    classes: classesOf(group),
    points: pointsOf(String(path['@d'])),
  };
}

/** M, H and C with absolute numbers; anything else throws. */
function pointsOf(path: string): Point[] {
  if (!/^M-?[\d.]+ -?[\d.]+(H-?[\d.]+|C(-?[\d.]+ ){5}-?[\d.]+)*$/.test(path)) throw new Error(path);
  const points: Point[] = [];
  for (const [, command, numbers] of path.matchAll(/([MHC])([^MHC]+)/g)) {
    const values = (numbers ?? '').split(' ').map(Number);
    const [x, y] = points.at(-1) ?? [0, 0];
    if (command === 'M') points.push([values[0]!, values[1]!]);
    else if (command === 'H') {
      const steps = Math.ceil(Math.abs(values[0]! - x) / 4);
      for (let step = 1; step <= steps; step++) points.push([x + ((values[0]! - x) * step) / steps, y]);
    } else {
      const [x1, y1, x2, y2, x3, y3] = values as [number, number, number, number, number, number];
      const at = (t: number, a: number, b: number, c: number, d: number) =>
        a * (1 - t) ** 3 + 3 * b * t * (1 - t) ** 2 + 3 * c * t * t * (1 - t) + d * t ** 3;
      for (let step = 1; step <= 60; step++)
        points.push([at(step / 60, x, x1, x2, x3), at(step / 60, y, y1, y2, y3)]);
    }
  }
  return points;
}

function namesIn(element: unknown, found: Set<string>): Set<string> {
  if (Array.isArray(element)) for (const one of element) namesIn(one, found);
  else if (typeof element === 'object' && element !== null) {
    for (const [name, value] of Object.entries(element)) {
      if (name !== '#text') found.add(name);
      namesIn(value, found);
    }
  }
  return found;
}
