/** Whether an answer is as docs/json says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { top } from '../kit/environment.ts';
import type { Desk } from './kit.ts';

/** The fenced JSON documents of a page, by schema; the one without is the error. */
function examples(page: string): Map<string, unknown> {
  const text = readFileSync(join(top, 'docs/json', page), 'utf8');
  const documents = [...text.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(
    ([, json]) => JSON.parse(json ?? '') as object,
  );
  return new Map(
    documents.map(document => ['schema' in document ? String(document.schema) : 'error', document]),
  );
}

/** Keys and types, so that an example and an answer can be compared: lists by their first item, null like anything. */
function shape(value: unknown, example: unknown): unknown {
  if (value === null || example === null) return 'any';
  if (Array.isArray(value)) {
    const first = Array.isArray(example) ? example[0] : undefined;
    return value.length === 0 || first === undefined ? [] : [shape(value[0], first)];
  }
  if (typeof value !== 'object') return typeof value;
  const others = (typeof example === 'object' ? example : {}) as Record<string, unknown>;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shape(item, others[key])]));
}

export function expectDocumented(page: string, answer: unknown): void {
  const schema = (answer as { schema?: string }).schema ?? 'error';
  const example = examples(page).get(schema);
  expect(example, schema).toBeDefined();
  expect(shape(answer, example)).toEqual(shape(example, answer));
}

/** What `tumpline sets … --json` answers, as docs/json/sets.md says; nothing else may be told. */
export function setsJson<T>(desk: Pick<Desk, 'tumpline'>, status: number, args: readonly string[]): T {
  const run = desk.tumpline(['sets', ...args, '--json']);
  expect([run.status, run.stderr]).toEqual([status, '']);
  const answer = JSON.parse(run.stdout) as T;
  expectDocumented('sets.md', answer);
  return answer;
}
