/** `-C` and `-c` of sets, and what becomes of their records. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { python } from '../kit/environment.ts';
import { call, folder, writeProgram } from '../wrappers/emerge/front-kit.ts';
import { begin, expectBoth, pair, stateOf, useRoots, whole } from './kit.ts';

useRoots();
const two = { sets: { one: 'app-t/a\napp-t/b\n', two: 'app-t/b\napp-t/d\n' }, worldSets: ['@one', '@two'] };

whole('2.unmerge', () => {
  test('2.unmerge several sets', async () => {
    await expectBoth(
      two,
      ['-C', '@one', '@two'],
      { code: 0, worldSets: [], gone: ['app-t/a-1', 'app-t/b-1', 'app-t/d-1'] },
      'same',
    );
  });

  test.each(['@system', '@world', '@selected', '@installed'])('2.unmerge %s is refused', async name => {
    const says = /does not support unmerge operations/;
    await expectBoth({ world: ['app-t/a'] }, ['-C', name], { code: 1, says }, 'same');
  });

  test('2.unmerge what another selected set holds stays', async () => {
    await expectBoth(
      two,
      ['-C', '@one'],
      {
        code: 0,
        worldSets: ['@two'],
        gone: ['app-t/a-1', 'app-t/b-1'],
        says: /still listed in the following/,
      },
      {
        code: 0,
        worldSets: ['@two'],
        gone: ['app-t/a-1'],
        says: [/^tumpline: @one: app-t\/b-1 stays, @two holds it$/m, /emerge --unmerge --with-shared @one/],
        // the shell's own words about signals
        silentOn: /live\.sh|warning:/,
      },
    );
  });

  test('2.unmerge what world holds stays, slot by slot', async () => {
    await expectBoth(
      {
        sets: { one: 'app-t/slotted\napp-t/a\n' },
        world: ['app-t/slotted:1'],
        worldSets: ['@one'],
        installed: { 'app-t/a-1': {}, 'app-t/slotted-1': { SLOT: '1' }, 'app-t/slotted-2': { SLOT: '2' } },
      },
      ['-C', '@one'],
      { code: 0, world: [], worldSets: [], gone: ['app-t/a-1', 'app-t/slotted-1', 'app-t/slotted-2'] },
      {
        code: 0,
        worldSets: [],
        gone: ['app-t/a-1', 'app-t/slotted-2'],
        says: /slotted-1 stays, world holds it/,
      },
    );
  });

  test('2.unmerge --with-shared takes all', async () => {
    await expectBoth(
      two,
      ['-C', '--with-shared', '@one'],
      { code: 2 },
      { code: 0, worldSets: ['@two'], gone: ['app-t/a-1', 'app-t/b-1'] },
    );
  });

  test('2.unmerge when nothing is left to remove', async () => {
    const given = { sets: { one: 'app-t/a\n' }, world: ['app-t/a'], worldSets: ['@one'] };
    await expectBoth(
      given,
      ['-C', '@one'],
      // Portage writes the old world back when it takes the set out
      { code: 0, worldSets: [], gone: ['app-t/a-1'] },
      { code: 1, says: [/app-t\/a-1 stays, world holds it/, /^try: emerge --deselect @one, or /m] },
    );
  });

  test('2.unmerge in pretence changes no record', async () => {
    await expectBoth(
      two,
      ['-pC', '@one'],
      { code: 0, says: /app-t\/b/ },
      { code: 0, says: /app-t\/b-1 stays/, silentOn: /Removing|Would remove/ },
    );
  });

  test('2.unmerge --deselect=n keeps the record', async () => {
    await expectBoth(
      two,
      ['-C', '--deselect=n', '@one'],
      { code: 0, gone: ['app-t/a-1', 'app-t/b-1'] },
      { code: 0, gone: ['app-t/a-1'] },
    );
  });

  test('2.unmerge with a no to --ask keeps the record', async () => {
    await expectBoth(two, ['-Ca', '@one'], { code: 1 }, { code: 1 }, { input: 'No\n' });
  });

  test('2.unmerge of an empty set', async () => {
    await expectBoth(
      { sets: { none: '# nothing\n' } },
      ['-C', '@none'],
      { code: 0, says: /'none' is an empty set/ },
      { code: 0, says: [/'none' is an empty set/, /^tumpline: \S+: '@none' is empty$/m] },
    );
  });

  test('2.depclean of a set spares what others hold', async () => {
    await expectBoth(two, ['--depclean', '@one'], { code: 1 }, 'same');
    await expectBoth(
      { ...two, worldSets: ['@two'] },
      ['-c', '@one'],
      { code: 0, gone: ['app-t/a-1'] },
      'same',
    );
  });

  test('2.depclean removes what has left the file', async () => {
    await expectBoth(
      { sets: { s: 'app-t/c\n' }, worldSets: ['@s'] },
      ['-c'],
      { code: 0, gone: ['app-t/a-1', 'app-t/b-1', 'app-t/d-1', 'app-t/e-1'] },
      'same',
    );
  });

  test('2.deselect a set, also one that is gone', async () => {
    const given = { sets: { s: 'app-t/a\n' }, worldSets: ['@s', '@gone'] };
    await expectBoth(given, ['--deselect', '@s'], { code: 0, worldSets: ['@gone'] }, 'same');
    await expectBoth(given, ['--deselect', '@gone'], { code: 0, worldSets: ['@s'] }, 'same');
  });

  test('2.deselect of a bare name', async () => {
    const given = { sets: { s: 'app-t/a\n' }, worldSets: ['@s'] };
    await expectBoth(
      given,
      ['--deselect', 's'],
      { code: 0, says: /No matching atoms/ },
      { code: 0, worldSets: [], says: /Removing @s/ },
    );
    expect(stateOf(pair.wrapped).worldSets).toEqual([]);
  });
});

whole('what follows -C where a member stays', () => {
  /** An emerge that says how it was called, and ends as told. */
  async function follows(end: string, args: readonly string[] = ['-C', '@one']) {
    begin(two);
    const place = folder();
    const script = `import os, signal, sys\nsys.stdout.write('CALL ' + ' '.join(sys.argv[1:]) + '\\n')
sys.stdout.write(' '.join(sorted(n for n in os.environ if n.startswith('TUMPLINE'))))
sys.stdout.flush()\nif '--deselect' not in sys.argv: ${end}\n`;
    const emerge = writeProgram(join(place, 'emerge'), `#!${python}\n${script}`);
    const { environment, directory } = pair.wrapped;
    const outcome = await call(join(pair.tree, 'bin/emerge'), args, {
      env: { ...environment, TUMPLINE_EMERGE: emerge, TUMPLINE_THEN: 'info', TUMPLINE_LOOK: 'yes' },
      cwd: directory,
    });
    rmSync(place, { recursive: true, force: true });
    return { ...outcome, calls: outcome.stdout.trim().split('\n') };
  }

  test('the record goes when emerge has ended well', async () => {
    const { calls, code } = await follows('sys.exit(0)');
    expect({ calls, code }).toEqual({ calls: ['CALL -C app-t/a', 'CALL --deselect --ask=n @one'], code: 0 });
  });

  test('with the roots of the call', async () => {
    const { calls } = await follows('sys.exit(0)', ['--color=n', '-C', '@one', '--root', '/']);
    expect(calls[1]).toBe('CALL --root=/ --color=n --deselect --ask=n @one');
  });

  test.each(['sys.exit(1)', 'sys.exit(130)', 'sys.exit(139)'])('not after %s', async end => {
    const { calls, code, signal } = await follows(end);
    expect({ calls, code: `sys.exit(${code})`, signal }).toEqual({
      calls: ['CALL -C app-t/a'],
      code: end,
      signal: null,
    });
  });

  test.each(['TERM', 'INT', 'KILL'])('not after a death by %s, which is ours', async name => {
    const default_ = `signal.signal(signal.SIGINT, signal.SIG_DFL); os.kill(os.getpid(), signal.SIG${name})`;
    const { calls, signal } = await follows(default_);
    expect({ calls, signal }).toEqual({ calls: ['CALL -C app-t/a'], signal: `SIG${name}` });
  });
});
