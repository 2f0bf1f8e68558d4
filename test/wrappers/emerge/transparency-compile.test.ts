import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { emerge as realEmerge } from '../../kit/environment.ts';
import { makeRoot } from '../../testbed/root.ts';
import { comparable, onPty } from './front-kit.ts';
import { wrapperTree } from './terminal/stage.ts';

/** What differs from run to run: emerge numbers its own open files, and whoever asks its status socket is one. */
const numbered = /^(PORTAGE_(?:IPC_ALIVE|PIPE|EBUILD_EXIT)_FD|EBUILD_MASTER_PID)=\d+$/gm;

const seen = [
  'env -0',
  'umask',
  'ulimit -a',
  'declare -F',
  'grep -E "^Sig(Blk|Ign|Cgt)" /proc/self/status',
  'ls /proc/self/fd | wc -l',
];

test('src_compile sees the same, shown live or in a pipe', async () => {
  const tree = await wrapperTree();
  const phases = `src_compile() {\n${seen.map((line, at) => `\t${line} >"\${PORTAGE_TMPDIR}/seen-${at}"`).join('\n')}\n}`;
  const root = await makeRoot({ ebuilds: { 'app-misc/a-1': { phases } } });
  try {
    const front = join(tree, 'bin/emerge');
    const caller = {
      ...root.environment,
      PATH: `${dirname(front)}:${dirname(realEmerge)}:${root.environment['PATH']}`,
      PYTHONHASHSEED: '0',
      TERM: 'xterm',
      'BASH_FUNC_mine%%': '() {  echo mine\n}',
      ODD: 'a\n b\'"$`\\',
      'odd.name': 'x',
      EXTRA_ECONF: '--odd',
      MAKEFLAGS: '-s',
    };
    const see = async (program: string, shell: string, env: Readonly<Record<string, string>>) => {
      const argv = ['/bin/bash', '-pc', `${shell} >&2; exit 0`, 'bash', program, '-1', 'app-misc/a'];
      const { output } = await onPty(argv, { env: { ...caller, ...env }, cwd: root.directory });
      const read = seen.map((_, at) => root.readText(`var/tmp/seen-${at}`));
      expect(read[0], output).toContain('MAKEFLAGS=-s');
      for (const at of seen.keys()) rmSync(join(root.directory, `var/tmp/seen-${at}`));
      return read.map(text =>
        comparable(text!.replaceAll('\0', '\n').replace(numbered, '$1=N'), root).split('\n').sort(),
      );
    };
    const ours = { TUMPLINE_SETS: 'warn', TUMPLINE_DEBUG: join(root.directory, 'tmp/debug') };
    for (const shell of ['"$@"', '"$@" 2>&1 | cat']) {
      const plain = await see(realEmerge, shell, {});
      expect(await see(front, shell, ours)).toEqual(plain);
    }
    expect(root.readText('tmp/debug')).toContain('region');
  } finally {
    root.remove();
    rmSync(tree, { recursive: true, force: true });
  }
});
