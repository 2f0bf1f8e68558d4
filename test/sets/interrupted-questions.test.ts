/** Ctrl-C at the questions about sets: nothing is half done, and the status is that of an interruption. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { builtTree } from '../commands/built.ts';
import { emerge } from '../kit/environment.ts';
import { treeOf } from '../kit/tree.ts';
import { onPty } from '../wrappers/emerge/front-kit.ts';
import { begin, pair, useRoots, whole } from './kit.ts';

useRoots();

function environment(): Record<string, string> {
  return { ...pair.wrapped.environment, TUMPLINE_EMERGE: emerge, TERM: 'dumb' };
}

const state = () => treeOf(pair.wrapped.directory, ['run', 'var/cache', 'tmp', 'share', 'var/log']);

whole('Ctrl-C at a question', () => {
  test('of a set that is lost: nothing is started', async () => {
    begin({ sets: { s: '# nothing\n' }, worldSets: ['@s'] });
    const before = state();
    const { output, code, signal, late } = await onPty([join(pair.tree, 'bin/emerge'), '--depclean'], {
      env: environment(),
      cwd: pair.wrapped.directory,
      steps: [{ after: 'Type s to go on', pause: 0.1, text: '\u0003' }],
      timeout: 30,
    });
    expect([code ?? signal, late]).toEqual(['SIGINT', false]);
    expect(output.replaceAll('\r', '')).toMatch(
      /@s' is empty\nWhat it held before may be removed now\. Type s to go on: \^C\ntumpline: emerge: interrupted, nothing was started\n$/,
    );
    expect(state()).toEqual(before);
  });

  test('of sets edit: the set is as it was, and the text is named', async () => {
    begin({ sets: { kit: 'app-t/a\n' } });
    const { directory } = pair.wrapped;
    const place = join(directory, 'tmp');
    mkdirSync(place, { recursive: true });
    const program = join(place, 'editor');
    writeFileSync(program, '#!/bin/sh\necho solo >> "$1"\n');
    chmodSync(program, 0o755);
    const kit = join(directory, 'etc/portage/sets/kit');
    const before = state();
    const tumpline = join(await builtTree(), 'bin/tumpline');
    const edit = (text: string) =>
      onPty([tumpline, 'sets', 'edit', 'kit'], {
        env: { ...environment(), EDITOR: program, TMPDIR: place },
        cwd: directory,
        steps: [{ after: '\\[e/x\\]', pause: 0.1, text }],
        timeout: 30,
      });
    const { output, code, signal } = await edit('\u0003');
    expect(code ?? signal).toBe(130);
    const [, copy = ''] =
      /\ntumpline: \S+\/kit: left as it was, your text is in (\S+)\ntry: tumpline sets edit kit\n$/.exec(
        output.replaceAll('\r', ''),
      ) ?? [output];
    expect(readFileSync(copy, 'utf8')).toBe('app-t/a\nsolo\n');
    expect(readFileSync(kit, 'utf8')).toBe('app-t/a\n');
    // no lock is left: the next one may edit
    expect((await edit('x\n')).code).toBe(0);
    expect(state()).toEqual(before);
    expect(readdirSync(place).filter(name => name.startsWith('tumpline-edit-'))).toHaveLength(1);
  });
});
