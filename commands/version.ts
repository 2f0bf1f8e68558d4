/** `tumpline version` */
import packageJson from '../package.json' with { type: 'json' };
import { Fault } from '../system/fault.ts';
import { jsonDocument } from '../system/json.ts';
import { portageFacts } from '../system/portage-facts.ts';
import { flag, type Invocation } from './command.ts';
import { warn } from './report.ts';
import { locateFor } from './roots.ts';

export async function version(invocation: Invocation): Promise<number> {
  let portage: string | null = null;
  try {
    portage = (await portageFacts(locateFor(invocation).located)).version;
  } catch (error) {
    if (!(error instanceof Fault) || error.code === 'interrupted') throw error;
    warn(error.message);
  }
  const versions = { tumpline: packageJson.version, node: process.versions.node, portage };
  if (flag(invocation, 'json')) process.stdout.write(jsonDocument('tumpline.version/1', versions));
  else {
    process.stdout.write(`tumpline ${versions.tumpline}\nnode ${versions.node}\nportage ${portage ?? '?'}\n`);
  }
  return portage === null ? 1 : 0;
}
