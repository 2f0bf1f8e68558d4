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
  /** Holds the public list of overlays and a directory for each overlay's repository. */
  readonly cache: string;
  /** Holds a directory for each published overlay. */
  readonly state: string;
  /** Portage has started it: it waits for locks, and tells only what is new. */
  readonly portage: boolean;
  /** The hook at the end of Portage's sync has: who was asked a moment ago is not asked again. */
  readonly hook: boolean;
}

export function olmDesk(
  located: Located,
  places: Places,
  settings: Settings['olm'],
  options: { environment?: NodeJS.ProcessEnv; portage?: boolean; hook?: boolean } = {},
): OlmDesk {
  const state = places.state('olm');
  return {
    located,
    // sync-user has the usual places of this part, whatever else is not theirs
    places: { ...places, personal: state !== places.systemState('olm') },
    settings,
    environment: options.environment ?? process.env,
    overlayman: places.overlayman,
    cache: places.cache('olm'),
    state,
    portage: options.portage ?? false,
    hook: options.hook ?? false,
  };
}
