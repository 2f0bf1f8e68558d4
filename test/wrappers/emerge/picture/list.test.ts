import { expect, test } from 'vitest';
import { indexGraph } from '../../../../portage/graph.ts';
import type { Frame, NodeStatus, PictureInput } from '../../../../wrappers/emerge/picture/model.ts';
import { drawFrame } from '../../../../wrappers/emerge/picture/picture.ts';
import { quick } from '../../../kit/environment.ts';
import { readList } from './list-reading.ts';
import { type Random, randomGraph, randomInput, seeded } from './random.ts';
import { plain } from './sample.ts';
import { expectTrueView } from './view-truth.ts';

const runs = quick ? 150 : 600;
const sizes = [
  { jobs: [1, 2, 3, 4, 5, 6], columns: [50, 51, 54, 57, 59] },
  { jobs: [7, 10, 16], columns: [50, 59, 80, 120, 200] },
] as const;

/** A list with so many running packages, most of them near one another in the merge order. */
function jobsInput(seed: number): PictureInput {
  const random = seeded(seed);
  const { jobs, columns } = sizes[random(2)] ?? sizes[0];
  const base = randomInput(random);
  const graph = randomGraph(random, 20 + random(60), 0.5 + random(25) / 10);
  const index = indexGraph(graph);
  const start = random(graph.nodes.length - 17);
  const count = jobs[random(jobs.length)] ?? 1;
  const states = new Map<string, NodeStatus>();
  for (const node of graph.nodes.slice(0, start))
    states.set(node.id, { state: random(30) ? 'done' : 'failed' });
  for (let at = start, left = count; left > 0; at++) {
    const node = graph.nodes[at];
    if (node === undefined) break;
    if (graph.nodes.length - at > left && random(4) === 0) continue;
    left--;
    states.set(node.id, {
      state: random(9) ? 'building' : 'merging',
      phase: 'compile',
      elapsed: random(5000),
    });
  }
  const installed = base.installed?.nodes ?? [];
  const running = [...states.keys()].slice(start);
  const edges = installed.flatMap(node =>
    running
      .filter(() => random(4) === 0)
      .map(id => ({
        ...(random(2) ? { from: id, to: node.id } : { from: node.id, to: id }),
        kinds: ['rdepend'] as const,
      })),
  );
  return {
    ...base,
    index,
    states,
    targets: new Set(graph.nodes.filter(() => random(10) === 0).map(node => node.id)),
    installed: { nodes: installed, edges },
    size: { columns: (columns[random(columns.length)] ?? 80) - 1, rows: 6 + random(15) },
  };
}

const drawn = Array.from({ length: runs }, (_, at) => {
  const input = jobsInput(at + 1);
  return { seed: at + 1, input, frame: drawFrame(input) };
});

test('what the lines of a list say is what its view holds, no more and no less, heavy into what runs', () => {
  let edges = 0;
  for (const { seed, input, frame } of drawn) {
    expect(frame.list, `seed ${seed}`).toBeDefined();
    const view = frame.list?.view;
    const found = readList(frame);
    const wanted = view?.edges.map(edge => `${edge.left} -> ${edge.right}`) ?? [];
    edges += wanted.length;
    expect([...found.keys()].sort(), `seed ${seed}\n${plain(frame)}`).toEqual(wanted.sort());
    if (view !== undefined) expectTrueView(input, view, seed);
    for (const { left, right, against } of view?.edges ?? []) {
      if (frame.focus.includes(right) && !against)
        expect(found.get(`${left} -> ${right}`), `seed ${seed}: ${left} ${right}\n${plain(frame)}`).toBe(
          true,
        );
    }
  }
  expect(edges).toBeGreaterThan(runs * 2);
});

test('a mark without a line to it does not stand right below one that it might seem bound to', () => {
  let marks = 0;
  let stacked = 0;
  for (const { frame } of drawn) {
    const { view, rows, lanes } = frame.list ?? {};
    const byRow = new Map([...(rows ?? [])].map(([id, row]) => [row, id]));
    const linked = new Set(view?.edges.flatMap(({ left, right }) => [left, right]));
    for (const [row, id] of byRow) {
      marks++;
      const above = byRow.get(row - 1);
      if (above === undefined || lanes?.get(above) !== lanes?.get(id)) continue;
      if (view?.edges.some(edge => edge.right === id)) continue;
      if (linked.has(id) || linked.has(above)) stacked++;
    }
  }
  expect(stacked / marks).toBeLessThan(0.002);
});

test('the running packages have rows, or the longest-running ones and a count', () => {
  let cut = 0;
  for (const { seed, input, frame } of drawn) {
    const { columns, rows } = input.size;
    const lines = plain(frame).split('\n');
    expect(lines, `seed ${seed}`).toHaveLength(rows);
    for (const line of lines) expect(line.length, `seed ${seed}`).toBeLessThanOrEqual(columns);
    const { list, focus } = frame;
    const shown = focus.filter(id => list?.rows.has(id));
    const unseen = list?.unseen ?? [];
    expect([...shown, ...unseen].sort(), `seed ${seed}`).toEqual([...focus].sort());
    if (focus.length <= rows - 1) {
      // lanes may leave no room for all of them
      if (unseen.length > 0) cut++;
    } else if (shown.length < rows - 2) cut++;
    else {
      expect(shown, `seed ${seed}`).toHaveLength(rows - 2);
      const elapsed = (id: string) => input.states.get(id)?.elapsed ?? 0;
      expect(Math.min(...shown.map(elapsed))).toBeGreaterThanOrEqual(Math.max(...unseen.map(elapsed)));
      expect(lines[rows - 2]).toContain(`+${unseen.length} more`);
    }
    for (const id of shown) {
      const line = lines[list?.rows.get(id) ?? -1] ?? '';
      expect(line, `seed ${seed}`).toContain('●');
      expect(line, `seed ${seed}`).toMatch(/compile +\d+[mh]\d\d/);
    }
  }
  expect(cut).toBeLessThanOrEqual(runs / 100);
});

test('a list that is drawn again is the same, and its ASCII twin has the same shape', () => {
  for (const { seed, input, frame } of drawn) {
    expect(drawFrame({ ...input, previous: frame }).lines, `seed ${seed}`).toEqual(frame.lines);
    if (seed > runs / 5) continue;
    const style = { color: false };
    const ascii = plain(drawFrame({ ...input, style: { ...style, unicode: false } }));
    expect(ascii).toMatch(/^[\x20-\x7e\n]*$/);
    const joints = [...plain(drawFrame({ ...input, style: { ...style, unicode: true } }))];
    const twins: Record<string, string> = {
      '●': '#',
      '✔': '*',
      '○': 'o',
      '◎': '@',
      '✘': 'x',
      '·': ',',
      '…': '~',
    };
    for (const [set, twin] of [
      ['─━', '-'],
      ['╌', '.'],
      ['│┃', '|'],
      ['╎', ':'],
    ] as const) {
      for (const one of set) twins[one] = twin;
    }
    expect(ascii, `seed ${seed}`).toBe(
      joints.map(one => (one > '\x7e' ? (twins[one] ?? '+') : one)).join(''),
    );
  }
});

/** One package after another is finished, and the next that can start does. */
function* runOf(random: Random, jobs: number, size: PictureInput['size']): Generator<PictureInput> {
  const graph = randomGraph(random, 60, 1.5);
  const index = indexGraph(graph);
  const states = new Map<string, NodeStatus>();
  const started = new Map<number, number>();
  const done = new Set<number>();
  for (let now = 0; done.size < graph.nodes.length; now += 1 + random(40)) {
    const running = [...started.keys()].filter(at => !done.has(at));
    const over = running[random(running.length)];
    if (over !== undefined) done.add(over);
    let free = jobs - running.length + (over === undefined ? 0 : 1);
    for (let at = 0; at < graph.nodes.length && free > 0; at++) {
      if (started.has(at) || !index.dependencies[at]?.every(other => done.has(other))) continue;
      started.set(at, now);
      free--;
    }
    for (const [at, since] of started) {
      const id = graph.nodes[at]?.id ?? '';
      states.set(
        id,
        done.has(at) ? { state: 'done' } : { state: 'building', phase: 'compile', elapsed: now - since },
      );
    }
    const counts = { done: done.size, total: 60, running: started.size - done.size, failed: 0 };
    yield {
      index,
      states: new Map(states),
      targets: new Set(),
      counts,
      size,
      style: { unicode: true, color: false },
    };
  }
}

test('a package keeps its row as long as it stays', () => {
  let frames = 0;
  let still = 0;
  for (let seed = 1; seed <= runs / 20; seed++) {
    const random = seeded(seed);
    const narrow = random(2) === 0;
    const size = { columns: narrow ? 54 : 99, rows: 6 + random(11) };
    let previous: Frame | undefined;
    for (const input of runOf(random, narrow ? 1 + random(6) : 7 + random(10), size)) {
      const frame = drawFrame({ ...input, ...(previous && { previous }) });
      const wanted = frame.list?.view.edges.map(edge => `${edge.left} -> ${edge.right}`) ?? [];
      expect([...readList(frame).keys()].sort(), plain(frame)).toEqual(wanted.sort());
      if (frame.list !== undefined) expectTrueView(input, frame.list.view, seed);
      const [before, now] = [previous?.list?.rows, frame.list?.rows];
      if (before !== undefined && now !== undefined) {
        frames++;
        const moved = [...now].filter(([id, row]) => before.has(id) && before.get(id) !== row);
        if (moved.length === 0) still++;
      }
      previous = frame;
    }
  }
  expect(still / frames).toBeGreaterThanOrEqual(0.95);
});

test('a list of ten running packages among 1,000 with 3,000 edges takes 5 ms at most, in the median', () => {
  const index = indexGraph(randomGraph(seeded(7), 1000, 3));
  const times: number[] = [];
  let previous: Frame | undefined;
  for (let first = 200; first < 300; first++) {
    const states = new Map<string, NodeStatus>();
    index.graph.nodes.forEach((node, at) => {
      if (at < first) states.set(node.id, { state: 'done' });
      else if (at < first + 20 && at % 2 === 0) states.set(node.id, { state: 'building', elapsed: at });
    });
    const counts = { done: first, total: 1000, running: 10, failed: 0 };
    const input = { index, states, targets: new Set<string>(), counts, size: { columns: 119, rows: 14 } };
    // of the processor, so that other work on the machine doesn't count
    const start = process.cpuUsage();
    previous = drawFrame({ ...input, style: { unicode: true, color: true }, ...(previous && { previous }) });
    const { user, system } = process.cpuUsage(start);
    times.push((user + system) / 1000);
    expect(previous.list).toBeDefined();
    expect(Buffer.byteLength(previous.lines.join('\n'))).toBeLessThanOrEqual(4096);
  }
  expect(times.sort((a, b) => a - b)[50]).toBeLessThanOrEqual(5);
});
