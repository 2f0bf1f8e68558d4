/** Where Portage writes emerge.log. */
import { join } from 'node:path';
import type { Located } from './locate.ts';
import { makeConfVariables } from './portage-configuration.ts';

/** EMERGE_LOG_DIR of make.conf or the environment, else EPREFIX/var/log. */
export function emergeLogPath(located: Located, environment: NodeJS.ProcessEnv = process.env): string {
  const directory =
    environment['EMERGE_LOG_DIR'] ?? makeConfVariables(located).variables.get('EMERGE_LOG_DIR');
  return join(directory || join(located.eprefix || '/', 'var/log'), 'emerge.log');
}
