import { expect, test } from 'vitest';
import { drawFrame } from '../../../../wrappers/emerge/picture/picture.ts';
import { quick } from '../../../kit/environment.ts';
import { randomInput, seeded } from './random.ts';
import { labelsOf, readConnections } from './reading.ts';
import { plain, smallInput } from './sample.ts';
import { expectTrueView } from './view-truth.ts';

const runs = quick ? 600 : 3000;
const drawn = Array.from({ length: runs }, (_, at) => {
  const input = randomInput(seeded(at + 1));
  return { seed: at + 1, input, frame: drawFrame(input) };
});
const asciiOf: Readonly<Record<string, string>> = {
  '─': '-',
  '━': '-',
  '╌': '.',
  '│': '|',
  '┃': '|',
  '╎': ':',
  '▸': '>',
  '…': '~',
  '✔': '*',
  '●': '#',
  '○': 'o',
  '◎': '@',
  '✘': 'x',
  '⊘': '/',
  '·': ',',
};

test('what the strokes say is what the view holds, no more and no less', () => {
  let pictures = 0;
  let edges = 0;
  for (const { seed, frame } of drawn) {
    if (frame.layout === undefined) continue;
    pictures++;
    const wanted = frame.layout.view.edges.map(edge => `${edge.left} -> ${edge.right}`);
    edges += wanted.length;
    expect([...readConnections(frame)].sort(), `seed ${seed}\n${plain(frame)}`).toEqual(wanted.sort());
  }
  expect(pictures).toBeGreaterThan(runs * 0.85);
  expect(edges).toBeGreaterThan(pictures * 2);
});

test('the view holds true edges, and all that others do not imply', () => {
  for (const { seed, input, frame } of drawn) {
    if (frame.layout !== undefined) expectTrueView(input, frame.layout.view, seed);
  }
});

test('rows, columns, names and calm', () => {
  for (const { seed, input, frame } of drawn) {
    const { columns, rows } = input.size;
    const lines = plain(frame).split('\n');
    expect(frame.lines, `seed ${seed}`).toHaveLength(rows);
    for (const line of lines) expect(line.length, `seed ${seed}`).toBeLessThanOrEqual(columns);
    expect(Buffer.byteLength(frame.lines.join('\n')), `seed ${seed}`).toBeLessThanOrEqual(4096);
    if (frame.layout !== undefined) {
      const shown = new Set(labelsOf(frame).map(label => label.id));
      for (const id of frame.focus) expect(shown.has(id), `seed ${seed}: ${id}`).toBe(true);
    }
    const again = drawFrame({ ...input, previous: frame });
    expect(again.lines, `seed ${seed}`).toEqual(frame.lines);
  }
});

test('the ASCII twin has the same shape', () => {
  for (const { seed, input } of drawn.slice(0, runs / 5)) {
    const unicode = drawFrame({ ...input, style: { unicode: true, color: false } });
    const ascii = drawFrame({ ...input, style: { unicode: false, color: false } });
    const joints = [...plain(unicode)].map(one => (one > '\x7e' ? (asciiOf[one] ?? '+') : one)).join('');
    // walls are brackets there
    const walls = plain(ascii).replace(/[[\]]/g, '|');
    expect(walls, `seed ${seed}`).toBe(joints);
    expect(walls).toMatch(/^[\x20-\x7e\n]*$/);
  }
});

test('nothing jumps when a time passes or a package is done', () => {
  const text = 'a\nb\nc: a b\nd: a\ne: c d\nf: e';
  const input = smallInput(text, 'c d', { columns: 90, rows: 8 });
  const first = drawFrame(input);
  const later = new Map(input.states).set('cat/c-1', { state: 'building', phase: 'install', elapsed: 3700 });
  const second = drawFrame({ ...input, states: later, previous: first });
  expect(second.layout?.rows).toEqual(first.layout?.rows);
  const between = new Map(input.states).set('cat/c-1', { state: 'done' }).set('cat/d-1', { state: 'done' });
  const third = drawFrame({ ...input, states: between, previous: second });
  expect(third.focus).toEqual(first.focus);
  expect(third.layout?.rows).toEqual(first.layout?.rows);
});

test('control characters stay out of the terminal', () => {
  const input = smallInput('a\nb: a', 'b', { columns: 80, rows: 6 });
  const node = { id: 'x\x1b[2Jy', cpv: 'cat/e\x1b[2Jv\x07\u202eil-1', root: '/\n', type: 'ebuild' as const };
  const graph = { nodes: [...input.index.graph.nodes, node], edges: input.index.graph.edges };
  const index = { ...input.index, graph, position: new Map(input.index.position).set(node.id, 2) };
  const states = new Map([[node.id, { state: 'building' as const, phase: 'c\x1b]0;o', elapsed: 1 }]]);
  for (const columns of [80, 50]) {
    const frame = drawFrame({
      ...input,
      index,
      states,
      size: { columns, rows: 6 },
      targets: new Set([node.id]),
    });
    expect(frame.lines.join('')).toMatch(/^[\x20-\x7e┃✔●○◎·━─▸]*$/);
    expect(frame.lines.join('')).toContain('e?[2Jv');
  }
});
