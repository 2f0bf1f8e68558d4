/** What most commands begin with: the real emerge, its roots, our places in them, and the configuration. */
import { type Configuration, loadConfiguration } from '../system/configuration.ts';
import { type Located, type LocateOptions, locate } from '../system/locate.ts';
import { type Places, places } from '../system/places.ts';
import { type Invocation, word } from './command.ts';
import { warn } from './report.ts';

/** The options say more than `environment`, and than the `roots` of a running emerge. */
export function locateFor(
  invocation: Invocation,
  environment: NodeJS.ProcessEnv = process.env,
  roots: LocateOptions = {},
): { located: Located; places: Places } {
  const root = word(invocation, 'root');
  const configRoot = word(invocation, 'config-root');
  const prefix = word(invocation, 'prefix');
  const located = locate(environment, {
    ...roots,
    ...(root === undefined ? {} : { root }),
    ...(configRoot === undefined ? {} : { configRoot }),
    ...(prefix === undefined ? {} : { prefix }),
  });
  return { located, places: places(located) };
}

/** The configuration; its problems are told on stderr. */
export async function configurationFor(found: Places): Promise<Configuration> {
  const configuration = await loadConfiguration(found.configuration);
  for (const problem of configuration.problems) warn(problem);
  return configuration;
}
