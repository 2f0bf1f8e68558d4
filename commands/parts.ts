/** Every part that can be switched on: a later one adds its row here and its own file beside this one. */

import type { Option } from './command.ts';
import type { Part } from './part.ts';

const bindir: Option = {
  type: 'string',
  describe: 'where the link to the wrapper or shim goes [EPREFIX/usr/local/bin]',
  completes: 'directory',
};

export const parts: readonly Part[] = [
  {
    name: 'emerge',
    summary: 'emerge shows the graph of what it builds',
    options: {
      bindir,
      observability: {
        type: 'string',
        choices: ['yes', 'no'],
        describe: 'let Portage report its state: "observability" in FEATURES [asks on a terminal, else no]',
      },
    },
    load: async () => await import('./enable-emerge.ts'),
  },
  {
    name: 'sets',
    summary: 'Portage reads the package sets that tumpline makes out of your own',
    options: {},
    load: async () => await import('./enable-sets.ts'),
  },
  {
    name: 'ebuild',
    summary: 'ebuild @set says where a package set belongs; nothing else of ebuild changes',
    options: { bindir },
    load: async () => await import('./enable-ebuild.ts'),
  },
  {
    name: 'olm',
    summary: 'emaint sync and emerge --sync keep the repositories that olm makes of single packages',
    options: {},
    load: async () => await import('./enable-olm.ts'),
  },
];

export function partNames(): string[] {
  return parts.map(part => part.name);
}

export function partOptions(): Record<string, Option> {
  return Object.assign({}, ...parts.map(part => part.options));
}
