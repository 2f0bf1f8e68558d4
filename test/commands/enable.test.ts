import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { treeOf } from '../kit/tree.ts';
import { type Desk, makeDesk } from './kit.ts';

let desk: Desk;
let directory: string;
let pristine: string[];
beforeAll(async () => {
  desk = await makeDesk();
  directory = desk.root.directory;
  pristine = tree();
});
afterAll(() => desk.root.remove());

/** etc and all of bin, the state too; what only runs or is cached, and Portage's own, left out. */
function tree(): string[] {
  return treeOf(directory, ['run', 'var/cache', 'tmp', 'var/db', 'share', 'var/lib/portage']);
}

const link = () => join(directory, 'usr/local/bin/emerge');
const conf = () => join(directory, 'etc/portage/make.conf');

function features(): string[] {
  const { stdout } = spawnSync(
    join(desk.environment['TUMPLINE_EMERGE'] ?? '', '../portageq'),
    ['envvar', 'FEATURES'],
    {
      env: desk.environment,
      encoding: 'utf8',
      timeout: 60_000,
    },
  );
  return stdout.trim().split(' ').sort();
}

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

describe('refusals', () => {
  const foreign: [string, (path: string) => void][] = [
    ['a file', path => writeFileSync(path, '#!/bin/sh\n')],
    ['a directory', path => mkdirSync(path)],
    ['a link', path => symlinkSync('/bin/true', path)],
    ['a dangling link', path => symlinkSync('/opt/tumpline/bin/emerge', path)],
  ];
  test.each(foreign)('%s in the way: exit status 1, says what to do, changes nothing', (_, put) => {
    mkdirSync(join(directory, 'usr/local/bin'), { recursive: true });
    put(link());
    const before = tree();
    const { status, stdout, stderr } = desk.tumpline(['enable', 'emerge', '--observability=yes']);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /^tumpline: \S+\/emerge: is a .* that tumpline did not put there\ntry: mv \S+ \S+\.old, or/,
    );
    expect(tree()).toEqual(before);
    desk.tumpline(['disable', 'emerge']);
    expect(tree()).toEqual(before);
    rmSync(join(directory, 'usr/local'), { recursive: true });
  });

  test('a make.conf in which the line would not help: refused after asking Portage, with what to add by hand', () => {
    const text = readFileSync(conf(), 'utf8');
    unlinkSync(conf());
    mkdirSync(conf());
    writeFileSync(join(conf(), '10-base'), text);
    writeFileSync(join(conf(), 'zzz-last'), 'FEATURES="-sandbox"\n');
    const before = tree();
    const { status, stderr } = desk.tumpline(['enable', 'emerge', '--observability=yes']);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^tumpline: \S+make\.conf: .*nothing was changed\ntry: add by hand: FEATURES="\$\{FEATURES\} observability"/,
    );
    expect(tree()).toEqual(before);
    rmSync(conf(), { recursive: true });
    writeFileSync(conf(), `${text}FOO="not closed\n`);
    const broken = desk.tumpline(['enable', 'emerge', '--observability=yes']);
    expect(broken.status).toBe(1);
    expect(broken.stderr).toMatch(/ParseError|No closing quotation/);
    writeFileSync(conf(), text);
  });

  test('who may not write is told so, and nothing is left behind', () => {
    // a place that others can reach, with an emerge that is found and never started
    const open = mkdtempSync(join(tmpdir(), 'tumpline-open-'));
    spawnSync('cp', ['-a', `${desk.tree}/.`, open]);
    mkdirSync(join(open, 'prefix/etc/portage'), { recursive: true });
    writeFileSync(join(open, 'real-emerge'), '#!/usr/bin/python3\n', { mode: 0o755 });
    spawnSync('chmod', ['-R', 'a+rX,a-w', open]);
    const before = treeOf(open);
    const run = spawnSync(`${open}/bin/tumpline`, ['enable', 'emerge'], {
      env: {
        PATH: process.env['PATH'],
        HOME: '/nowhere',
        PORTAGE_OVERRIDE_EPREFIX: `${open}/prefix`,
        TUMPLINE_EMERGE: `${open}/real-emerge`,
      },
      encoding: 'utf8',
      cwd: '/',
      timeout: 60_000,
      ...(process.getuid?.() === 0 ? { uid: 65534 } : {}),
    });
    expect(run.stderr).toMatch(/^tumpline: \S+: permission denied\ntry: run it again as root\n$/);
    expect(run.status).toBe(1);
    expect(treeOf(open)).toEqual(before);
    spawnSync('chmod', ['-R', 'u+w', open]);
    rmSync(open, { recursive: true });
  });
});

describe('two at once and interruptions', () => {
  test('the second is told who holds the lock, exit status 75', async () => {
    // the first one waits at its question
    const first = spawn('script', ['-qec', `${desk.tree}/bin/tumpline enable emerge`, '/dev/null'], {
      env: { ...desk.environment, TERM: 'dumb' },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    await new Promise<void>(done => {
      let seen = '';
      first.stdout.on('data', (data: Buffer) => {
        seen += data.toString();
        if (seen.includes('[y/N]')) done();
      });
    });
    const second = desk.tumpline(['disable', '--all']);
    expect(second.status).toBe(75);
    expect(second.stderr).toMatch(
      /enable\.lock: held by process \d+ \(tumpline enable emerge\)\ntry: ps -fp \d+, then try again\n$/,
    );
    first.stdin.write('n\n');
    await new Promise(done => first.on('exit', done));
    expect(desk.tumpline(['disable', 'emerge']).stdout).toContain('emerge is off');
  });

  test('a moved installation renews its own link, a foreign one stays', () => {
    desk.tumpline(['enable', 'emerge']);
    const moved = `${desk.root.directory}.moved`;
    spawnSync('cp', ['-a', desk.tree, moved]);
    const run = spawnSync(`${moved}/bin/tumpline`, ['enable', 'emerge'], {
      env: desk.environment,
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(run.stdout).toContain(`emerge: renewed the link ${link()}`);
    expect(readlinkSync(link())).toBe(`${moved}/bin/emerge`);
    rmSync(moved, { recursive: true });
    expect(desk.tumpline(['disable', 'emerge']).stdout).toContain('removed the link');
    expect(tree()).toEqual(pristine);
  });

  test('a make.conf that is a directory gets a file of its own; one that is a link keeps being one', () => {
    const text = readFileSync(conf(), 'utf8');
    const before = features();
    unlinkSync(conf());
    mkdirSync(conf());
    writeFileSync(join(conf(), '10-base'), text);
    const asDirectory = tree();
    expect(desk.tumpline(['enable', 'emerge', '--observability=yes'])).toMatchObject({ status: 0 });
    expect(existsSync(join(conf(), 'zz-tumpline.conf'))).toBe(true);
    expect(features()).toEqual([...before, 'observability'].sort());
    desk.tumpline(['disable', 'emerge']);
    expect(tree()).toEqual(asDirectory);
    renameSync(join(conf(), '10-base'), join(directory, 'etc/elsewhere'));
    rmSync(conf(), { recursive: true });
    symlinkSync('../elsewhere', conf());
    const asLink = tree();
    expect(desk.tumpline(['enable', 'emerge', '--observability=yes'])).toMatchObject({ status: 0 });
    expect(features()).toEqual([...before, 'observability'].sort());
    expect(readlinkSync(conf())).toBe('../elsewhere');
    desk.tumpline(['disable', 'emerge']);
    expect(tree()).toEqual(asLink);
    unlinkSync(conf());
    renameSync(join(directory, 'etc/elsewhere'), conf());
    expect(tree()).toEqual(pristine);
  });
});
