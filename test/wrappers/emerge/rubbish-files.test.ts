/** Rubbish in what the painter reads: emerge goes on as without it, and the reason why less is shown stands in the log. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { noteReduced, quick } from '../../kit/environment.ts';
import { random } from '../../kit/random.ts';
import type { RootDeclaration } from '../../testbed/declaration.ts';
import {
  comparable,
  picture,
  pictureRows,
  remaining,
  type Stage,
  since,
  sources,
  stage,
  wrapperTree,
} from './terminal/stage.ts';
import { type Terminal, until } from './terminal/tmux.ts';

const declaration: RootDeclaration = {
  ebuilds: {
    'dev-libs/short-1': { RDEPEND: 'dev-libs/there', sleep: { compile: 0.8 } },
    'dev-libs/there-1': {},
  },
  installed: {
    'dev-libs/there-1': {},
    ...Object.fromEntries(
      ['a', 'b', 'c', 'd', 'e', 'f'].map(name => [`app-misc/${name}-1`, { RDEPEND: 'dev-libs/there' }]),
    ),
  },
};

function bytes(length: number): Buffer {
  const next = random(length);
  return Buffer.from(Array.from({ length }, () => next.below(256)));
}

let tree: string;
beforeAll(async () => {
  tree = await wrapperTree();
});
afterAll(() => rmSync(tree, { recursive: true, force: true }));

if (quick) noteReduced('rubbish: some of what can be wrong with files, with the log as source');

describe.each(quick ? sources.slice(1) : sources)(
  '%s',
  source => {
    let at: Stage;
    let terminal: Terminal;
    let number = 1;
    beforeAll(async () => {
      at = await stage(tree, source, declaration);
      terminal = await at.open({ columns: 80, rows: 24 });
    });
    afterEach(async () => {
      rmSync(path('tmp/debug'), { force: true, recursive: true });
      await until(
        'the end of all processes',
        () => remaining(at.root, [terminal.shell]).length === 0,
        15_000,
      );
    });
    afterAll(() => {
      terminal?.close();
      at?.root.remove();
    });

    function path(name: string): string {
      return join(at.root.directory, name);
    }

    /** Puts something else in the place of what was there. */
    function put(name: string, make: (path: string) => void): void {
      rmSync(path(name), { recursive: true, force: true });
      mkdirSync(dirname(path(name)), { recursive: true });
      make(path(name));
    }

    async function run(line: string): Promise<string[]> {
      const before = number;
      await terminal.type(line);
      const prompt = await terminal.prompt(before, 50_000);
      number = prompt.number;
      return comparable(await since(terminal, before));
    }

    /** The same with and without us; the log of the run. */
    async function undisturbed(spoil: () => void, during?: () => Promise<void>): Promise<string> {
      spoil();
      const plain = await run('TUMPLINE=0 emerge --color=n --oneshot dev-libs/short');
      spoil();
      const running = run('emerge --color=n --oneshot dev-libs/short');
      await during?.();
      expect(await running).toEqual(plain);
      const state = await terminal.state();
      expect([state.upper, state.lower, state.cursorShown]).toEqual([0, 23, true]);
      expect(pictureRows(await terminal.history())).toEqual([]);
      const log = at.debug().join('\n');
      expect(log).not.toMatch(/fault of our own/);
      return log;
    }

    const lists: readonly (readonly [string, RegExp | undefined, (file: string) => void])[] = [
      ['random bytes', /mtimedb: not JSON/, file => writeFileSync(file, bytes(5000))],
      [
        'half of it',
        /mtimedb: not JSON/,
        file => writeFileSync(file, '{"resume": {"mergelist": [["ebuild", "/", "dev-l'),
      ],
      [
        'wrong types',
        /mtimedb: resume/,
        file =>
          writeFileSync(
            file,
            '{"resume": {"mergelist": [7, ["ebuild", "/", "../../etc/passwd-1", "merge"]], "favorites": 3}, "resume_backup": []}',
          ),
      ],
      [
        'the list of another run',
        /older than this run/,
        file => {
          writeFileSync(
            file,
            '{"resume": {"mergelist": [["ebuild", "/", "app-misc/a-1", "merge"]], "favorites": ["app-misc/a"], "myopts": {}}}',
          );
          utimesSync(file, 1e9, 1e9);
        },
      ],
      [
        'a hundred megabytes',
        /mtimedb: \d+ bytes, not read/,
        file => {
          writeFileSync(file, '');
          truncateSync(file, 100 << 20);
        },
      ],
      ['a directory', undefined, file => mkdirSync(file)],
      ['a link to nowhere', undefined, file => symlinkSync('/nowhere/at/all', file)],
    ];

    test.each(quick ? lists.slice(0, 1) : lists)('mtimedb: %s', async (_what, said, make) => {
      const log = await undisturbed(() => put('var/cache/edb/mtimedb', make));
      if (said) expect(log).toMatch(said);
      rmSync(path('var/cache/edb/mtimedb'), { recursive: true, force: true });
    });

    test('mtimedb becomes a fifo, a directory, rubbish, in the middle of a run', async () => {
      const log = await undisturbed(
        () => rmSync(path('var/cache/edb/mtimedb'), { recursive: true, force: true }),
        async () => {
          await picture(terminal);
          put('var/cache/edb/mtimedb', file => writeFileSync(file, bytes(999)));
          await until('word of rubbish', () => at.debug().some(line => line.includes('not JSON')));
          put('var/cache/edb/mtimedb', file => spawnSync('sh', ['-c', 'mkfifo "$0"', file]));
          await until('word of the fifo', () => at.debug().some(line => line.includes('not a regular file')));
        },
      );
      expect(log).toMatch(/list of 1, tied/);
    });

    test.skipIf(quick)('emerge.log: random bytes, something sparse, times of all ages', async () => {
      await undisturbed(() =>
        put('var/log/emerge.log', file => {
          writeFileSync(file, bytes(40_000));
          truncateSync(file, 100 << 20);
        }),
      );
      const lines = [0, 1, 999, 4e9, 9e14].flatMap(time => [
        `${time}:  >>> emerge (1 of 1) dev-libs/short-1 to /`,
        `${time}:  ::: completed emerge (1 of 1) dev-libs/short-1 to /`,
        `${time}:  === (7 of 1) Compiling/Merging (dev-libs/short-1::/x)`,
      ]);
      await undisturbed(() =>
        put('var/log/emerge.log', file => writeFileSync(file, `${lines.join('\n')}\n`)),
      );
      rmSync(path('var/log/emerge.log'));
    });

    test.skipIf(quick)('a fifo where emerge.log would be, if it were not elsewhere', async () => {
      const makeConf = at.root.readText('etc/portage/make.conf') ?? '';
      mkdirSync(path('var/log/own'), { recursive: true });
      writeFileSync(path('etc/portage/make.conf'), `${makeConf}EMERGE_LOG_DIR="${path('var/log/own')}"\n`);
      await undisturbed(
        () => put('var/log/emerge.log', file => spawnSync('sh', ['-c', 'mkfifo "$0"', file])),
        async () => {
          await picture(terminal);
        },
      );
      writeFileSync(path('etc/portage/make.conf'), makeConf);
      rmSync(path('var/log/emerge.log'));
    });

    test.skipIf(quick)('the cache of metadata: rubbish, a directory, a link to nowhere', async () => {
      const entry = 'var/db/repos/testbed/metadata/md5-cache/dev-libs/short-1';
      const kept = at.root.readText(entry)!;
      await undisturbed(() => put(entry, file => writeFileSync(file, bytes(3000))));
      await undisturbed(() => put(entry, file => mkdirSync(file)));
      await undisturbed(() => put(entry, file => symlinkSync('nowhere', file)));
      put(entry, file => writeFileSync(file, kept));
    });

    test('installed packages: gone files, binary content, links to nowhere, half-merged ones', async () => {
      const vdb = (name: string) => `var/db/pkg/app-misc/${name}`;
      await undisturbed(
        () => {
          rmSync(path(`${vdb('a-1')}/RDEPEND`), { force: true });
          rmSync(path(`${vdb('a-1')}/SLOT`), { force: true });
          for (const field of ['HOMEPAGE', 'KEYWORDS', 'IUSE'])
            put(`${vdb('b-1')}/${field}`, file => writeFileSync(file, bytes(500)));
          put(`${vdb('c-1')}/DESCRIPTION`, file => symlinkSync('nowhere', file));
          put(`${vdb('d-1')}/metadata`, file => mkdirSync(file));
          put(`${vdb('e-1')}/CHOST`, file => mkdirSync(file));
          put(`${vdb('-MERGING-g-1')}/RDEPEND`, file => writeFileSync(file, 'dev-libs/there\n'));
          put(vdb('h-1'), file => symlinkSync('nowhere', file));
          put(vdb('plain-file'), file => writeFileSync(file, 'x'));
          put('var/db/pkg/stray', file => writeFileSync(file, 'x'));
        },
        async () => {
          await picture(terminal);
        },
      );
    });

    test.skipIf(quick)('the place of the last run is full, and the log cannot be written', async () => {
      const kept = path('var/lib/tumpline');
      mkdirSync(kept, { recursive: true });
      const mounted =
        process.getuid?.() === 0 &&
        spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4k,nr_inodes=2', 'none', kept]).status === 0;
      if (!mounted) {
        noteReduced('rubbish: no right to mount, so a file stands where the folder of the last run would');
        rmSync(kept, { recursive: true });
        writeFileSync(kept, '');
      }
      try {
        const log = await undisturbed(() => {});
        expect(log).toMatch(/the run is not kept/);
        // not even root can make a file there
        const plain = await run('TUMPLINE=0 emerge --color=n --oneshot dev-libs/short');
        expect(await run('TUMPLINE_DEBUG=/proc/none/here emerge --color=n --oneshot dev-libs/short')).toEqual(
          plain,
        );
        expect(await run(`TUMPLINE_DEBUG=/ emerge --color=n --oneshot dev-libs/short`)).toEqual(plain);
      } finally {
        if (mounted) spawnSync('umount', [kept]);
        rmSync(kept, { recursive: true, force: true });
      }
    });
  },
  200_000,
);
