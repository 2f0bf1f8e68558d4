/** Whether the terminal gets colour, and which characters it can show. Pure. */
import type { Settings } from '../../../system/configuration-keys.ts';
import type { Style } from '../picture/model.ts';

function isUtf8(environment: NodeJS.ProcessEnv): boolean {
  const locale = environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG'] || '';
  return /utf-?8/i.test(locale);
}

/** `color` is emerge's --color: y or n where it was given. NO_COLOR and NOCOLOR count when they are not empty. */
export function terminalStyle(
  settings: Pick<Settings['graph'], 'ascii' | 'color'>,
  color: string | undefined,
  environment: NodeJS.ProcessEnv,
): Style {
  const refused = Boolean(environment['NO_COLOR']) || /^(yes|true)$/i.test(environment['NOCOLOR'] ?? '');
  const automatic = color === 'y' || (color !== 'n' && !refused);
  return {
    unicode: settings.ascii === 'auto' ? isUtf8(environment) : settings.ascii === 'no',
    color: settings.color === 'auto' ? automatic : settings.color === 'yes',
  };
}
