/** What `graph --last` says after real failures, and that the commands that it names go on. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isObservable, noteReduced, quick } from '../kit/environment.ts';
import type { RootDeclaration } from '../testbed/declaration.ts';
import {
  breaks,
  commandsOf,
  document,
  ebuilds,
  graph,
  onTerminal,
  rootWith,
  statesOf,
  type,
} from './last-kit.ts';

// without the status socket less is told
const sources = quick || !isObservable() ? [false] : [true, false];
const thorough = test.skipIf(quick);
if (quick) noteReduced('graph --last: two failures, without the status socket');

test.each(sources)(
  'without --keep-going, observability %s',
  async observability => {
    const root = await rootWith({ observability });
    expect(await onTerminal(root, 'app-misc/top')).toBe(1);
    const found = await document(root);
    expect(found.run).toMatchObject({ exit: 1, asked: ['app-misc/top'], targets: ['app-misc/top-1'] });
    expect(statesOf(found)).toMatchObject({ broken: 'failed', needs: 'waiting', top: 'waiting' });
    const [failure] = found.failures ?? [];
    expect(found.failures?.length).toBe(1);
    expect(failure).toMatchObject({ id: 'app-misc/broken-1', phase: 'compile' });
    expect(readFileSync(failure?.log ?? '', 'utf8')).toContain('frobnicate');
    expect(failure?.lines).toEqual([
      "main.c: In function 'main':",
      "main.c:12:5: error: implicit declaration of function 'frobnicate'",
      'make: *** [Makefile:10: main.o] Error 1',
      ' * ERROR: app-misc/broken-1::testbed failed (compile phase):',
      ' *   emake failed',
    ]);
    const text = await graph(root, '--last');
    expect(text).toContain('✘ app-misc/broken-1 failed in compile\n');
    expect(text).toContain(`  ${failure?.log}\n    main.c: In function`);
    expect(text).toMatch(/not built because of it: needs-1 top-1\n/);
    const [first = '', second = ''] = commandsOf(text);
    expect([first, second]).toEqual(['emerge --resume', 'emerge --resume --skipfirst']);
    expect((await type(root, second)).exitCode).toBe(0);
    expect(root.merged()).toEqual(['app-misc/free-1']);
  },
  120_000,
);

thorough(
  'once it is mended, --resume finishes the run',
  async () => {
    const root = await rootWith({ observability: false });
    await onTerminal(root, 'app-misc/top');
    const [first = ''] = commandsOf(await graph(root, '--last'));
    writeFileSync(join(root.directory, 'mended'), '');
    expect((await type(root, first)).exitCode).toBe(0);
    expect(root.merged()).toEqual(['broken', 'free', 'needs', 'top'].map(name => `app-misc/${name}-1`));
    expect(root.readText('var/lib/portage/world')).toBe('app-misc/top\n');
  },
  120_000,
);

for (const observability of sources)
  test.each(quick ? ['--jobs=3'] : ['', '--jobs=3'])(
    `--keep-going %s, observability ${observability}`,
    async jobs => {
      const root = await rootWith({ observability });
      expect(await onTerminal(root, `--keep-going ${jobs} app-misc/top`)).toBe(1);
      const found = await document(root);
      expect(statesOf(found)).toEqual({ broken: 'failed', needs: 'dropped', top: 'dropped', free: 'done' });
      expect(found.failures?.map(({ id, phase }) => `${id} ${phase}`)).toEqual(['app-misc/broken-1 compile']);
      const text = await graph(root, '--last');
      expect(text).toMatch(/not built because of it: needs-1 top-1\n/);
      const commands = commandsOf(text);
      expect(commands).toEqual(['emerge app-misc/top']);
      writeFileSync(join(root.directory, 'mended'), '');
      expect((await type(root, commands[0] ?? '')).exitCode).toBe(0);
      expect(root.merged().length).toBe(4);
    },
    120_000,
  );

thorough.each(sources)(
  '--keep-going with nothing left, observability %s',
  async observability => {
    // the shortened list is written when emerge leaves
    const broken = { BDEPEND: 'app-misc/free', phases: breaks('compile') };
    const root = await rootWith({ observability, ebuilds: { ...ebuilds, 'app-misc/broken-1': broken } });
    expect(await onTerminal(root, '--keep-going app-misc/top')).toBe(1);
    const states = { free: 'done', broken: 'failed', needs: 'dropped', top: 'dropped' };
    expect(statesOf(await document(root))).toEqual(states);
    expect(commandsOf(await graph(root, '--last'))).toEqual(['emerge app-misc/top']);
  },
  120_000,
);

thorough.each(sources)(
  'two that fail at once, observability %s',
  async observability => {
    const root = await rootWith({
      observability,
      ebuilds: {
        'app-misc/late-1': { sleep: 2 },
        'app-misc/one-1': { phases: breaks('compile') },
        'app-misc/two-1': { phases: breaks('configure') },
        'app-misc/waits-1': { RDEPEND: 'app-misc/late', DEPEND: 'app-misc/late' },
      },
    });
    expect(await onTerminal(root, '--jobs=4 app-misc/waits app-misc/one app-misc/two')).toBe(1);
    const found = await document(root);
    expect(statesOf(found)).toEqual({ late: 'done', one: 'failed', two: 'failed', waits: 'waiting' });
    expect(found.failures?.map(({ id, phase }) => `${id} ${phase}`).toSorted()).toEqual([
      'app-misc/one-1 compile',
      'app-misc/two-1 configure',
    ]);
    const text = await graph(root, '--last');
    expect(text).toMatch(/not reached: waits-1\n/);
    const [first = '', second = ''] = commandsOf(text);
    expect([first, second]).toEqual(['emerge --resume', 'emerge --resume --keep-going']);
    expect((await type(root, second)).exitCode).toBe(1);
    expect(root.merged()).toEqual(['app-misc/late-1', 'app-misc/waits-1']);
  },
  120_000,
);

const logPlaces: [string, RootDeclaration['makeConf'], RegExp][] = [
  [
    'packed, one directory per category',
    { FEATURES: 'compress-build-logs split-log' },
    /log\/portage\/build\/app-misc\/broken-1:\d{8}-\d{6}\.log\.gz$/,
  ],
  [
    'beside nothing else, the build being cleaned',
    { FEATURES: 'fail-clean', PORTAGE_LOG_FILE_SEP: '@' },
    /log\/portage\/app-misc[:@]broken-1[:@]\d{8}-\d{6}\.log$/,
  ],
  ['with the build', { PORTAGE_LOGDIR: '' }, /var\/tmp\/portage\/app-misc\/broken-1\/temp\/build\.log$/],
];
for (const observability of sources)
  thorough.each(logPlaces)(
    `a log that is %s, observability ${observability}`,
    async (_name, makeConf, path) => {
      const root = await rootWith({ observability, makeConf: makeConf ?? {} });
      expect(await onTerminal(root, '--keep-going app-misc/top')).toBe(1);
      const found = await document(root);
      expect(statesOf(found)).toEqual({ broken: 'failed', needs: 'dropped', top: 'dropped', free: 'done' });
      expect(found.failures?.[0]?.log).toMatch(path);
      expect(found.failures?.[0]?.lines[1]).toContain("'frobnicate'");
      expect(found.failures?.[0]?.phase).toBe('compile');
    },
    120_000,
  );

thorough.each(sources)(
  'interrupted: nothing failed, and --resume goes on, observability %s',
  async observability => {
    const root = await rootWith({
      observability,
      ebuilds: {
        'app-misc/slow-1': { phases: `src_compile() {\n\ttouch "\${EPREFIX}/there"\n\tsleep 30\n}` },
        'app-misc/top-1': { DEPEND: 'app-misc/slow' },
      },
    });
    const there = join(root.directory, 'there');
    const keys = `trap : INT\n(while ! [ -e '${there}' ]; do sleep 0.1; done; sleep 1; kill -INT 0) &\n`;
    await onTerminal(root, 'app-misc/top', keys);
    const found = await document(root);
    expect(statesOf(found)).toEqual({ slow: 'waiting', top: 'waiting' });
    expect(found.failures).toBeUndefined();
    const text = await graph(root, '--last');
    expect(text).toMatch(/stopped {2}0\/2 done {2}app-misc\/top\n\nnot merged: slow-1 top-1\n/);
    expect(commandsOf(text)).toEqual(['emerge --resume']);
  },
  120_000,
);

thorough(
  'a file that cannot be fetched, and a set that was asked for',
  async () => {
    const root = await rootWith({
      observability: false,
      world: ['app-misc/far', 'app-misc/top'],
      ebuilds: { ...ebuilds, 'app-misc/far-1': { SRC_URI: 'file:///nowhere/far-1.tar.gz' } },
    });
    expect(await onTerminal(root, '--keep-going @world')).toBe(1);
    const found = await document(root);
    expect(found.failures?.map(({ id, phase }) => `${id} ${phase}`).toSorted()).toEqual([
      'app-misc/broken-1 compile',
      'app-misc/far-1 fetch',
    ]);
    const [command = '', ...others] = commandsOf(await graph(root, '--last'));
    expect(others).toEqual([]);
    expect(command.split(' ').slice(0, 2)).toEqual(['emerge', '--oneshot']);
    expect(command.split(' ').slice(2).toSorted()).toEqual(
      ['broken', 'far', 'needs', 'top'].map(name => `'=app-misc/${name}-1'`),
    );
    writeFileSync(join(root.directory, 'mended'), '');
    writeFileSync(join(root.repository, 'app-misc/far/far-1.ebuild'), 'EAPI=8\nSLOT=0\nKEYWORDS="amd64"\n');
    expect((await type(root, command)).exitCode).toBe(0);
    expect(root.merged().length).toBe(5);
    expect(root.readText('var/lib/portage/world')).toBe('app-misc/far\napp-misc/top\n');
  },
  120_000,
);
