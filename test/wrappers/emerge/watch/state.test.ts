import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { indexGraph } from '../../../../portage/graph.ts';
import type { PictureInput } from '../../../../wrappers/emerge/picture/model.ts';
import { drawFrame } from '../../../../wrappers/emerge/picture/picture.ts';
import { move, type Seen, step } from '../../../../wrappers/emerge/watch/movement.ts';
import {
  atFirst,
  press,
  type Surroundings,
  type ViewState,
} from '../../../../wrappers/emerge/watch/state.ts';
import { randomInput, seeded } from '../picture/random.ts';

const frame = { columns: 40, rows: 5, style: { unicode: true, color: false } };
const names = ['left', 'right', 'up', 'down', 'h', 'j', 'k', 'f', 'escape', 'tab', 'n', 'p', 'l', 'enter'];
const more = ['q', '?', 'G', 'g', 'space', 'b', 'page-up', 'end', 'x', 'ctrl-l', '\u00e9'];

/** What the view draws for a focus. */
function see(input: PictureInput, id: string | undefined): Seen {
  const seen = id === undefined ? input : { ...input, focus: [id] };
  return { index: input.index, frame: drawFrame(seen) };
}

function around(input: PictureInput, state: ViewState): Surroundings {
  const running = [...input.states].flatMap(([id, { state: now }]) => (now === 'building' ? [id] : []));
  return { seen: see(input, state.focus?.id), running, lines: { first: 0, lines: [[], []] }, frame };
}

test('whatever is typed, the focus is a listed package, and q leads out in a few steps', () => {
  fc.assert(
    fc.property(
      fc.nat(1_000_000),
      fc.array(fc.constantFrom(...names, ...more), { maxLength: 15 }),
      (seed, keys) => {
        const input = randomInput(seeded(seed), 25);
        let state = atFirst;
        for (const key of keys) {
          const pressed = press(state, key, around(input, state));
          state = pressed.state;
          if (state.focus !== undefined) {
            expect(input.index.position.has(state.focus.id)).toBe(true);
            expect(state.focus.beside).toContain(state.focus.id);
          }
          if (state.page === 'log') expect(input.index.position.has(state.log?.id ?? '')).toBe(true);
        }
        const deeds = [0, 1, 2].map(() => {
          const pressed = press(state, 'q', around(input, state));
          state = pressed.state;
          return pressed.deed;
        });
        expect(deeds).toContain('quit');
      },
    ),
    { numRuns: 60 },
  );
});

test('an arrow follows an edge of the graph, and the opposite one leads back', () => {
  fc.assert(
    fc.property(fc.nat(1_000_000), fc.constantFrom('left' as const, 'right' as const), (seed, direction) => {
      const random = seeded(seed);
      const input = randomInput(random, 30);
      const { index } = input;
      const at = random(index.graph.nodes.length);
      const id = index.graph.nodes[at]?.id ?? '';
      const to = move(see(input, id), { id, beside: [id] }, direction);
      const ways =
        direction === 'left'
          ? (index.reducedDependencies[at] ?? [])
          : [...(index.reducedDependents[at] ?? []), ...(index.against[at] ?? [])];
      const ids = ways.map(place => index.graph.nodes[place]?.id);
      if (ids.length === 0) expect(to?.id).toBe(id);
      else {
        expect(ids).toContain(to?.id);
        // every other way out is beside it, so that up and down reach all
        expect([...(to?.beside ?? [])].sort()).toEqual([...new Set(ids)].sort());
      }
      const moved = index.position.get(to?.id ?? '') ?? -1;
      if (moved === at || index.against[at]?.includes(moved)) return;
      const opposite = direction === 'left' ? 'right' : 'left';
      expect(move(see(input, to?.id), to, opposite)?.id).toBe(id);
    }),
    { numRuns: 100 },
  );
});

describe('a chain with three ways', () => {
  const nodes = ['a/top-1', 'a/one-1', 'a/two-1', 'a/three-1', 'a/end-1'].map(cpv => ({
    id: cpv,
    cpv,
    root: '/',
    type: 'ebuild' as const,
  }));
  const edge = (from: number, to: number) => ({
    from: nodes[from]?.id ?? '',
    to: nodes[to]?.id ?? '',
    kinds: ['depend'] as const,
    againstOrder: false,
  });
  const index = indexGraph({
    nodes,
    edges: [edge(1, 0), edge(2, 0), edge(3, 0), edge(4, 1), edge(4, 2), edge(4, 3)],
  });
  const input: PictureInput = {
    index,
    states: new Map([['a/top-1', { state: 'building' as const }]]),
    targets: new Set(),
    counts: { done: 0, total: 5, running: 1, failed: 0 },
    size: { columns: 90, rows: 12 },
    style: { unicode: true, color: false },
  };
  const type = (state: ViewState, ...keys: string[]) =>
    keys.reduce((now, key) => press(now, key, around(input, now)).state, state);

  test('up and down go through what stands beside, from top to bottom', () => {
    const first = type(atFirst, 'right');
    expect(first.focus?.beside).toHaveLength(3);
    const rows = see(input, undefined).frame.layout?.rows;
    const byRow = [...(first.focus?.beside ?? [])].sort((a, b) => (rows?.get(a) ?? 0) - (rows?.get(b) ?? 0));
    expect(first.focus?.beside).toEqual(byRow);
    const up = type(first, 'up', 'up', 'up');
    expect(up.focus?.id).toBe(byRow[0]);
    expect(type(up, 'down').focus?.id).toBe(byRow[1]);
    expect(type(up, 'down', 'down', 'down', 'down').focus?.id).toBe(byRow[2]);
    expect(type(up, 'right').focus?.id).toBe('a/end-1');
    expect(type(up, 'right', 'left').focus?.id).toBe(byRow[0]);
    expect(type(up, 'f').focus).toBeUndefined();
  });

  test('the log is that of the focus, else of what runs; help comes above both', () => {
    expect(type(atFirst, 'l')).toMatchObject({ page: 'log', log: { id: 'a/top-1' } });
    const log = type(atFirst, 'right', 'l');
    expect(log).toMatchObject({ page: 'log', log: { id: log.focus?.id } });
    expect(type(log, '?')).toMatchObject({ page: 'log', help: true });
    expect(type(log, '?', 'q')).toMatchObject({ page: 'log', help: false });
    expect(type(log, 'l')).toMatchObject({ page: 'graph', focus: { id: log.focus?.id } });
    expect(press(log, 'ctrl-c', around(input, log)).deed).toBe('interrupt');
    expect(type(log, 'tab')).toMatchObject({ page: 'log', log: { id: 'a/top-1' } });
  });

  test('the start of a log stays, however little is written yet, until its end is asked for', () => {
    const log = type(atFirst, 'l');
    expect(log.log).toEqual({ id: 'a/top-1' });
    expect(type(log, 'g').log).toEqual({ id: 'a/top-1', top: { line: 0, row: 0 } });
    expect(type(log, 'g', 'G').log).toEqual({ id: 'a/top-1' });
  });

  test('n and p go through the list', () => {
    const seen = see(input, undefined);
    expect(step(seen, undefined, 1)?.id).toBe('a/one-1');
    expect(step(seen, undefined, -1)?.id).toBe('a/top-1');
    expect(step(seen, { id: 'a/end-1', beside: [] }, 1)?.id).toBe('a/end-1');
  });
});
