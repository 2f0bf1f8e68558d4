/** What the commands of olm begin with. */
import { type OlmDesk, olmDesk } from '../wrappers/olm/desk.ts';
import type { Invocation } from './command.ts';
import { flag } from './command.ts';
import { configurationFor, locateFor } from './roots.ts';

export async function deskFor(invocation: Invocation): Promise<OlmDesk> {
  const { located, places } = locateFor(invocation);
  const { settings } = await configurationFor(places);
  const portage = flag(invocation, 'portage');
  return olmDesk(located, places, settings.olm, {
    portage,
    // the sync module names the one that is to be synced
    hook: portage && invocation.positionals.length === 0,
  });
}
