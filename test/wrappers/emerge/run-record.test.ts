/** The runs that are kept: the newest twenty, whatever else lies there and whoever writes at the same time. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Places, places } from '../../../system/places.ts';
import {
  type DocumentNode,
  type GraphDocument,
  graphDocument,
} from '../../../wrappers/emerge/graph-document.ts';
import { keepRun, keptRuns, lastRun } from '../../../wrappers/emerge/run-record.ts';

let root: string;
let kept: Places;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tumpline-record-'));
  kept = places({ eprefix: root, configRoot: root, root: '/' }, { HOME: root });
  folder = kept.state('emerge');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function run(started: number, pid: number, packages = 1): GraphDocument {
  const nodes = Array.from({ length: packages }, (_, at): DocumentNode => {
    const id = `app-misc/p${at}-1`;
    return { id, cpv: id, root: '/', type: 'ebuild', state: 'done' };
  });
  return graphDocument({ pid, started, ended: started + 1, exit: 0, targets: [] }, nodes, []);
}
const pids = () => keptRuns(kept).map(document => document.run.pid);

test('nothing is kept yet', () => {
  expect(keptRuns(kept)).toEqual([]);
  expect(lastRun(kept)).toBeUndefined();
});

test('the last twenty, and the oldest go', () => {
  for (let at = 1; at <= 25; at += 1) keepRun(kept, run(1000 + at * 10, at));
  expect(pids()).toEqual(Array.from({ length: 20 }, (_, at) => 25 - at));
  expect(readdirSync(folder).length).toBe(20);
  expect(lastRun(kept)).toEqual(run(1250, 25));
});

test('what is written now stays, though the clock was set back', () => {
  for (let at = 1; at <= 20; at += 1) keepRun(kept, run(5000 + at, at + 100));
  keepRun(kept, run(10, 7));
  expect(pids()).toContain(7);
  expect(readdirSync(folder).length).toBe(20);
});

test('two of the same second lose nothing', () => {
  keepRun(kept, run(1000, 1));
  keepRun(kept, run(1000, 2));
  expect(pids().toSorted()).toEqual([1, 2]);
});

test('one run is kept once, and who joined late changes nothing', () => {
  keepRun(kept, run(1000, 1, 5));
  keepRun(kept, run(1001, 1, 3));
  expect(keptRuns(kept)).toEqual([run(1000, 1, 5)]);
  keepRun(kept, run(1001, 1, 6));
  expect(keptRuns(kept)).toEqual([run(1001, 1, 6)]);
  expect(readdirSync(folder).length).toBe(1);
});

test('what cannot be read is passed over, and the record of an older version is read', () => {
  mkdirSync(folder, { recursive: true });
  const { run: facts, ...rest } = run(900, 9);
  writeFileSync(join(folder, 'last.json'), JSON.stringify({ ...rest, run: facts }));
  writeFileSync(join(folder, 'run-950-1.json'), '{"schema": "tumpline.graph/1", "run"');
  writeFileSync(join(folder, 'run-951-1.json'), JSON.stringify({ ...run(951, 1), failures: [{ id: 3 }] }));
  writeFileSync(join(folder, 'run-952-1.json'), JSON.stringify({ ...run(952, 1), run: { targets: [] } }));
  writeFileSync(join(folder, 'run-x-1.json'), JSON.stringify(run(953, 1)));
  mkdirSync(join(folder, 'run-954-1.json'));
  keepRun(kept, run(940, 4));
  expect(pids()).toEqual([4, 9]);
});

test('the former record is one of the twenty', () => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'last.json'), JSON.stringify(run(900, 9)));
  for (let at = 1; at <= 19; at += 1) keepRun(kept, run(1000 + at * 10, at + 100));
  expect(pids()).toContain(9);
  keepRun(kept, run(2000, 200));
  expect(pids()).not.toContain(9);
  expect(readdirSync(folder)).not.toContain('last.json');
});
