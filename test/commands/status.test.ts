import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandsOf, isGroup } from '../../commands/command.ts';
import { tumpline } from '../../commands/table.ts';
import { top } from '../kit/environment.ts';
import { expectDocumented } from './documented.ts';
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
      parts: [
        { name: 'emerge', enabled: false, pieces: [] },
        { name: 'sets', enabled: false, pieces: [] },
        { name: 'ebuild', enabled: false, pieces: [] },
        { name: 'olm', enabled: false, pieces: [] },
      ],
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
        { name: 'sets', enabled: false, pieces: [] },
        { name: 'ebuild', enabled: false, pieces: [] },
        { name: 'olm', enabled: false, pieces: [] },
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

  test('tumpline(1) names every command and option, tumpline-GROUP(1) those of a group', () => {
    const page = (name: string) => readFileSync(join(top, 'man', name), 'utf8').replaceAll('\\-', '-');
    for (const row of tumpline.table) {
      expect(page('tumpline.1')).toContain(`tumpline ${row.name}`);
      const text = page(isGroup(row) ? `tumpline-${row.name}.1` : 'tumpline.1');
      for (const { name, options = {} } of commandsOf(row)) {
        expect(text).toContain(`tumpline ${name}`);
        for (const option of Object.keys(options)) expect(text).toContain(`--${option}`);
      }
    }
  });
});
