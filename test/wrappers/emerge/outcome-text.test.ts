/** How the end of a run is told: narrow, plain, and harmless whatever the record holds. */
import { expect, test } from 'vitest';
import { type DocumentNode, graphDocument } from '../../../wrappers/emerge/graph-document.ts';
import { outcomeText } from '../../../wrappers/emerge/outcome-text.ts';

const node = (cpv: string, state: DocumentNode['state']): DocumentNode => ({
  ...{ id: cpv, cpv, root: '/', type: 'ebuild', state },
});
const facts = { pid: 1, started: 1, ended: 2, exit: 1, targets: [] };
const needs = (from: DocumentNode, to: DocumentNode) => ({
  ...{ from: from.id, to: to.id, kinds: ['depend'] as const, againstOrder: false },
});

test('a failure, what hangs on it, what was dropped, and what was not reached', () => {
  const broken = node('app-misc/broken-1', 'failed');
  const near = node('app-misc/near-2', 'waiting');
  const far = node('app-misc/far-3', 'waiting');
  const dropped = node('app-misc/dropped-4', 'dropped');
  const other = node('app-misc/other-5', 'waiting');
  const done = node('app-misc/done-6', 'done');
  const nodes = [done, broken, near, far, dropped, other];
  const edges = [needs(near, broken), needs(far, near), needs(other, done)];
  const failures = [
    { id: broken.id, phase: 'compile', log: '/var/log/x.log', lines: ['x.c:1: error: \tno'] },
  ];
  const document = graphDocument(facts, nodes, edges, failures);
  const next = [{ command: 'emerge --resume', when: 'once it is mended' }];
  expect(outcomeText(document, next, { columns: 80, unicode: true })).toBe(
    `✘ app-misc/broken-1 failed in compile
  /var/log/x.log
    x.c:1: error:     no
  not built because of it: near-2 far-3

dropped from the list: dropped-4
not reached: other-5
to go on:
  emerge --resume   once it is mended
`,
  );
});

test('a log that was not found, and a run that got through', () => {
  const document = graphDocument(facts, [node('app-misc/a-1', 'failed')], []);
  expect(outcomeText(document, [], { columns: 80, unicode: false })).toBe(
    'x app-misc/a-1 failed\n  no log was found\n',
  );
  const well = graphDocument({ ...facts, exit: 0 }, [node('app-misc/a-1', 'done')], []);
  expect(outcomeText(well, [], { columns: 80, unicode: true })).toBe('');
});

test('no control character of a record reaches the terminal, and its long lines are cut', () => {
  const evil = '\x1b]0;owned\x07\x1b[2J\r\u009b31m';
  const id = `app-misc/${evil}-1`;
  const failures = [{ id, phase: evil, log: evil, lines: [evil, `error: ${'x'.repeat(500)}`] }];
  const document = graphDocument(
    facts,
    [node(id, 'failed'), node(`${evil}/b-1`, 'waiting')],
    [needs(node(`${evil}/b-1`, 'waiting'), node(id, 'failed'))],
    failures,
  );
  const next = [{ command: `emerge ${evil}`, when: 'now' }];
  const text = outcomeText(document, next, { columns: 60, unicode: true });
  expect([...text].filter(character => character < ' ' && character !== '\n')).toEqual([]);
  expect(text).not.toMatch(/[\u007f-\u009f]/);
  expect(text.split('\n').find(line => line.includes('xxxx'))?.length).toBe(60);
});
