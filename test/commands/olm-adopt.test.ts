import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { emerge, top } from '../kit/environment.ts';
import { expectDocumented } from './documented.ts';
import { type Desk, makeDesk } from './kit.ts';

let desk: Desk;
let overlayman: string;
let repos: string;
let tree: string;
let conf: string;
beforeAll(async () => {
  desk = await makeDesk({
    overlays: {
      mirrored: {
        ebuilds: { 'app-t/used-1': {}, 'app-t/used-2': {}, 'dev-t/dep-1': {}, 'app-t/other-1': {} },
      },
    },
    installed: {
      'app-t/used-1': { repository: 'mirrored' },
      'dev-t/dep-1': { repository: 'mirrored' },
      'app-t/old-3': { repository: 'mirrored' },
      'app-t/local-1': { repository: 'gentoo' },
    },
    observability: false,
  });
  const directory = desk.root.directory;
  overlayman = join(directory, 'etc/overlayman');
  repos = join(directory, 'etc/portage/repos.conf');
  tree = join(directory, 'var/db/repos/mirrored');
  conf = readFileSync(repos, 'utf8');
});
afterAll(() => desk.root.remove());
beforeEach(() => {
  rmSync(repos, { recursive: true });
  rmSync(overlayman, { recursive: true, force: true });
  mkdirSync(overlayman, { recursive: true });
  mkdirSync(repos);
  const list = join(top, 'test/portage/files/fixtures/repositories.xml');
  writeFileSync(join(overlayman, 'overlays.conf'), `repositories = ${list}\n`);
});

/** The overlay's section in a file of its own, as `eselect repository` and people write it. */
function ownFile(name: string, more: string): string {
  const parts = conf.split(/^(?=\[)/m);
  const isOwn = (part: string) => part.startsWith('[mirrored]');
  writeFileSync(join(repos, 'gentoo.conf'), parts.filter(part => !isOwn(part)).join(''));
  const own = join(repos, name);
  writeFileSync(own, `${parts.find(isOwn)?.trimEnd()}\n${more}`);
  return own;
}

function repositoriesSeen(): string[] {
  const { stdout } = spawnSync(join(dirname(emerge), 'portageq'), ['get_repos', `${desk.root.directory}/`], {
    env: desk.environment,
    encoding: 'utf8',
    timeout: 60_000,
  });
  return stdout.trim().split(/\s+/).sort();
}

describe('adopt', () => {
  test('shows what is used, what would vanish and the way over; nothing is written', () => {
    const own = ownFile('mirrored.conf', 'sync-type = git\nsync-uri = https://git.example.org/mirrored\n');
    const { status, stdout, stderr } = desk.olm(['adopt', 'mirrored']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toBe(`mirrored in ${tree}: 2 of 3 packages are installed from it
  app-t/used::mirrored  1
  dev-t/dep::mirrored   1
1 package that is not installed would no longer be seen, but for what these need: app-t/other
installed from it, but no longer in it: app-t/old-3
to switch over:
  olm adopt mirrored --write
  mv ${tree} ${dirname(tree)}/.mirrored.adopted
  tumpline enable olm
  olm sync mirrored
`);
    expect(existsSync(join(overlayman, 'packages'))).toBe(false);
    expect(existsSync(own)).toBe(true);
  });

  test('--write lists them and puts the file aside; Portage no longer has the whole overlay', () => {
    const own = ownFile('mirrored.conf', 'sync-type = git\nsync-uri = https://git.example.org/mirrored\n');
    const text = readFileSync(own, 'utf8');
    expect(repositoriesSeen()).toContain('mirrored');
    const { status, stdout } = desk.olm(['adopt', 'mirrored', '--write', '--json']);
    expect(status).toBe(0);
    const document = JSON.parse(stdout);
    expectDocumented('olm.md', document);
    const aside = join(repos, '.mirrored.conf.adopted');
    expect(document.written).toMatchObject({ definition: null, aside });
    expect(document.steps).toEqual([
      `mv ${tree} ${dirname(tree)}/.mirrored.adopted`,
      'tumpline enable olm',
      'olm sync mirrored',
    ]);
    expect(readFileSync(join(overlayman, 'packages'), 'utf8')).toBe(
      'app-t/used::mirrored\ndev-t/dep::mirrored\n',
    );
    expect(readFileSync(aside, 'utf8')).toBe(text);
    expect(existsSync(own)).toBe(false);
    expect(repositoriesSeen()).not.toContain('mirrored');
  });

  test('a source that is not the listed one is kept; a file with other sections is left to the user', () => {
    const own = ownFile(
      'mine.conf',
      'sync-type = git\nsync-uri = https://fork.example.org/mirrored.git\n\n[another]\nauto-sync = no\n',
    );
    const { status, stdout } = desk.olm(['adopt', 'mirrored', '--write']);
    expect(status).toBe(0);
    expect(stdout).toContain('overlays.conf: [mirrored] added\n');
    expect(stdout).toMatch(new RegExp(`  \\$EDITOR \\+\\d+ ${own} +# take out the section \\[mirrored\\]\n`));
    expect(readFileSync(join(overlayman, 'overlays.conf'), 'utf8')).toMatch(
      /\n\[mirrored\]\nsync-uri = https:\/\/fork\.example\.org\/mirrored\.git\ntype = git\n$/,
    );
    expect(existsSync(own)).toBe(true);
    // a second time nothing is there twice
    const again = desk.olm(['adopt', 'mirrored', '--write', '--json']);
    expect(JSON.parse(again.stdout).written).toEqual({ lines: [], definition: null, aside: null });
  });

  test('what cannot be adopted', () => {
    ownFile('mirrored.conf', '');
    for (const [name, code, hint] of [
      ['miroredd', 'missing', 'olm adopt mirrored'],
      ['testbed', 'refused', 'olm list'],
    ] as const) {
      const answer = JSON.parse(desk.olm(['adopt', name, '--json']).stdout);
      expect(answer.error).toMatchObject({ code, hint });
    }
  });
});
