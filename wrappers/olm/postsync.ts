/** Started by the hook after a sync: has olm look at everything that is listed, as the Portage that has just synced sees it. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Fault } from '../../system/fault.ts';
import { installation } from '../../system/installation.ts';
import { locateAbove } from '../../system/portage-above.ts';
import { printable } from '../../system/printable.ts';

function start(program: string, args: readonly string[], emerge: string): number | null {
  const { error, status } = spawnSync(join(installation().prefix, 'bin', program), args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, TUMPLINE_EMERGE: emerge },
  });
  if (error !== undefined) throw error;
  return status;
}

function afterSync(): void {
  const [, , pid = '', repair] = process.argv;
  const { emerge, eprefix, root, configRoot } = locateAbove(pid);
  const roots = ['--prefix', eprefix || '/', '--root', root, '--config-root', configRoot];
  if (repair !== undefined) {
    process.stderr.write(
      'tumpline: olm: the sync module is not where Portage looks for it now; it is put there\n',
    );
    start('tumpline', ['enable', 'olm', ...roots], emerge);
  }
  start('olm', ['sync', '--portage', ...roots], emerge);
}

try {
  afterSync();
} catch (error) {
  const what = error instanceof Error ? error.message : String(error);
  const hint = error instanceof Fault ? error.hint : undefined;
  process.stderr.write(`tumpline: olm: ${printable(what)}\n${hint === undefined ? '' : `try: ${hint}\n`}`);
}
