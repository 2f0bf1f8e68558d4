/** `tumpline distcc links`: a link to the guard for every compiler of this machine. */
import { join, resolve } from 'node:path';
import { Fault } from '../system/fault.ts';
import { statIfPresent } from '../system/files.ts';
import { installation } from '../system/installation.ts';
import { jsonDocument } from '../system/json.ts';
import { printable } from '../system/printable.ts';
import { compilersInPath, makeLinks, planLinks } from '../wrappers/distcc/compiler-links.ts';
import { flag, type Invocation, word } from './command.ts';

/** Exit status 1 when links are missing or too many, and not made. */
export async function distccLinks(invocation: Invocation): Promise<number> {
  const own = join(installation().prefix, 'libexec/tumpline/distcc');
  const guard = join(own, 'guard.sh');
  const directory = resolve(word(invocation, 'to') ?? own);
  if (!statIfPresent(directory)?.isDirectory())
    throw new Fault('missing', `${printable(directory)}: no such directory`, {
      hint: `mkdir ${printable(directory)}`,
    });
  const plan = planLinks(directory, guard, compilersInPath(process.env['PATH'] ?? '', guard));
  const written = flag(invocation, 'write');
  if (written) makeLinks(directory, directory === own ? 'guard.sh' : guard, plan);
  if (flag(invocation, 'json')) {
    process.stdout.write(jsonDocument('tumpline.distcc.links/1', { directory, written, ...plan }));
  } else {
    for (const name of plan.added) process.stdout.write(`${name}: ${written ? 'linked' : 'has no link'}\n`);
    for (const name of plan.removed)
      process.stdout.write(`${name}: ${written ? 'link removed' : 'link without a compiler'}\n`);
    process.stdout.write(`${plan.kept.length} more in ${printable(directory)}\n`);
  }
  return written || plan.added.length + plan.removed.length === 0 ? 0 : 1;
}
