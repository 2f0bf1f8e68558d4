/** What is written into repos.conf, beside what the user has there; and the hook where it has nothing to do. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { Located } from '../../../system/locate.ts';
import { type Places, places } from '../../../system/places.ts';
import { conflictingFile, reposConfPiece, updateReposConf } from '../../../wrappers/olm/repos-conf.ts';
import { top } from '../../kit/environment.ts';
import { scratchFolder } from '../../testbed/scratch.ts';

const scratch = scratchFolder();
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let located: Located;
let where: Places;
let counter = 0;

function write(path: string, text: string): string {
  const file = join(located.eprefix, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

function publish(...names: string[]): void {
  for (const name of names) {
    mkdirSync(join(where.systemState('olm'), name, 'generation-1'), { recursive: true });
    symlinkSync('generation-1', join(where.systemState('olm'), name, 'current'));
  }
}

/** The sections of the file, without its first line, the root's path as ROOT. */
function sections(...names: string[]): string {
  const piece = reposConfPiece(located, where, names);
  return piece.text.replace(/^.*\n\n?/, '').replaceAll(located.eprefix, 'ROOT');
}

const section = (name: string, ...more: string[]) =>
  [
    `[${name}]`,
    `location = ROOT/var/db/repos/${name}`,
    'sync-type = olm',
    `sync-uri = olm:${name}`,
    ...more,
    '',
  ].join('\n');

beforeEach(() => {
  counter += 1;
  const root = join(scratch, String(counter));
  mkdirSync(root);
  located = { emerge: '', python: [], eprefix: root, configRoot: root, root: '/', eroot: root };
  where = places(located, {});
});

const usual = ['auto-sync = yes', 'priority = -1', 'volatile = no'];

describe('the sections', () => {
  test('published overlays alone, in the order of the list, the others behind', () => {
    publish('guru', 'kde', 'another', '.hidden', 'od d');
    expect(sections('kde', 'absent', 'guru', 'kde').match(/^\[.*\]|priority.*/gm)).toEqual([
      ...['[kde]', 'priority = -1', '[guru]', 'priority = -2', '[another]', 'priority = -3'],
    ]);
    expect(sections()).toMatch(/^\[another\]/);
  });

  test('what the user says of one of them is not said again', () => {
    publish('guru');
    expect(sections('guru')).toBe(section('guru', ...usual));
    write('etc/portage/repos.conf/a.conf', '[guru]\npriority = 50\nAuto-Sync = no\nsync-user = nobody\n');
    expect(conflictingFile(located, 'guru')).toBeUndefined();
    expect(sections('guru')).toBe(section('guru', 'volatile = no'));
  });

  test.each([
    ['another place', 'location = /srv/guru', true],
    ['another type at our place', 'location = ROOT/var/db/repos/guru\nsync-type = git', true],
    ['another type alone', 'sync-type = git', true],
    ['the very same', 'location = ROOT/var/db/repos/guru\nsync-type = olm\nsync-uri = olm:guru', false],
    ['no word of it', 'masters = gentoo', false],
  ])('%s', (_, lines, refused) => {
    publish('guru', 'kde');
    const file = write(
      'etc/portage/repos.conf/full.conf',
      `[guru]\n${lines.replaceAll('ROOT', located.eprefix)}\n`,
    );
    expect(conflictingFile(located, 'guru')).toBe(refused ? file : undefined);
    expect(sections('guru').includes('[guru]')).toBe(!refused);
    expect(sections('guru')).toContain('[kde]');
    // our own file is no reason to refuse
    rmSync(file);
    write('etc/portage/repos.conf/tumpline-olm.conf', reposConfPiece(located, where, []).text);
    expect(conflictingFile(located, 'guru')).toBeUndefined();
  });

  test('a file in the place of the directory counts, and a percent sign is one', () => {
    const odd = join(located.eprefix, '100%');
    mkdirSync(odd);
    located = { ...located, eroot: odd };
    where = places({ ...located, eprefix: odd }, {});
    publish('guru');
    expect(sections('guru')).toContain('location = ROOT/100%%/var/db/repos/guru\n');
    const file = write('etc/portage/repos.conf', '[guru]\nlocation = /srv/guru\n');
    expect(conflictingFile(located, 'guru')).toBe(file);
  });

  test('nothing is written where olm is not enabled', async () => {
    publish('guru');
    expect(await updateReposConf(located, where, ['guru'])).toBe(false);
  });
});

describe('the hook', () => {
  const hook = join(top, 'hooks/postsync-olm.sh');

  /** With no more than these programs in PATH. */
  function start(programs: readonly string[]): { status: number | null; said: string } {
    const bin = join(located.eprefix, 'bin');
    mkdirSync(bin, { recursive: true });
    for (const name of programs) symlinkSync(join('/usr/bin', name), join(bin, name));
    const root = `${located.eprefix}/`;
    const { status, stdout, stderr } = spawnSync('/bin/sh', [join(located.eprefix, 'postsync.d/60')], {
      env: { PATH: bin, EROOT: root, PORTAGE_CONFIGROOT: root },
      encoding: 'utf8',
    });
    return { status, said: stdout + stderr };
  }

  function install(bundle: boolean): void {
    const placed = write('pfx/share/tumpline/hooks/postsync.d/60', '');
    rmSync(placed);
    spawnSync('cp', [hook, placed]);
    if (bundle) write('pfx/lib/tumpline/olm-postsync.cjs', 'process.exit(3);\n');
    mkdirSync(join(located.eprefix, 'postsync.d'));
    symlinkSync(placed, join(located.eprefix, 'postsync.d/60'));
    expect(readlinkSync(join(located.eprefix, 'postsync.d/60'))).toBe(placed);
  }

  test('starts no program where nothing is listed or published', () => {
    install(true);
    expect(start([])).toEqual({ status: 0, said: '' });
  });

  test('without Node: one sentence, and the sync has succeeded', () => {
    install(true);
    write('etc/overlayman/packages', 'app-misc/foo::guru\n');
    expect(start(['readlink'])).toEqual({
      status: 0,
      said: 'tumpline: node: not found in PATH, so the repositories of olm stay as they are\ntry: emerge --ask net-libs/nodejs\n',
    });
  });

  test('whatever becomes of what it starts, and when tumpline is gone, its end is 0', () => {
    install(false);
    publish('guru');
    expect(start(['readlink'])).toEqual({ status: 0, said: '' });
    write('pfx/lib/tumpline/olm-postsync.cjs', 'process.exit(3);\n');
    symlinkSync(process.execPath, join(located.eprefix, 'bin/node'));
    expect(start([])).toEqual({ status: 0, said: '' });
  });
});
