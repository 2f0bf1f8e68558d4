/** What every call of olm works on: the roots, the settings, and the places of the list, the cache and what is published. */
import type { Settings } from '../../system/configuration-keys.ts';
import type { Located } from '../../system/locate.ts';
import type { Places } from '../../system/places.ts';

export interface OlmDesk {
  readonly located: Located;
  readonly places: Places;
  readonly settings: Settings['olm'];
  readonly environment: NodeJS.ProcessEnv;
  /** etc/overlayman */
  readonly overlayman: string;
  /** Holds repositories.xml and a directory for each overlay's repository. */
  readonly cache: string;
  /** Holds a directory for each published overlay. */
  readonly state: string;
  /** Portage has started it: it waits for locks, and asks for nothing that was asked for a moment ago. */
  readonly portage: boolean;
}

export function olmDesk(
  located: Located,
  places: Places,
  settings: Settings['olm'],
  options: { environment?: NodeJS.ProcessEnv; portage?: boolean } = {},
): OlmDesk {
  return {
    located,
    places,
    settings,
    environment: options.environment ?? process.env,
    overlayman: places.overlayman,
    cache: places.cache('olm'),
    state: places.state('olm'),
    portage: options.portage ?? false,
  };
}
