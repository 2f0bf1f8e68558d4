/** Started by the hook after a sync: has olm look at everything that is listed, as the Portage that has just synced sees it. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Fault } from '../../system/fault.ts';
import { installation } from '../../system/installation.ts';
import { locateAbove } from '../../system/portage-above.ts';
import { printable } from '../../system/printable.ts';

function afterSync(): void {
  const { emerge, eprefix, root, configRoot } = locateAbove(process.argv[2] ?? '');
  const roots = ['--prefix', eprefix || '/', '--root', root, '--config-root', configRoot];
  const { error } = spawnSync(join(installation().prefix, 'bin/olm'), ['sync', '--portage', ...roots], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, TUMPLINE_EMERGE: emerge },
  });
  if (error !== undefined) throw error;
}

try {
  afterSync();
} catch (error) {
  const what = error instanceof Error ? error.message : String(error);
  const hint = error instanceof Fault ? error.hint : undefined;
  process.stderr.write(`tumpline: olm: ${printable(what)}\n${hint === undefined ? '' : `try: ${hint}\n`}`);
}
