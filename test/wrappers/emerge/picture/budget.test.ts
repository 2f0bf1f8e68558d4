import { expect, test } from 'vitest';
import { indexGraph } from '../../../../portage/graph.ts';
import type { Frame, NodeStatus } from '../../../../wrappers/emerge/picture/model.ts';
import { drawFrame } from '../../../../wrappers/emerge/picture/picture.ts';
import { randomGraph, seeded } from './random.ts';

const budget = 5;

/** Milliseconds of processor time, so that other work on the machine doesn't count. */
function spent(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const used = process.cpuUsage(start);
  return (used.user + used.system) / 1000;
}

test('a new layout in a list of 1,000 packages with 3,000 edges takes 5 ms at most, in the median', () => {
  const index = indexGraph(randomGraph(seeded(7), 1000, 3));
  const times: number[] = [];
  let previous: Frame | undefined;
  for (let first = 200; first < 400; first++) {
    const states = new Map<string, NodeStatus>();
    index.graph.nodes.forEach((node, at) => {
      if (at < first) states.set(node.id, { state: 'done' });
      else if (at < first + 5 && at % 2 === 0) states.set(node.id, { state: 'building', elapsed: at });
    });
    const input = {
      index,
      states,
      targets: new Set([index.graph.nodes.at(-1)?.id ?? '']),
      counts: { done: first, total: 1000, running: 2, failed: 0, load: 2 },
      size: { columns: 120, rows: 8 },
      style: { unicode: true, color: true },
      ...(previous && { previous }),
    };
    times.push(
      spent(() => {
        previous = drawFrame(input);
      }),
    );
    expect(Buffer.byteLength(previous?.lines.join('\n') ?? '')).toBeLessThanOrEqual(4096);
  }
  times.sort((a, b) => a - b);
  expect(times[times.length / 2]).toBeLessThanOrEqual(budget);
});
