import { spawnSync } from 'node:child_process';
import {
  existsSync,
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
    const first = await atTheQuestion(desk);
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
