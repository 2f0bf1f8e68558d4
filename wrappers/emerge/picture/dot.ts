/** A graph document in the DOT language of Graphviz: the whole graph, or a package and all that hangs together with it. Pure. */
import { parseCpv } from '../../../portage/cpv.ts';
import { type GraphEdge, indexGraph } from '../../../portage/graph.ts';
import { neighbourhood } from '../../../portage/graph-paths.ts';
import { type DocumentNode, type GraphDocument, listedOf } from '../graph-document.ts';
import { markOf } from './marks.ts';
import { mostWhole } from './scene.ts';
import { factsOf, titleOf } from './titles.ts';

const ground = 'white';
/** Border and filling by mark. */
const colours: Readonly<Record<string, readonly [border: string, filling: string]>> = {
  failed: ['#cf222e', '#ffebe9'],
  building: ['#0969da', '#ddf4ff'],
  merging: ['#0969da', '#ddf4ff'],
  built: ['#0969da', '#f6f8fa'],
  done: ['#1a7f37', '#dafbe1'],
  new: ['#1a7f37', '#f6f8fa'],
  upgrade: ['#0969da', '#f6f8fa'],
  downgrade: ['#cf222e', '#f6f8fa'],
  again: ['#8a5c00', '#f6f8fa'],
  uninstall: ['#cf222e', ground],
};
const plain = ['#8a939d', '#f6f8fa'] as const;

/**
 * An edge leads from a package to what it needs; drawn, what is needed stands left and the arrow points at what
 * needs it. Above `mostWhole` packages without what follows from other edges. With `focus`, an id, only what that
 * package needs and what needs it, at any distance.
 */
export function graphDot(document: GraphDocument, focus?: string): string {
  const nodes = focus === undefined ? document.nodes : connected(document, focus);
  const ids = new Set(nodes.map(({ id }) => id));
  const targets = new Set(document.run.targets);
  const edges = essential(document, nodes).filter(({ from, to }) => ids.has(from) && ids.has(to));
  return [
    'digraph tumpline {',
    `  graph [rankdir=RL, bgcolor=${ground}, nodesep=0.15, ranksep=0.4, labelloc=t, labeljust=l, fontname="sans-serif", label=${quoted(`${titleOf(document)}\n${factsOf(document, nodes, focus === undefined ? undefined : `around ${focus}`)}`)}]`,
    '  node [shape=box, style="rounded,filled", fontname="monospace", fontsize=11, height=0.4, margin="0.12,0.05"]',
    '  edge [dir=back, color="#8a939d", arrowsize=0.6]',
    ...nodes.map(
      node => `  ${quoted(node.id)} [${nodeWords(node, targets.has(node.id), node.id === focus)}]`,
    ),
    ...edges.map(edge => `  ${quoted(edge.from)} -> ${quoted(edge.to)} [${edgeWords(edge)}]`),
    '}',
    '',
  ].join('\n');
}

function connected(document: GraphDocument, focus: string): DocumentNode[] {
  const listed = listedOf(document);
  const index = indexGraph({ nodes: listed, edges: document.edges });
  const near = new Set([focus]);
  for (const side of ['dependencies', 'dependents'] as const)
    for (const id of neighbourhood(index, [focus], side).keys()) near.add(id);
  for (const { from, to } of document.edges) {
    if (from === focus) near.add(to);
    if (to === focus) near.add(from);
  }
  return document.nodes.filter(({ id }) => near.has(id));
}

function essential(document: GraphDocument, nodes: readonly DocumentNode[]): readonly GraphEdge[] {
  const listed = listedOf({ nodes });
  if (listed.length <= mostWhole) return document.edges;
  const index = indexGraph({ nodes: listed, edges: document.edges });
  return document.edges.filter(({ from, to }) => {
    const [late, early] = [index.position.get(from), index.position.get(to)];
    if (late === undefined || early === undefined || early > late) return true;
    return index.reducedDependencies[late]?.includes(early) === true;
  });
}

function nodeWords(node: DocumentNode, target: boolean, focus: boolean): string {
  const mark = markOf(node);
  const cpv = parseCpv(node.cpv);
  const version = cpv?.text.slice(cpv.cp.length + 1) ?? '';
  const root = node.root === '/' ? '' : ` in ${node.root}`;
  const label = `${cpv?.cp ?? node.cpv}\n${`${version}${root}`.trim()}`.trim();
  const [border, filling] = colours[mark.name] ?? plain;
  const idle = node.type === 'installed' || node.state === 'dropped';
  return [
    `label=${quoted(label)}`,
    `tooltip=${quoted(`${node.id}, ${mark.word}${target ? ', asked for' : ''}`)}`,
    `color="${border}"`,
    `fillcolor="${filling}"`,
    ...(idle ? ['style="rounded,dashed"', 'fontcolor="#59636e"'] : []),
    ...(node.state === 'failed' ? ['shape=octagon', 'style=filled'] : []),
    ...(node.type === 'uninstall' ? ['style="dashed,filled"'] : []),
    ...(node.type === 'binary' ? ['shape=component', 'style=filled'] : []),
    ...(target ? ['peripheries=2'] : []),
    ...(focus || node.state === 'failed' || mark.name === 'building' ? ['penwidth=2'] : []),
  ].join(', ');
}

function edgeWords({ kinds, againstOrder }: GraphEdge): string {
  const words = [`tooltip=${quoted(kinds.map(kind => kind.toUpperCase()).join(' '))}`];
  // it would put the ranks upside down
  if (againstOrder) words.push('style=dashed', 'constraint=false', 'color="#8a5c00"');
  return words.join(', ');
}

/** A quoted string; a backslash is doubled, so that none begins an escape, and what can't be shown becomes `%HH`. */
function quoted(text: string): string {
  const safe = text
    .replace(/["\\]/g, '\\$&')
    .replace(/\n/g, '\\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    .replace(/[\x00-\x1f\x7f]/g, found => `%${found.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `"${safe}"`;
}
