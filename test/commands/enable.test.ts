import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { atTheQuestion, type Desk, featuresAt, makeDesk, treeAt } from './kit.ts';

let desk: Desk;
let directory: string;
let pristine: string[];
beforeAll(async () => {
  desk = await makeDesk();
  directory = desk.root.directory;
  pristine = tree();
});
afterAll(() => desk.root.remove());

const tree = () => treeAt(desk);
const features = () => featuresAt(desk);
const link = () => join(directory, 'usr/local/bin/emerge');
const conf = () => join(directory, 'etc/portage/make.conf');

beforeEach(() => {
  expect(tree()).toEqual(pristine);
});

describe('enable emerge', () => {
  test('makes the link, says how to get more, and disable takes it away again', () => {
    const path = `${directory}/usr/local/bin:${desk.environment['PATH']}`;
    const { status, stdout, stderr } = desk.tumpline(['enable', 'emerge'], { PATH: path });
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: `emerge: added the link ${link()}\nemerge is on; to undo: tumpline disable emerge\n`,
      stderr:
        'tumpline: observability stays out of FEATURES; to add it: tumpline enable emerge --observability=yes\n',
    });
    expect(readlinkSync(link())).toBe(join(desk.tree, 'bin/emerge'));
    // the link works: it finds the real emerge behind it
    const { TUMPLINE_EMERGE: real, ...others } = desk.environment;
    const run = spawnSync(link(), ['--version'], {
      env: { ...others, PATH: `${directory}/usr/local/bin:${join(real ?? '', '..')}:${others['PATH']}` },
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(run.stdout).toMatch(/^Portage 3\./);
    const once = tree();
    expect(desk.tumpline(['enable', 'emerge'], { PATH: path })).toMatchObject({ status: 0 });
    expect(tree()).toEqual(once);
    const off = desk.tumpline(['disable', 'emerge']);
    expect(off).toMatchObject({
      status: 0,
      stdout: `emerge: removed the link ${link()}\nemerge is off\n`,
      stderr: '',
    });
    expect(tree()).toEqual(pristine);
    expect(desk.tumpline(['disable', 'emerge'])).toMatchObject({ status: 0, stdout: 'emerge was not on\n' });
  });

  test('warns where the link would not be found first', () => {
    const behind = desk.tumpline(['enable', 'emerge'], {
      PATH: `${join(desk.environment['TUMPLINE_EMERGE'] ?? '', '..')}:${directory}/usr/local/bin:${process.env['PATH']}`,
    });
    expect(behind.stderr).toMatch(/^tumpline: PATH has \S+ before \S+\/usr\/local\/bin: turn them round/);
    expect(desk.tumpline(['enable', 'emerge']).stderr).toContain(
      '/usr/local/bin is not in PATH: put it before',
    );
    expect(desk.tumpline(['disable', '--all'])).toMatchObject({ status: 0 });
  });

  test('--observability=yes adds the word for Portage, =no takes it away, disable gives the bytes back', () => {
    const before = features();
    expect(before).not.toContain('observability');
    expect(desk.tumpline(['enable', 'emerge', '--observability=yes'])).toMatchObject({ status: 0 });
    expect(features()).toEqual([...before, 'observability'].sort());
    expect(desk.tumpline(['status']).stdout).toMatch(/^observability +on$/m);
    const again = desk.tumpline(['enable', 'emerge', '--observability=yes', '--json']);
    const { deeds } = JSON.parse(again.stdout) as { deeds: { what: string }[] };
    expect(deeds.map(({ what }) => what)).toEqual(['present', 'present']);
    const no = desk.tumpline(['enable', 'emerge', '--observability=no']);
    expect(no.stdout).toContain(`emerge: removed a line in ${conf()}`);
    expect(features()).toEqual(before);
    expect(existsSync(link())).toBe(true);
    desk.tumpline(['disable', 'emerge']);
    expect(tree()).toEqual(pristine);
  });

  test('--bindir puts the link elsewhere, and disable finds it there', () => {
    const place = join(directory, 'opt/here');
    expect(desk.tumpline(['enable', 'emerge', `--bindir=${place}`])).toMatchObject({ status: 0 });
    expect(lstatSync(join(place, 'emerge')).isSymbolicLink()).toBe(true);
    expect(desk.tumpline(['disable', 'emerge']).stdout).toContain(`removed the link ${place}/emerge`);
    expect(existsSync(join(directory, 'opt'))).toBe(false);
  });

  test('asks on a terminal, and takes only yes for an answer', () => {
    const answers: [string, boolean][] = [
      ['y\n', true],
      ['yes\n', true],
      ['n\n', false],
      ['\n', false],
      ['\u0004', false],
    ];
    for (const [answer, added] of answers) {
      const command = `${desk.tree}/bin/tumpline enable emerge`;
      const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], {
        env: { ...desk.environment, TERM: 'dumb' },
        input: answer,
        encoding: 'utf8',
        timeout: 60_000,
      });
      expect(stdout).toContain(`Add "observability" to FEATURES in ${conf()}`);
      expect(readFileSync(conf(), 'utf8').includes('observability'), JSON.stringify(answer)).toBe(added);
      expect(desk.tumpline(['disable', 'emerge']).status).toBe(0);
      expect(tree()).toEqual(pristine);
    }
  });
});

describe('nothing to do', () => {
  test('a word that make.conf has already is left alone, and stays', () => {
    const text = readFileSync(conf(), 'utf8');
    writeFileSync(conf(), `${text}FEATURES="\${FEATURES} observability"\n`);
    const before = tree();
    const on = desk.tumpline(['enable', 'emerge', '--observability=yes']);
    expect(on.stderr).toContain('tumpline: observability is in FEATURES already\n');
    expect(desk.tumpline(['disable', 'emerge']).status).toBe(0);
    expect(tree()).toEqual(before);
    writeFileSync(conf(), text);
  });

  test('a wrapper that is installed in the very place needs no link', () => {
    const prefix = join(directory, 'usr/local');
    mkdirSync(prefix);
    spawnSync('cp', ['-a', `${desk.tree}/.`, prefix]);
    const before = tree();
    const run = (...args: string[]) =>
      spawnSync(`${prefix}/bin/tumpline`, args, { env: desk.environment, encoding: 'utf8', timeout: 60_000 });
    expect(run('enable', 'emerge')).toMatchObject({
      status: 0,
      stdout: 'emerge is on; to undo: tumpline disable emerge\n',
    });
    expect(run('disable', '--all')).toMatchObject({
      status: 0,
      stdout: 'emerge is off\nsets was not on\nebuild was not on\nolm was not on\n',
    });
    expect(tree()).toEqual(before);
    rmSync(prefix, { recursive: true });
  });

  test('an interrupt at the question: exit status 130, no lock is left', async () => {
    const asked = await atTheQuestion(desk);
    asked.stdin.write('\u0003');
    expect(await new Promise(done => asked.on('exit', done))).toBe(130);
    expect(desk.tumpline(['disable', 'emerge'])).toMatchObject({ status: 0, stdout: 'emerge was not on\n' });
  });
});
