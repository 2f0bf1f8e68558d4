import { expect, test } from 'vitest';
import { noteReduced, quick } from '../kit/environment.ts';
import { type GeneratedRoot, generatedRoot } from './generated-root.ts';
import { generateTree } from './generated-tree.ts';
import { seeded } from './random.ts';

test('the same seed gives the same tree, another seed another', () => {
  const text = (seed: string) => JSON.stringify(generateTree(seed, { packages: 40 }));
  expect(text('a')).toBe(text('a'));
  expect(text('a')).not.toBe(text('b'));
});

test('random numbers are spread evenly', () => {
  const random = seeded('spread');
  const counts = Array.from({ length: 10 }, () => 0);
  for (let index = 0; index < 10_000; index += 1) counts[random.below(10)]! += 1;
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

interface Shape {
  packages: number;
  edges: number;
  against: number;
  installed: number;
}

function shapeOf({ resolution, root }: GeneratedRoot): Shape {
  const place = new Map(resolution.mergelist.map((node, index) => [node, index]));
  const among = resolution.edges.filter(edge => place.has(edge.from) && place.has(edge.to));
  return {
    packages: place.size,
    edges: among.length,
    against: among.filter(edge => place.get(edge.from)! < place.get(edge.to)!).length,
    installed: root.merged().length,
  };
}

test('generated trees resolve, and have the shape of real ones', async () => {
  const count = quick ? 8 : 40;
  if (quick) noteReduced('8 instead of 40 generated trees are measured');
  const shapes: Shape[] = [];
  const words = new Set<string>();
  for (let index = 0; index < count; index += 1) {
    const generated = await generatedRoot(`shape ${index}`, { packages: 30 + index });
    shapes.push(shapeOf(generated));
    const text = JSON.stringify(Object.values(generated.tree.declaration.ebuilds!));
    for (const form of [
      /\|\| \(/,
      /:=/,
      /:\*/,
      /\? \(/,
      /\[-?[a-z]+/,
      /=\]/,
      /!</,
      /"PDEPEND":"[^"]*\//,
      /"IDEPEND":"[^"]*\//,
      /~/,
    ]) {
      if (form.test(text)) words.add(form.source);
    }
    generated.root.remove();
  }
  expect(words.size).toBe(10);
  const sum = (key: keyof Shape) => shapes.reduce((total, shape) => total + shape[key], 0);
  const fresh = shapes.filter(shape => shape.installed === 0);
  expect(fresh.length).toBeGreaterThan(0);
  const perPackage =
    fresh.reduce((total, shape) => total + shape.edges, 0) /
    fresh.reduce((total, shape) => total + shape.packages, 0);
  expect(perPackage).toBeGreaterThan(2.2);
  expect(perPackage).toBeLessThan(4);
  // circles: some edges go against the merge order, as in real lists (1.8 %)
  expect(sum('against')).toBeGreaterThan(0);
  expect(sum('against') / sum('edges')).toBeLessThan(0.1);
}, 240_000);
