import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type GraphDocument, graphDocument } from '../../../../wrappers/emerge/graph-document.ts';
import { graphSvg } from '../../../../wrappers/emerge/picture/svg.ts';
import { quick } from '../../../kit/environment.ts';
import { closure, listedPairs, pretendedDocument, runDocument } from './documents.ts';
import { seeded } from './random.ts';
import { type ReadSvg, readSvg } from './svg-reading.ts';

const rounds = quick ? 20 : 100;
/** Advance of a character in DejaVu Sans Mono, the widest of the fonts for names, in em. */
const advance = 0.602;

/** Whatever overlaps, runs through a label or leaves the picture, in words. */
function faults({ width, height, origin, boxes, lines, rest, keys }: ReadSvg): string[] {
  const found: string[] = [];
  const words = rest.map(({ x, y, text }) => ({
    title: text,
    left: x - text.length * 3.4,
    right: x + text.length * 3.4,
    top: y - 10,
    bottom: y + 3,
  }));
  const areas = [...boxes, ...words];
  areas.forEach((one, at) => {
    for (const other of areas.slice(at + 1)) {
      const apart =
        one.right <= other.left ||
        other.right <= one.left ||
        one.bottom <= other.top ||
        other.bottom <= one.top;
      if (!apart) found.push(`${one.title} overlaps ${other.title}`);
    }
    const inside =
      one.left >= 0 && one.right <= width - 2 * origin[0] && one.top >= 0 && one.bottom <= height - origin[1];
    if (!inside) found.push(`${one.title} is outside`);
    for (const { title, points } of lines)
      if (points.some(([x, y]) => x > one.left && x < one.right && y > one.top && y < one.bottom))
        found.push(`${title} runs through ${one.title}`);
  });
  for (const { title, left, right, top, bottom, texts } of boxes) {
    for (const { x, y, text } of texts) {
      const size = y < (top + bottom) / 2 || texts.length === 1 ? 12.5 : 10.5;
      if (x < left || x + text.length * advance * size > right - 4)
        found.push(`${title}: ${text} has no room`);
    }
  }
  const lowest = Math.max(...areas.map(({ bottom }) => bottom + origin[1]));
  for (const { y, text } of keys)
    if (y - 10 < lowest || y > height) found.push(`the legend's ${text} is out of place`);
  return found;
}

const idOf = (title: string) => title.split(', ')[0] ?? '';

function pairOf(title: string): [string, string] {
  const [from = '', to = ''] = title.replace(/ \(.*| *, though.*/, '').split(' needs ');
  return [from, to];
}

test(`${rounds} random lists: all of a short one, once each, and no line through a label`, () => {
  for (let seed = 0; seed < rounds; seed++) {
    const random = seeded(seed);
    const document = pretendedDocument(random, 1 + random(40), random(30) / 10);
    const svg = readSvg(graphSvg(document));
    expect(faults(svg), `seed ${seed}`).toEqual([]);
    expect(svg.boxes.map(({ title }) => idOf(title)).sort()).toEqual(
      document.nodes.map(({ id }) => id).sort(),
    );
    const { along, against } = listedPairs(document);
    const drawn = svg.lines.map(({ title, classes }) => ({
      pair: pairOf(title),
      dashed: classes.includes('against'),
    }));
    const solid = drawn.filter(({ dashed }) => !dashed).map(({ pair }) => pair);
    const dashed = drawn.filter(one => one.dashed).map(({ pair }) => pair.join(' '));
    expect(dashed.sort(), `seed ${seed}`).toEqual(against.map(pair => pair.join(' ')).sort());
    expect(new Set(solid.map(String)).size).toBe(solid.length);
    const all = closure(along);
    expect(closure(solid), `seed ${seed}`).toEqual(all);
    // none follows from the others
    const [most, least] = [
      solid.length,
      solid.filter((_, at) => closure(solid.toSpliced(at, 1)).size < all.size),
    ];
    expect(least.length).toBe(most);
  }
}, 120_000);

test(`${rounds} random runs with installed neighbours, and parts of long lists`, () => {
  for (let seed = 0; seed < rounds; seed++) {
    const random = seeded(1000 + seed);
    const document =
      seed % 2 === 0 ? runDocument(random, 30) : pretendedDocument(random, 41 + random(160), 2);
    const listed = document.nodes.filter(({ type }) => type !== 'installed');
    const focus = seed % 3 === 0 ? listed[random(listed.length)]?.id : undefined;
    const text = graphSvg(document, focus);
    const svg = readSvg(text);
    expect(faults(svg), `seed ${seed}`).toEqual([]);
    expect(graphSvg(document, focus)).toBe(text);
    const known = new Set(document.edges.map(({ from, to }) => `${from} ${to}`));
    const edges = svg.lines.filter(({ classes }) => classes.includes('edge'));
    const drawn = edges.map(({ title }) => pairOf(title).join(' '));
    expect(drawn.filter(pair => !known.has(pair))).toEqual([]);
    expect(new Set(drawn).size).toBe(drawn.length);
    const ids = svg.boxes.map(({ title }) => idOf(title));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeLessThanOrEqual(40);
    if (focus === undefined) continue;
    const halos = svg.boxes.filter(({ classes }) => classes.includes('with-halo'));
    expect(halos.map(({ title }) => idOf(title))).toEqual([focus]);
    expect(svg.desc).toContain(`around ${focus}`);
    const beside = new Set([
      focus,
      ...document.edges
        .filter(({ from, to }) => from === focus || to === focus)
        .flatMap(({ from, to }) => [from, to]),
    ]);
    const far = ids.filter(id => !beside.has(id)).length;
    // the outer ring
    expect(far).toBeLessThanOrEqual(12);
  }
}, 120_000);

test('what is left out beside the middle is counted', () => {
  const names = Array.from({ length: 60 }, (_, at) => `cat/n${at}-1`);
  const ids = [...names, 'cat/middle-1'];
  const nodes = ids.map(id => ({
    id,
    cpv: id,
    root: '/',
    type: 'ebuild' as const,
    state: 'waiting' as const,
  }));
  const edges = names.map(to => ({
    from: 'cat/middle-1',
    to,
    kinds: ['depend' as const],
    againstOrder: false,
  }));
  const svg = readSvg(graphSvg(graphDocument(noRun(['cat/middle-1']), nodes, edges)));
  const shown = svg.boxes.length - 1;
  expect(shown).toBeGreaterThan(5);
  expect(svg.rest.map(({ text }) => text)).toEqual([`+${60 - shown} more`]);
  expect(svg.lines.filter(({ classes }) => classes.includes('open')).length).toBe(1);
  expect(svg.desc).toContain(`61 packages · ${shown + 1} of them shown`);
});

function noRun(targets: readonly string[]): GraphDocument['run'] {
  return { pid: null, started: null, ended: null, exit: null, targets };
}

test('a line into what failed or runs is heavy, the legend counts, the title tells what and when', () => {
  const node = (name: string, state: 'done' | 'failed' | 'building' | 'waiting') => {
    const id = `cat/${name}-1`;
    return { id, cpv: id, root: '/', type: 'ebuild' as const, state, phase: 'compile', elapsed: 61 };
  };
  const edge = (from: string, to: string) => ({
    from: `cat/${from}-1`,
    to: `cat/${to}-1`,
    kinds: ['bdepend' as const, 'rdepend' as const],
    againstOrder: false,
  });
  const run = { pid: 7, started: 1795254585, ended: 1795255612, exit: 1, targets: ['cat/d-1'] };
  const nodes = [node('a', 'done'), node('b', 'failed'), node('c', 'building'), node('d', 'waiting')];
  const svg = readSvg(
    graphSvg(graphDocument(run, nodes, [edge('b', 'a'), edge('c', 'a'), edge('d', 'b'), edge('d', 'c')])),
  );
  const classes = new Map(svg.lines.map(line => [line.title, line.classes.join(' ')]));
  expect(classes.get('cat/b-1 needs cat/a-1 (BDEPEND RDEPEND)')).toBe('edge heavy broken');
  expect(classes.get('cat/c-1 needs cat/a-1 (BDEPEND RDEPEND)')).toBe('edge heavy');
  expect(classes.get('cat/d-1 needs cat/b-1 (BDEPEND RDEPEND)')).toBe('edge');
  expect(svg.keys.map(({ text }) => text)).toEqual([
    '1 failed',
    '1 building',
    '1 done',
    '1 waiting',
    'needed by',
  ]);
  expect(svg.title).toBe('cat/d');
  expect(svg.desc).toContain('4 packages · 2026-11-21 09:49 UTC · 17m07');
  const failed = svg.boxes.find(({ title }) => title.startsWith('cat/b-1'));
  expect(failed?.texts.map(({ text }) => text)).toEqual(['b', '1 compile 1m01']);
});

test('a pretended run tells how long it may take', () => {
  const predicted = { seconds: 725, jobs: 4, unknown: 0 };
  const node = { id: 'cat/a-1', cpv: 'cat/a-1', root: '/', type: 'ebuild', state: 'waiting' } as const;
  const document = graphDocument({ ...noRun([]), predicted }, [{ ...node, predicted: 61 }], []);
  const svg = readSvg(graphSvg(document));
  expect(svg.desc).toContain('1 package · about 12m05 at -j4');
  expect(svg.boxes.map(({ title }) => title)).toEqual(['cat/a-1, waiting, about 1m01']);
});

test('a kept run tells in which phase a package failed, and the first line that says why', () => {
  const node = { id: 'cat/a-1', cpv: 'cat/a-1', root: '/', type: 'ebuild', state: 'failed' } as const;
  const failure = {
    id: 'cat/a-1',
    phase: 'compile',
    lines: ['c.c: In function f:', 'c.c:12:5: error: <x>', 'make: *** Error 1'],
  };
  const svg = readSvg(graphSvg(graphDocument(noRun(['cat/a-1']), [node], [], [failure])));
  expect(svg.boxes[0]?.texts.map(({ text }) => text)).toEqual(['a', '1 compile']);
  expect(svg.boxes[0]?.title).toBe('cat/a-1, failed, c.c:12:5: error: <x>, asked for');
});

test('the title names the sets that were asked for, not what is in them', () => {
  const document = pretendedDocument(seeded(5), 30, 1);
  const asked = (words: string[]) => ({ ...document, run: { ...document.run, asked: words } });
  expect(readSvg(graphSvg(asked(['@world', 'app-misc/a']))).title).toBe('@world, app-misc/a');
  expect(readSvg(graphSvg(asked(['a']))).title).toBe(readSvg(graphSvg(document)).title);
});

test('no list at all', () => {
  const svg = readSvg(graphSvg(graphDocument(noRun([]), [], [])));
  expect(svg.title).toBe('nothing to merge');
});

const allowed = new Set(
  [
    'svg title desc style rect text g path @xmlns @class @width @height @viewBox @role @aria-labelledby @id @x @y',
    '@rx @transform @d @text-anchor',
  ]
    .join(' ')
    .split(' '),
);

test('nothing that a document holds becomes markup', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.constantFrom(
      '</title><script>1</script>',
      '"><image href="x"/>',
      "' onload='x",
      ']]>',
      '&lt;&#0;',
      '-->',
      '\u202e',
    ),
  );
  const one = fc.record({
    id: nasty,
    cpv: nasty,
    root: nasty,
    repo: nasty,
    slot: nasty,
    use: fc.array(nasty, { maxLength: 2 }),
    reason: nasty,
    phase: nasty,
    type: fc.constantFrom('ebuild', 'binary', 'uninstall', 'installed'),
    state: fc.constantFrom('waiting', 'building', 'built', 'merging', 'done', 'failed', 'dropped'),
  });
  const property = fc.property(fc.uniqueArray(one, { selector: node => node.id, maxLength: 6 }), nodes => {
    const pairs = nodes.flatMap((from, at) => nodes.slice(0, at).map(to => ({ from: from.id, to: to.id })));
    const edges = pairs.map(pair => ({ ...pair, kinds: ['depend' as const], againstOrder: false }));
    const document = graphDocument(noRun(nodes.map(({ id }) => id)), nodes, edges);
    const listed = nodes.filter(({ type }) => type !== 'installed');
    for (const focus of [undefined, listed[0]?.id]) {
      const text = graphSvg(document, focus);
      const svg = readSvg(text);
      expect([...svg.names].filter(name => !allowed.has(name))).toEqual([]);
      expect(text.slice(text.indexOf('</style>'))).toMatch(/^[\n\x20-\x7e…·]*$/);
      expect(svg.style).not.toMatch(/url|@import|expression/);
    }
  });
  fc.assert(property, { numRuns: quick ? 50 : 300 });
});
