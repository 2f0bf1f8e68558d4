import { expect, test } from 'vitest';
import { styleSheet } from '../../../../wrappers/emerge/picture/svg-style.ts';

test('readable in light and dark: text has a contrast of 4.5, lines have one of 3', () => {
  const style = styleSheet();
  const schemes = [...style.matchAll(/--ground:[^}]*/g)].map(
    ([found]) => new Map(found.split(';').map(pair => pair.split(':') as [string, string])),
  );
  expect(schemes.length).toBe(2);
  expect(style).toMatch(/@media \(prefers-color-scheme:dark\)/);
  for (const scheme of schemes) {
    const colour = (name: string) => scheme.get(`--${name}`) ?? '';
    const pairs = [
      ...['ink', 'quiet', 'green', 'blue', 'red', 'amber'].flatMap(name => [
        [name, 'ground', 4.5],
        [name, 'box', 4.5],
      ]),
      ...['ink', 'quiet', 'blue'].map(name => [name, 'blueBox', 4.5]),
      ...['ink', 'quiet', 'red'].map(name => [name, 'redBox', 4.5]),
      ['edge', 'ground', 3],
    ] as [string, string, number][];
    const weak = pairs.filter(([name, ground, least]) => contrast(colour(name), colour(ground)) < least);
    expect(weak).toEqual([]);
  }
});

/** WCAG 2.2. */
function contrast(one: string, other: string): number {
  const light = (colour: string) => {
    const parts = [1, 3, 5].map(at => Number.parseInt(colour.slice(at, at + 2), 16) / 255);
    const linear = parts.map(part => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0]! + 0.7152 * linear[1]! + 0.0722 * linear[2]!;
  };
  const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b) as [number, number];
  return (bright + 0.05) / (dark + 0.05);
}
