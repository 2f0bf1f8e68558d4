import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { table } from '../../commands/table.ts';
import { top } from '../kit/environment.ts';
import { type Desk, makeDesk } from './kit.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await makeDesk();
});
afterAll(() => desk.root.remove());

function status(environment: Record<string, string> = {}, ...args: string[]) {
  const run = desk.tumpline(['status', '--json', ...args], environment);
  return { exit: run.status, stderr: run.stderr, found: JSON.parse(run.stdout) as Record<string, unknown> };
}

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

function expectDocumented(page: string, answer: unknown): void {
  const schema = (answer as { schema?: string }).schema ?? 'error';
  const example = examples(page).get(schema);
  expect(example, schema).toBeDefined();
  expect(shape(answer, example)).toEqual(shape(example, answer));
}

describe('status', () => {
  test('tells what is there, as docs/json says', () => {
    const { exit, stderr, found } = status();
    expect([exit, stderr]).toEqual([0, '']);
    const directory = desk.root.directory;
    expect(found).toMatchObject({
      schema: 'tumpline.status/1',
      tumpline: { prefix: desk.tree },
      node: { path: process.execPath },
      emerge: desk.environment['TUMPLINE_EMERGE'],
      portage: { observability: false, knowsObservability: true },
      roots: { eprefix: directory, configRoot: directory, root: '/', eroot: directory },
      configuration: { file: join(directory, 'etc/tumpline.conf'), exists: false, problems: [] },
      parts: [{ name: 'emerge', enabled: false, pieces: [] }],
      lastRun: null,
      problems: [],
    });
    const version = spawnSync(desk.environment['TUMPLINE_EMERGE'] ?? '', ['--version'], {
      env: desk.environment,
      encoding: 'utf8',
    });
    expect(version.stdout).toContain(`Portage ${(found['portage'] as { version: string }).version} `);
    expectDocumented('status.md', found);
  });

  test('tells what is on', () => {
    desk.tumpline(['enable', 'emerge', '--observability=yes']);
    const { found } = status();
    const directory = desk.root.directory;
    expect(found).toMatchObject({
      portage: { observability: true },
      parts: [
        {
          name: 'emerge',
          enabled: true,
          pieces: [
            { kind: 'link', path: join(directory, 'usr/local/bin/emerge') },
            { kind: 'line', path: join(directory, 'etc/portage/make.conf') },
          ],
        },
      ],
    });
    expectDocumented('status.md', found);
    const { stdout } = desk.tumpline(['status']);
    expect(stdout).toMatch(/^part emerge +on$/m);
    expect(stdout).toContain(`link ${directory}/usr/local/bin/emerge`);
    desk.tumpline(['disable', 'emerge']);
  });

  test('tells the problems of the configuration, exit status 1', () => {
    const file = join(desk.root.directory, 'etc/tumpline.conf');
    writeFileSync(file, '[grpah]\n');
    const problem = `${file}: [grpah]: unknown section; did you mean graph?`;
    const { exit, found } = status();
    expect([exit, found['configuration']]).toEqual([1, { file, exists: true, problems: [problem] }]);
    expect(desk.tumpline(['status']).stdout).toContain(problem);
    rmSync(file);
    expect(status({ TUMPLINE_CONFIG: '/nowhere' }).found['configuration']).toMatchObject({
      file: '/nowhere',
    });
  });

  test('a Portage that cannot read its configuration is a problem, not the end', () => {
    const profile = join(desk.root.directory, 'etc/portage/make.conf');
    const text = readFileSync(profile, 'utf8');
    writeFileSync(profile, 'A="\n');
    const { exit, found } = status();
    writeFileSync(profile, text);
    expect([exit, found['portage']]).toEqual([1, null]);
    expect(JSON.stringify(found['problems'])).toMatch(/ParseError|No closing quotation/);
    expectDocumented('status.md', found);
  });

  test('roots count as for Portage', () => {
    const other = join(desk.root.directory, 'other');
    mkdirSync(join(other, 'etc'), { recursive: true });
    const { found } = status({}, `--config-root=${other}`, `--root=${other}`);
    expect(found).toMatchObject({
      roots: { configRoot: other, root: other, eroot: join(other, desk.root.directory) },
      configuration: { file: join(other, 'etc/tumpline.conf') },
    });
    const { found: byVariable } = status({ PORTAGE_CONFIGROOT: other, ROOT: other });
    expect(byVariable['roots']).toEqual(found['roots']);
    rmSync(other, { recursive: true });
  });
});

describe('the other documents', () => {
  test('version, enable, disable and errors are as docs/json says', () => {
    const json = (...args: string[]) => JSON.parse(desk.tumpline([...args, '--json']).stdout) as unknown;
    expectDocumented('enable.md', json('version'));
    expectDocumented('enable.md', json('enable', 'emerge'));
    expectDocumented('enable.md', json('disable', '--all'));
    expectDocumented('enable.md', json('disable', 'everything'));
  });
});

describe('man pages', () => {
  const pages = readdirSync(join(top, 'man')).filter(name => /\.[1-9]$/.test(name));
  test.each(pages)('%s is sound', page => {
    const checked = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-z', join(top, 'man', page)], {
      encoding: 'utf8',
    });
    if (checked.error) return;
    expect([checked.status, checked.stderr]).toEqual([0, '']);
  });

  test('tumpline(1) names every command and option', () => {
    const text = readFileSync(join(top, 'man/tumpline.1'), 'utf8').replaceAll('\\-', '-');
    for (const { name, options = {} } of table) {
      expect(text).toContain(`tumpline ${name}`);
      for (const option of Object.keys(options)) expect(text).toContain(`--${option}`);
    }
  });
});
