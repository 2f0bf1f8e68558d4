/** Where this copy of tumpline is installed: the tree around the bundle that runs. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Installation {
  prefix: string;
  /** the front of the wrapper */
  emerge: string;
  /** the shim of ebuild, off unless somebody wants it */
  ebuild: string;
}

/** `bundle` is the URL of `lib/tumpline/NAME.cjs`; the running one unless given. */
export function installation(bundle: string = import.meta.url): Installation {
  const prefix = dirname(dirname(dirname(fileURLToPath(bundle))));
  return { prefix, emerge: join(prefix, 'bin/emerge'), ebuild: join(prefix, 'libexec/tumpline/ebuild') };
}
