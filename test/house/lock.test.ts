import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockGaps } from '../../build/complete-lock.mjs';
import { top } from '../kit/environment.ts';

test('package-lock.json has no gaps that npm ci refuses, and no download addresses', () => {
  const text = readFileSync(join(top, 'package-lock.json'), 'utf8');
  expect([...lockGaps(JSON.parse(text)).keys()]).toEqual([]);
  expect(text).not.toMatch(/"resolved": *"https?:/);
});
