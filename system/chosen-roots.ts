/** The roots that emerge's arguments name, and its environment with them, as _emerge.main sets it. Pure. */
import type { LocateOptions } from './locate.ts';

type Roots = Pick<LocateOptions, 'root' | 'configRoot' | 'prefix'>;
type Environment = Readonly<Record<string, string | undefined>>;

function text(options: ReadonlyMap<string, unknown>, name: string): string | undefined {
  const value = options.get(name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function only<T extends object>(values: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}

/** `options` as emerge keeps them. */
export function chosenRoots(options: ReadonlyMap<string, unknown>): Roots {
  return only({
    root: text(options, '--root'),
    configRoot: text(options, '--config-root'),
    prefix: text(options, '--prefix'),
  });
}

/** What --root and its like put in the place of the variables. */
export function withChosenRoots(
  environment: Environment,
  options: ReadonlyMap<string, unknown>,
): Environment {
  const { root, configRoot, prefix } = chosenRoots(options);
  return {
    ...environment,
    ...only({
      ROOT: root,
      PORTAGE_CONFIGROOT: configRoot,
      SYSROOT: text(options, '--sysroot'),
      EPREFIX: prefix,
    }),
  };
}
