/** What Graphviz itself reads out of the DOT of a graph. */
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type GraphDocument, graphDocument } from '../../../../wrappers/emerge/graph-document.ts';
import { graphDot } from '../../../../wrappers/emerge/picture/dot.ts';
import { noteReduced, quick } from '../../../kit/environment.ts';
import { closure, listedPairs, pretendedDocument, runDocument } from './documents.ts';
import { seeded } from './random.ts';

const present = spawnSync('dot', ['-V']).status === 0;
if (!present) noteReduced('the DOT of a graph is read by nobody: no graphviz');

interface Plain {
  readonly nodes: readonly string[];
  readonly edges: readonly (readonly [from: string, to: string])[];
  readonly styles: ReadonlyMap<string, string>;
}

/** `dot -Tplain`: words, quoted ones as in DOT itself. */
function readPlain(dot: string): Plain {
  const { stdout, stderr, status } = spawnSync('dot', ['-Tplain'], {
    input: dot,
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (status !== 0 || stderr !== '') throw new Error(`dot: ${status} ${stderr}\n${dot}`);
  const lines = [...stdout.matchAll(/(?:"(?:\\[\s\S]|[^"\\])*"|[^"\n])+/g)].map(([line]) =>
    [...line.matchAll(/"((?:\\[\s\S]|[^"\\])*)"|(\S+)/g)].map(
      ([, text, word]) => word ?? text?.replaceAll('\\"', '"') ?? '',
    ),
  );
  expect(lines[0]?.[0]).toBe('graph');
  expect(lines.at(-1)).toEqual(['stop']);
  const edges = lines.filter(([kind]) => kind === 'edge');
  const pairOf = (line: readonly string[]) => [line[1] ?? '', line[2] ?? ''] as const;
  return {
    nodes: lines.filter(([kind]) => kind === 'node').map(([, id]) => id ?? ''),
    edges: edges.map(pairOf),
    styles: new Map(edges.map(line => [pairOf(line).join(' '), line.at(-2) ?? ''])),
  };
}

function idsOf(document: GraphDocument): string[] {
  return document.nodes.map(({ id }) => id).sort();
}

const words = (pairs: Plain['edges']) => pairs.map(pair => pair.join(' ')).sort();
const rounds = quick ? 5 : 25;

test.skipIf(!present)(
  `dot reads the nodes and edges of ${rounds} short lists and runs`,
  () => {
    for (let seed = 0; seed < rounds; seed++) {
      const random = seeded(seed);
      const document =
        seed % 2 === 0 ? pretendedDocument(random, 1 + random(40), 2) : runDocument(random, 38);
      const { nodes, edges, styles } = readPlain(graphDot(document));
      expect([...nodes].sort()).toEqual(idsOf(document));
      expect(words(edges)).toEqual(words(document.edges.map(({ from, to }) => [from, to])));
      for (const { from, to, againstOrder } of document.edges)
        expect(styles.get(`${from} ${to}`)).toBe(againstOrder ? 'dashed' : 'solid');
    }
  },
  120_000,
);

test.skipIf(!present)(
  'of a long list it reads all nodes, and edges from which all others follow',
  () => {
    for (let seed = 0; seed < 3; seed++) {
      const document = pretendedDocument(seeded(seed), 190, 2.5);
      const { nodes, edges, styles } = readPlain(graphDot(document));
      expect([...nodes].sort()).toEqual(idsOf(document));
      expect(edges.length).toBeLessThan(document.edges.length);
      const { along, against } = listedPairs(document);
      const solid = edges.filter(pair => styles.get(pair.join(' ')) === 'solid');
      const dashed = edges.filter(pair => styles.get(pair.join(' ')) === 'dashed');
      expect(words(dashed)).toEqual(words(against));
      expect(closure(solid)).toEqual(closure(along));
    }
  },
  120_000,
);

test.skipIf(!present)(
  'around a package: what it needs and what needs it',
  () => {
    for (let seed = 0; seed < 5; seed++) {
      const random = seeded(seed);
      const document = pretendedDocument(random, 60, 1.2);
      const focus = document.nodes[random(60)]?.id ?? '';
      const pairs = closure(listedPairs(document).along);
      const bound = idsOf(document).filter(
        id => id === focus || pairs.has(`${id} ${focus}`) || pairs.has(`${focus} ${id}`),
      );
      expect([...readPlain(graphDot(document, focus)).nodes].sort()).toEqual(bound);
    }
  },
  60_000,
);

test.skipIf(!present)(
  'any name stays one name',
  () => {
    const nasty = fc.oneof(
      fc.constantFrom(
        'a"b',
        'a\\',
        '\\"',
        '"]; x -> y; "',
        '\\N',
        '\\n',
        '<b>x</b>',
        '//',
        '/*',
        '#',
        'graph',
        'ü',
      ),
      fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 12 }),
    );
    const property = fc.property(fc.uniqueArray(nasty, { minLength: 1, maxLength: 5 }), roots => {
      const nodes = roots.map(root => ({
        id: `/${root}:cat/a-1`,
        cpv: 'cat/a-1',
        root: `/${root}`,
        type: 'ebuild' as const,
        state: 'waiting' as const,
      }));
      const pairs = nodes.slice(1).map(({ id }, at) => ({ from: id, to: nodes[at]!.id }));
      const edges = pairs.map(pair => ({ ...pair, kinds: ['depend' as const], againstOrder: false }));
      const run = { pid: null, started: null, ended: null, exit: null, targets: [] };
      const read = readPlain(graphDot(graphDocument(run, nodes, edges)));
      // in DOT a doubled backslash of a name stays doubled
      const written = (id: string) => id.replaceAll('\\', '\\\\');
      expect([...read.nodes].sort()).toEqual(nodes.map(({ id }) => written(id)).sort());
      expect(words(read.edges)).toEqual(words(pairs.map(({ from, to }) => [written(from), written(to)])));
    });
    fc.assert(property, { numRuns: quick ? 20 : 60 });
  },
  120_000,
);
