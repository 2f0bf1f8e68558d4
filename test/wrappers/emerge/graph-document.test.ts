import fc from 'fast-check';
import { expect, test } from 'vitest';
import { documentText } from '../../../wrappers/emerge/document-text.ts';
import { parseGraphDocument } from '../../../wrappers/emerge/graph-document.ts';
import { graphDot } from '../../../wrappers/emerge/picture/dot.ts';
import { graphSvg } from '../../../wrappers/emerge/picture/svg.ts';
import { quick } from '../../kit/environment.ts';
import { pretendedDocument, runDocument } from './picture/documents.ts';
import { seeded } from './picture/random.ts';

const settings = { ascii: 'no', color: 'no', nodes: 12 } as Parameters<typeof documentText>[2];

test('what was written is read', () => {
  for (let seed = 0; seed < 20; seed++) {
    const document = seed % 2 === 0 ? runDocument(seeded(seed)) : pretendedDocument(seeded(seed), 60, 2);
    expect(parseGraphDocument(JSON.stringify(document))).toEqual(document);
  }
});

/** Mostly another value of the same type, so that a spoilt record is often read. */
function like(value: unknown, other: unknown): unknown {
  const text = JSON.stringify(other);
  if (text.length % 4 === 0) return other;
  if (typeof value === 'string') return text;
  return typeof value === 'number' ? text.length * 1e9 - 1e10 : other;
}

/** A copy in which the value at one place is another. */
function spoilt(value: unknown, place: readonly number[], other: unknown): unknown {
  const [first, ...further] = place;
  if (first === undefined || typeof value !== 'object' || value === null) return like(value, other);
  const names = Object.keys(value);
  const name = names[first % Math.max(1, names.length)] ?? 'x';
  const inner = spoilt((value as Record<string, unknown>)[name], further, other);
  return Array.isArray(value) ? value.with(Number(name), inner) : { ...value, [name]: inner };
}

test('a spoilt record is refused or can be drawn in every format', () => {
  const document = runDocument(seeded(3), 8);
  const place = fc.array(fc.nat(12), { minLength: 1, maxLength: 5 });
  let [read, refused] = [0, 0];
  const property = fc.property(place, fc.jsonValue({ maxDepth: 1 }), (at, other) => {
    const parsed = parseGraphDocument(JSON.stringify(spoilt(document, at, other)));
    if (parsed === undefined) {
      refused += 1;
      return;
    }
    read += 1;
    for (const focus of [undefined, parsed.nodes.find(({ type }) => type !== 'installed')?.id]) {
      expect(graphSvg(parsed, focus)).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
      expect(graphDot(parsed, focus)).toMatch(/^digraph [\s\S]*\n}\n$/);
      expect(documentText(parsed, focus, settings, 100, {})).toMatch(/\n$/);
    }
  });
  fc.assert(property, { numRuns: quick ? 200 : 1500 });
  expect(Math.min(read, refused)).toBeGreaterThan(quick ? 10 : 150);
}, 120_000);
