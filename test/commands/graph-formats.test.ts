/** `tumpline graph --format`, from emerge's own list to the picture. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GraphDocument } from '../../wrappers/emerge/graph-document.ts';
import { graphDot } from '../../wrappers/emerge/picture/dot.ts';
import { graphSvg } from '../../wrappers/emerge/picture/svg.ts';
import { top } from '../kit/environment.ts';
import { demoTarget, demoTree } from '../testbed/demo-tree.ts';
import { readSvg } from '../wrappers/emerge/picture/svg-reading.ts';
import { type Desk, makeDesk } from './kit.ts';

let desk: Desk;

beforeAll(async () => {
  desk = await makeDesk({
    ebuilds: {
      'app/a-1': { DEPEND: 'dev/b', RDEPEND: 'dev/c' },
      'dev/b-2': { DEPEND: 'dev/c' },
      'dev/c-3': {},
      'dev/d-4': {},
    },
  });
}, 120_000);

afterAll(() => desk?.root.remove());

function graph(...options: string[]): { stdout: string; stderr: string; status: number | null } {
  return desk.tumpline(['graph', '--pretend', ...options, '--', 'app/a', 'dev/d']);
}

test('svg and dot show the document that json prints', () => {
  const document = JSON.parse(graph('--format=json').stdout) as GraphDocument;
  expect(document.nodes.length).toBe(4);
  const { stdout, stderr } = graph('--format=svg');
  expect(stderr).toBe('');
  expect(stdout).toBe(graphSvg(document));
  const svg = readSvg(stdout);
  expect(svg.title).toBe('dev/d, app/a');
  expect(svg.keys.map(({ text }) => text)).toEqual(['4 new', 'needed by']);
  expect(graph('--format=dot').stdout).toBe(graphDot(document));
}, 120_000);

test('--focus takes a bare name in every format', () => {
  const document = JSON.parse(graph('--format=json', '--focus=b').stdout) as GraphDocument;
  const svg = graph('--format=svg', '--focus=b').stdout;
  expect(svg).toBe(graphSvg(document, 'dev/b-2'));
  expect(readSvg(svg).boxes.find(({ classes }) => classes.includes('with-halo'))?.title).toContain('dev/b-2');
  expect(graph('--format=dot', '--focus=dev/b').stdout).toBe(graphDot(document, 'dev/b-2'));
  // in text b stands alone in the middle, between what it needs and what needs it
  expect(graph('--focus=b').stdout).toMatch(/c-3.*b-2.*a-1/);
}, 120_000);

test('no other format', () => {
  const { stderr, status } = graph('--format=png');
  expect(status).toBe(2);
  expect(stderr).toMatch(/--format takes text or json or dot or svg, not 'png'/);
});

test('the picture in the README is that of the demo (vitest -u draws it anew)', async () => {
  const demo = await makeDesk(demoTree);
  try {
    const { stdout } = demo.tumpline(['graph', '--pretend', '--format=svg', '--', demoTarget]);
    expect(readSvg(stdout).boxes.length).toBeGreaterThan(30);
    await expect(stdout).toMatchFileSnapshot(join(top, 'docs/pictures/graph.svg'));
  } finally {
    demo.root.remove();
  }
}, 120_000);
