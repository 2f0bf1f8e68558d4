/** What a user may have lying about: a list that is none, a repository of the user's own of the same name. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, expect, test } from 'vitest';
import { noteReduced, quick } from '../../kit/environment.ts';
import { commitTree } from '../../kit/git-repository.ts';
import { writeOverlay } from '../../kit/overlay-source.ts';
import { toyFiles } from '../../testbed/overlay-tree.ts';
import { makeOlmDesk, type OlmDesk } from './olm-kit.ts';
import { makeSyncDesk } from './sync-kit.ts';

if (quick) noteReduced("olm and the user's own things: only in a full run");

const full = test.skipIf(quick);
const frog = { ebuilds: { 'app-x/frog-1': {}, 'app-x/toad-1': {} } };
let desk: OlmDesk | undefined;
afterEach(async () => {
  await desk?.end();
  desk = undefined;
});

full(
  'a list that cannot be read takes nothing away',
  async () => {
    desk = await makeOlmDesk({ guru: frog });
    desk.list('app-x/frog::guru');
    expect((await desk.olm(['sync'])).code).toBe(0);
    const list = join(desk.root.directory, 'etc/overlayman/packages');
    const traps: [string, string][] = [
      ['mkfifo "$1"', 'packages: is neither a file nor a directory'],
      ['ln -s nowhere "$1"', 'packages: the link leads nowhere'],
      ['ln -s packages "$1"', 'packages: the link leads nowhere'],
      ['mkdir "$1"; ln -s /nowhere "$1/work"', 'packages/work: the link leads nowhere'],
    ];
    for (const [trap, said] of traps) {
      rmSync(list, { recursive: true });
      await execa('sh', ['-c', trap, 'sh', list]);
      const { code, stdout, stderr } = await desk.olm(['sync']);
      expect({ code, stdout }).toMatchObject({
        code: 1,
        stdout: expect.stringContaining('guru: 1 package, kept'),
      });
      expect(stderr).toContain(said);
      expect(desk.visible('app-x/frog')).toEqual(['app-x/frog-1:0::guru']);
      if (trap.startsWith('mkfifo'))
        expect(await desk.olm(['add', 'app-x/toad::guru'])).toMatchObject({
          code: 1,
          stderr: expect.stringContaining('is not a regular file'),
        });
    }
  },
  120_000,
);

full(
  'a line that never matched has brought nothing that could stay',
  async () => {
    desk = await makeOlmDesk({ guru: frog });
    desk.list('app-x/frog::guru', '=app-x/frog-9::guru');
    for (let times = 0; times < 2; times += 1) {
      const { code, stderr } = await desk.olm(['sync', '--anew']);
      expect(code).toBe(1);
      expect(stderr).toMatch(/=app-x\/frog-9::guru: guru has no such package\n/);
    }
    expect((await desk.olm(['check'])).stdout).toMatch(/try: olm search frog\n/);
    // another place that has never answered is no place that is away for a while
    desk.write('etc/overlayman/overlays.conf', `[guru]\nsync-uri = ${desk.server.url}/typo\n`);
    desk.list('app-x/frog::guru');
    const moved = await desk.olm(['sync']);
    expect(moved).toMatchObject({ code: 75 });
    expect(moved.stderr).toContain('it has never answered');
  },
  120_000,
);

full(
  'a repository of the same name is left alone, wherever it is',
  async () => {
    const own = await makeSyncDesk();
    try {
      const at = (path: string) => join(own.root.directory, path);
      writeOverlay(at('var/db/repos/own'), {
        'profiles/repo_name': 'own\n',
        'metadata/layout.conf': 'masters = testbed\n',
      });
      writeFileSync(at('etc/portage/repos.conf/mine.conf'), `[own]\nlocation = ${at('var/db/repos/own')}\n`);
      mkdirSync(at('etc/overlayman'), { recursive: true });
      writeFileSync(
        at('etc/overlayman/overlays.conf'),
        `[own]\nsync-uri = ${at('var/db/repos/own')}\n[testbed]\nsync-uri = ${at('var/db/repos/own')}\n`,
      );
      writeFileSync(at('etc/overlayman/packages'), 'app-x/frog::own\napp-x/frog::testbed\n');
      expect(own.tumpline(['enable', 'olm']).status).toBe(0);
      const { code, text } = await own.olmAsync(['sync']);
      expect(code).toBe(1);
      expect(text).toContain(`own: ${at('etc/portage/repos.conf/mine.conf')} configures the whole overlay`);
      expect(text).toContain('testbed: is the main repository, all of which is there');
      expect(readFileSync(at('etc/portage/repos.conf/tumpline-olm.conf'), 'utf8')).not.toContain('[own]');
      const hint = /try: (olm remove 'app-x\/frog::testbed')/.exec(text)?.[1];
      expect(hint).toBeDefined();
      expect((await own.olmAsync(['remove', 'app-x/frog::testbed'])).code).toBe(0);
    } finally {
      own.end();
    }
  },
  120_000,
);

full(
  "somebody else's git on this computer, and a main repository that has not come: the next step is told",
  async () => {
    const own = await makeSyncDesk();
    try {
      const at = (path: string) => join(own.root.directory, path);
      const origin = at('home/larry/own');
      mkdirSync(at('home/larry'), { recursive: true });
      mkdirSync(at('etc/overlayman'), { recursive: true });
      commitTree(origin, Object.fromEntries(toyFiles('own', frog)));
      writeFileSync(at('etc/overlayman/overlays.conf'), `[own]\nsync-uri = ${origin}\ntype = git\n`);
      writeFileSync(at('etc/overlayman/packages'), 'app-x/frog::own\n');
      if (process.getuid?.() === 0) {
        await execa('chown', ['-R', '65534:65534', origin]);
        const { code, text } = await own.olmAsync(['sync']);
        expect({ code, text }).toMatchObject({ code: 1, text: expect.stringContaining('dubious ownership') });
        const hint = /^try: (git config .*)$/m.exec(text)?.[1] ?? '';
        expect(hint).toContain(origin);
        expect((await own.root.run('sh', ['-c', hint])).exitCode).toBe(0);
      }
      expect((await own.olmAsync(['sync'])).code).toBe(0);

      const conf = at('etc/portage/repos.conf/own.conf');
      writeFileSync(
        conf,
        `${readFileSync(conf, 'utf8')}sync-type = git\nsync-uri = https://git.example.org/x\n`,
      );
      renameSync(at('var/db/repos/testbed'), at('var/db/repos/elsewhere'));
      const { code, text } = await own.olmAsync(['sync']);
      expect({ code, text }).toMatchObject({
        code: 1,
        text: expect.stringContaining(
          `testbed: is not where ${conf} says\ntry: emaint sync --repo testbed\n`,
        ),
      });
    } finally {
      own.end();
    }
  },
  120_000,
);

full(
  'notes that do not fit behind an overlay are told by the command that is named',
  async () => {
    const odd = Object.fromEntries(
      Array.from({ length: 9 }, (_, n) => [`app-x/frog/files/a${n}\u0001`, 'x']),
    );
    desk = await makeOlmDesk({});
    desk.write('etc/overlayman/overlays.conf', `[guru]\nsync-uri = ${desk.server.url}/guru\n`);
    desk.commit('guru', frog, odd);
    desk.list('app-x/frog::guru');
    const { stdout } = await desk.olm(['sync']);
    expect(stdout).toContain('  and 4 more: olm sync --json\n');
    const all: { overlays: { notes: string[] }[] } = JSON.parse((await desk.olm(['sync', '--json'])).stdout);
    expect(all.overlays[0]?.notes).toHaveLength(9);
    // missing dependencies alone are what olm check tells
    const needs = Array.from({ length: 9 }, (_, n) => `none-x/none${n}`).join(' ');
    desk.commit('guru', { ebuilds: { 'app-x/frog-1': { RDEPEND: needs } } });
    expect((await desk.olm(['sync', '--pretend'])).stdout).toContain('more: olm sync --json --pretend\n');
    expect((await desk.olm(['sync'])).stdout).toContain('  and 4 more: olm check\n');
    expect((await desk.olm(['check'])).stdout.match(/none-x\/none\d is found nowhere/g)).toHaveLength(9);
  },
  120_000,
);
