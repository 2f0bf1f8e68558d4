/** A graph document as one SVG image for a report or a talk: no scripts, nothing from elsewhere. Pure. */
import { parseCpv } from '../../../portage/cpv.ts';
import type { GraphEdge } from '../../../portage/graph.ts';
import { type DocumentNode, type Failure, type GraphDocument, listedOf } from '../graph-document.ts';
import { arrowLength, type Box, boxHeight, type Chart, chartOf } from './chart.ts';
import { markOf, marks } from './marks.ts';
import { elapsedText, namesOf, printable, shorten } from './names.ts';
import { type Scene, type SceneEdge, type SceneNode, sceneOf } from './scene.ts';
import { signPath, styleSheet } from './svg-style.ts';
import { factsOf, titleOf } from './titles.ts';

const margin = 24;
const chartTop = 76;
const leastWidth = 420;
const legendRow = 22;
/** Cells of the widest of the fonts that the names are set in, and of the other text. */
const cell = { name: 7.55, detail: 6.4, text: 6.9, title: 10.2 };
const longest = 48;
const signRoom = 30;
const roomBehind = 12;

/** `focus` is an id of the document. */
export function graphSvg(document: GraphDocument, focus?: string): string {
  const scene = sceneOf(document, focus);
  const failures = new Map(document.failures?.map(failure => [failure.id, failure]));
  const labels = labelsOf(scene, failures);
  const chart = chartOf(
    scene,
    id => signRoom + wide(labels.get(id)) + roomBehind,
    rest => Math.ceil(`+${rest.count} more`.length * cell.text + 16),
    leastWidth,
  );
  const inner = Math.max(leastWidth, chart.width);
  const width = inner + 2 * margin;
  const legend = legendOf(document, scene, inner, chartTop + chart.height + 20);
  const height = Math.ceil(legend.bottom + 14);
  const title = titleOf(document, Math.floor(inner / cell.title));
  const facts = factsOf(
    document,
    scene.nodes.map(({ node }) => node),
    scene.about,
  );
  const most = (text: string, each: number) => escaped(shorten(text, Math.floor(inner / each), true));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="tumpline" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="tumpline-title tumpline-desc">`,
    `<title id="tumpline-title">${escaped(title)}</title>`,
    `<desc id="tumpline-desc">${escaped(`${facts}. ${legend.words}. An arrow leads from a package to one that needs it.`)}</desc>`,
    `<style>\n${styleSheet()}\n</style>`,
    `<rect class="ground" x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="10"/>`,
    `<text class="title" x="${margin}" y="36">${most(title, cell.title)}</text>`,
    `<text class="facts" x="${margin}" y="57">${most(facts, cell.text)}</text>`,
    `<g transform="translate(${margin} ${chartTop})">`,
    ...linesOf(document, chart),
    ...scene.nodes.map(node =>
      boxOf(node, chart.boxes.get(node.node.id)!, labels.get(node.node.id)!, failures.get(node.node.id)),
    ),
    ...chart.rest.map(
      ({ x, y, width: own, rest }) =>
        `<text class="rest" x="${x + own / 2}" y="${y + 4}" text-anchor="middle">+${rest.count} more</text>`,
    ),
    '</g>',
    ...legend.lines,
    '</svg>',
    '',
  ].join('\n');
}

type Failures = ReadonlyMap<string, Failure>;

interface Label {
  readonly name: string;
  /** Below the name: version, root, and how far it came. */
  readonly detail: string;
}

function wide(label: Label | undefined): number {
  return Math.ceil(
    Math.max((label?.name ?? '').length * cell.name, (label?.detail ?? '').length * cell.detail),
  );
}

function labelsOf(scene: Scene, failures: Failures): Map<string, Label> {
  const nodes = scene.nodes.map(({ node }) => node);
  const names = namesOf(
    nodes.map(node => ({ ...node, root: '/' })),
    false,
  );
  return new Map(
    nodes.map(node => {
      const cpv = parseCpv(node.cpv);
      const version = cpv?.text.slice(cpv.cp.length) ?? '';
      // a version beside another of the same package is part of its name there
      const full = names.get(node.id) ?? '';
      const name = version !== '' && full.endsWith(version) ? full.slice(0, -version.length) : full;
      const root = node.root === '/' ? '' : ` in ${printable(node.root)}`;
      const detail = `${version.slice(1)}${root}${progressOf(node, failures.get(node.id))}`;
      return [node.id, { name: shorten(name, longest, true), detail: shorten(detail.trim(), longest, true) }];
    }),
  );
}

/** What it was doing when it failed, or does now. */
function progressOf({ state, phase, elapsed }: DocumentNode, failure: Failure | undefined): string {
  if (state !== 'failed' && state !== 'building' && state !== 'merging') return '';
  const words = [phase ?? failure?.phase, elapsed === undefined ? undefined : elapsedText(elapsed)];
  return words.map(word => (word === undefined ? '' : ` ${printable(word)}`)).join('');
}

function boxOf(
  { node, target, focus }: SceneNode,
  { x, y, width }: Box,
  label: Label,
  failure: Failure | undefined,
): string {
  const mark = markOf(node);
  const top = y - boxHeight / 2;
  const classes = ['node', mark.name, ...(target ? ['target'] : [])].join(' ');
  const halo = `<rect class="halo" x="${x - 4}" y="${top - 4}" width="${width + 8}" height="${boxHeight + 8}" rx="12"/>`;
  const line = (name: string, level: number, text: string) =>
    `<text class="${name}" x="${x + signRoom}" y="${level}">${escaped(text)}</text>`;
  return [
    `<g class="${classes}"><title>${escaped(detailsOf(node, target, failure))}</title>`,
    focus ? halo : '',
    `<rect class="box" x="${x}" y="${top}" width="${width}" height="${boxHeight}" rx="8"/>`,
    signOf(mark, x + 16, y),
    line('name', label.detail === '' ? y + 4.5 : y - 2.5, label.name),
    label.detail === '' ? '' : line('detail', y + 12.5, label.detail),
    '</g>',
  ].join('');
}

function signOf(mark: { readonly name: string; readonly letter?: string }, x: number, y: number): string {
  return mark.letter === undefined
    ? `<path class="sign" transform="translate(${x} ${y})" d="${signPath(mark.name) ?? ''}"/>`
    : `<text class="letter" x="${x}" y="${y + 4.5}">${escaped(mark.letter)}</text>`;
}

function detailsOf(node: DocumentNode, target: boolean, failure: Failure | undefined): string {
  const slot = node.slot ? `:${node.slot}` : '';
  const repo = node.repo ? `::${node.repo}` : '';
  const words = [
    `${node.id}${slot}${repo}`,
    node.type === 'binary' ? 'binary package' : '',
    markOf(node).word,
    failure?.lines.find(line => /\berror\b/i.test(line)) ?? failure?.lines[0] ?? '',
    target ? 'asked for' : '',
    typeof node.predicted === 'number' ? `about ${elapsedText(node.predicted)}` : '',
    node.use?.length ? `USE: ${node.use.join(' ')}` : '',
  ];
  return words.filter(Boolean).join(', ');
}

/** The lines that matter most lie on top. */
function linesOf(document: GraphDocument, chart: Chart): string[] {
  const weight = ({ against, into }: SceneEdge) => (into ? 2 : against ? 1 : 0);
  const byPair = new Map(document.edges.map(edge => [`${edge.from} ${edge.to}`, edge]));
  const drawn = chart.lines.toSorted((a, b) => weight(a.edge) - weight(b.edge));
  const open = chart.restLines.map(
    points => `<g class="open"><path class="line" d="${pathOf(points, 0, 0)}"/></g>`,
  );
  return [...open, ...drawn.map(({ edge, points }) => lineOf(edge, points, byPair))];
}

type Points = Chart['restLines'][number];

function lineOf(edge: SceneEdge, points: Points, byPair: ReadonlyMap<string, GraphEdge>): string {
  const [from, to] = edge.against ? [edge.left, edge.right] : [edge.right, edge.left];
  const kinds = byPair.get(`${from} ${to}`)?.kinds.map(kind => kind.toUpperCase()) ?? [];
  const classes = ['edge', edge.against ? 'against' : '', edge.into ? 'heavy' : ''];
  if (edge.into === 'failed') classes.push('broken');
  const later = edge.against ? ', though it is merged later' : '';
  const words = `${from} needs ${to}${kinds.length > 0 ? ` (${kinds.join(' ')})` : ''}${later}`;
  const [x, y] = (edge.against ? points[0] : points.at(-1)) ?? [0, 0];
  const big = edge.into ? 1.25 : 1;
  const [length, half] = [(edge.against ? -1 : 1) * arrowLength * big, 3.8 * big];
  const head = `M${round(x)} ${y}l${round(-length)} ${round(-half)}v${round(2 * half)}z`;
  const line = pathOf(points, edge.against ? arrowLength - 1 : 0, edge.against ? 0 : arrowLength * big - 1);
  return `<g class="${classes.filter(Boolean).join(' ')}"><title>${escaped(words)}</title><path class="line" d="${line}"/><path class="head" d="${head}"/></g>`;
}

/** Level at every point; the ends are cut for arrows. */
function pathOf(points: Points, cutStart: number, cutEnd: number): string {
  let path = '';
  let last: readonly [number, number] | undefined;
  points.forEach(([px, y], at) => {
    const x = round(px + (at === 0 ? cutStart : 0) - (at === points.length - 1 ? cutEnd : 0));
    if (last === undefined) path = `M${x} ${y}`;
    else if (last[1] === y) path += `H${x}`;
    else {
      const middle = round((last[0] + x) / 2);
      path += `C${middle} ${last[1]} ${middle} ${y} ${x} ${y}`;
    }
    last = [x, y];
  });
  return path.replace(/H[\d.-]+(?=H)/g, '');
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Only what occurs, with how many of the list; rows as wide as the picture. */
function legendOf(document: GraphDocument, scene: Scene, width: number, top: number) {
  const listed = listedOf(document);
  const shown = scene.nodes.map(({ node }) => node);
  const entries: { draw: (x: number, y: number) => string; text: string }[] = [];
  const words: string[] = [];
  for (const mark of marks) {
    const own = (node: DocumentNode) => markOf(node) === mark;
    const count = listed.filter(own).length;
    if (count === 0 && !shown.some(own)) continue;
    const text = count > 0 ? `${count} ${mark.word}` : mark.word;
    if (count > 0) words.push(text);
    entries.push({
      draw: (x, y) => `<g class="${mark.name}">${signOf(mark, x + 8, y)}</g>`,
      text,
    });
  }
  if (scene.edges.length > 0) entries.push(sample('edge', 'needed by'));
  if (scene.edges.some(({ against }) => against))
    entries.push(sample('edge against', 'needed, but merged later'));
  let [x, y] = [margin, top + 8];
  const lines = entries.map(({ draw, text }) => {
    const own = 24 + (draw.length > 2 ? 16 : 0) + text.length * cell.text + 18;
    if (x > margin && x + own - 18 > margin + width) [x, y] = [margin, y + legendRow];
    const line = `${draw(x, y)}<text class="key" x="${x + 22}" y="${y + 4}">${escaped(text)}</text>`;
    x = Math.ceil(x + own);
    return line;
  });
  return { lines, words: words.join(', '), bottom: y + 8 };
}

function sample(classes: string, text: string) {
  const head = classes.includes('against') ? 'M-6 0l7 -3.8v7.6z' : 'M18 0l-7 -3.8v7.6z';
  const line = classes.includes('against') ? 'M0 0H18' : 'M-6 0H12';
  return {
    draw: (x: number, y: number) =>
      `<g class="${classes}" transform="translate(${x} ${y})"><path class="line" d="${line}"/><path class="head" d="${head}"/></g>`,
    text,
  };
}

function escaped(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return [...text]
    .map(character => (character === '…' || character === '·' ? character : printable(character)))
    .join('')
    .replace(/[&<>"']/g, found => entities[found] ?? '');
}
