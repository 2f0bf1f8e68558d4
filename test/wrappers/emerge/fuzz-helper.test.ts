/** Spoilt metadata caches, configuration files and neighbours in the process table, read by the real Portage and the kernel. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { indexGraph } from '../../../portage/graph.ts';
import { type PortageHelper, startPortageHelper } from '../../../system/portage.ts';
import { mergingEmerges, rivalsOf } from '../../../wrappers/emerge/live/rivals.ts';
import { runGraph } from '../../../wrappers/emerge/run-graph.ts';
import { noteReduced, python, quick } from '../../kit/environment.ts';
import { random } from '../../kit/random.ts';
import { demoTree } from '../../testbed/demo-tree.ts';
import { makeRoot, type Root } from '../../testbed/root.ts';
import { hostileWord, mutate, mutateText } from './fuzz/mutate.ts';
import { drawn, locatedAt } from './fuzz/world.ts';

const seed = Number(process.env['TUMPLINE_TEST_SEED'] ?? 20261121);
const cpvs = Object.keys(demoTree.ebuilds ?? {});
if (quick) noteReduced('fuzz: nothing through the real Portage');

describe.skipIf(quick)("through Portage's own reading", () => {
  let root: Root;
  const helpers: PortageHelper[] = [];
  beforeAll(async () => {
    root = await makeRoot(demoTree);
  });
  afterAll(() => {
    for (const helper of helpers) helper.stop();
    root.remove();
  });

  function start(): PortageHelper {
    const helper = startPortageHelper([python], { environment: root.environment, timeout: 30_000 });
    helpers.push(helper);
    return helper;
  }

  /** Every package of the list, whatever came of its metadata. */
  async function drawList(helper: PortageHelper, own: number): Promise<number> {
    const entries = cpvs.map(cpv => ['ebuild', `${root.directory}/`, cpv] as const);
    const question = { entries, options: new Map(), targets: ['gui-wm/sway'] };
    const graph = await runGraph(locatedAt(root.directory), helper, new Map(), question);
    const next = random(own);
    const states = new Map(
      next.some(cpvs, 0.1).map(id => [id, { state: 'building', phase: 'compile' }] as const),
    );
    drawn(next, { index: indexGraph({ nodes: graph.nodes, edges: graph.edges }), states });
    return graph.described.size;
  }

  test('md5-cache: 300 entries', { timeout: 120_000 }, async () => {
    const path = (cpv: string) => join(root.repository, 'metadata/md5-cache', cpv);
    const entries = new Map(
      cpvs.map(cpv => [cpv, root.readText(`var/db/repos/testbed/metadata/md5-cache/${cpv}`) ?? '']),
    );
    let described = 0;
    for (let at = 0; at < 9; at += 1) {
      const next = random(seed + at);
      for (const [cpv, text] of entries) {
        // an entry that doesn't fit its ebuild is not taken at all
        const end = /_md5_=\w+\n/.exec(text)?.[0] ?? '';
        writeFileSync(
          path(cpv),
          next.chance(0.95) ? `${mutateText(next, text.replace(end, ''))}\n${end}` : mutate(next, text),
        );
      }
      described += await drawList(start(), seed + at);
    }
    expect(described).toBeGreaterThan(cpvs.length);
    for (const [cpv, text] of entries) writeFileSync(path(cpv), text);
  });

  test.each([
    ['make.conf', 'etc/portage/make.conf'],
    ['repos.conf', 'etc/portage/repos.conf'],
    ['package.use', 'etc/portage/package.use'],
  ])('%s', { timeout: 120_000 }, async (_what, name) => {
    const file = join(root.directory, name);
    const text = root.readText(name);
    if (text === undefined) writeFileSync(file, 'x11-libs/cairo glib -svg\n*/* wayland\n');
    const before = text ?? 'x11-libs/cairo glib -svg\n*/* wayland\n';
    const outcomes = { drawn: 0, refused: 0 };
    for (let at = 0; at < 8; at += 1) {
      writeFileSync(file, mutate(random(seed + at), before));
      try {
        await drawList(start(), seed + at);
        outcomes.drawn += 1;
      } catch (error) {
        // the painter says so in its log, and draws the list without edges
        expect(String(error)).toMatch(/the helper gave no answer/);
        outcomes.refused += 1;
      }
    }
    writeFileSync(file, before);
    expect(outcomes.drawn + outcomes.refused).toBe(8);
    expect(await drawList(start(), seed)).toBe(cpvs.length);
  });
});

test('processes of any name and with any words beside emerge', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tumpline-names-'));
  const children: ChildProcess[] = [];
  const own = spawn('sleep', ['60'], { env: { PORTAGE_OVERRIDE_EPREFIX: folder }, stdio: 'ignore' });
  children.push(own);
  try {
    for (let at = 0; at < 40; at += 1) {
      const next = random(seed + at);
      const name = hostileWord(next, 'emerge').replace(/[/\0]/g, '.').slice(0, 60);
      const program = join(folder, name);
      if (existsSync(program)) continue;
      symlinkSync('/bin/sleep', program);
      const words = next
        .some(['--jobs', '--root', '@world', '--prefix', '-pv', 'a/b'], 0.8)
        .map(word => hostileWord(next, word).replaceAll('\0', ''));
      const env = { PORTAGE_OVERRIDE_EPREFIX: hostileWord(next, folder).replaceAll('\0', '') };
      children.push(
        spawn(program, ['60', ...(next.chance(0.5) ? [] : words)], { env, stdio: 'ignore' }).on(
          'error',
          () => {},
        ),
      );
    }
    const began = performance.now();
    for (const pid of [...rivalsOf(own.pid ?? 0), ...mergingEmerges(folder)]) expect(pid).toBeGreaterThan(1);
    expect(performance.now() - began).toBeLessThan(5000);
  } finally {
    for (const child of children) child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
});
