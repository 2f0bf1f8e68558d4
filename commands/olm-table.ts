/** Every command of `olm`: a later one adds its row here and its own file beside this one. */
import type { Option, Positional, Program } from './command.ts';
import { json, roots, shell } from './common-options.ts';

const common = { ...json, ...roots };

const offline: Record<string, Option> = {
  offline: { type: 'boolean', describe: 'ask nobody: what was fetched before counts' },
};

const overlays: Positional = {
  ...{ name: 'OVERLAY', required: false, many: true, completes: 'overlay' as const },
  describe: 'only this one; without it all that are listed',
};

const table: Program['table'] = [
  {
    name: 'sync',
    summary: 'fetch what is listed, with all it needs, and have Portage see it',
    positionals: [overlays],
    options: {
      pretend: { type: 'boolean', describe: 'say what would change, and change nothing' },
      anew: { type: 'boolean', describe: 'work everything out again, and replace what was damaged' },
      portage: { type: 'boolean', describe: 'Portage has started it', hidden: true },
      ...offline,
      ...common,
    },
    load: async () => (await import('./olm-sync.ts')).olmSync,
  },
  {
    name: 'why',
    summary: 'the chain from the list to a package that was taken',
    positionals: [{ name: 'PACKAGE', required: true, describe: 'a package in a generated repository' }],
    options: common,
    load: async () => (await import('./olm-why.ts')).olmWhy,
  },
  {
    name: 'diff',
    summary: 'what a sync would change: versions, licences, maintainers, eclasses',
    positionals: [overlays],
    options: { ...offline, ...common },
    load: async () => (await import('./olm-diff.ts')).olmDiff,
  },
  {
    name: 'check',
    summary: 'whether the list, what is published and what Portage knows fit together',
    options: common,
    load: async () => (await import('./olm-check.ts')).olmCheck,
  },
  {
    name: 'list',
    summary: 'what is listed, by overlay',
    options: common,
    load: async () => (await import('./olm-list.ts')).olmList,
  },
  {
    name: 'add',
    summary: 'list packages',
    positionals: [
      { name: 'ATOM', required: true, many: true, describe: 'category/package::overlay, versions allowed' },
    ],
    options: { ...offline, ...common },
    load: async () => (await import('./olm-add.ts')).olmAdd,
  },
  {
    name: 'remove',
    summary: 'take packages off the list',
    positionals: [
      {
        name: 'ATOM',
        required: true,
        many: true,
        completes: 'listed',
        describe: 'as it is listed, or category/package',
      },
    ],
    options: common,
    load: async () => (await import('./olm-remove.ts')).olmRemove,
  },
  {
    name: 'search',
    summary: 'packages in the overlays that were fetched, and overlays by name and description',
    positionals: [{ name: 'WORD', required: true, describe: 'a part of a name' }],
    options: { ...offline, ...common },
    load: async () => (await import('./olm-search.ts')).olmSearch,
  },
  {
    name: 'adopt',
    summary: 'from an overlay that is configured as a whole to what is used of it',
    positionals: [{ name: 'OVERLAY', required: true, describe: 'a configured repository' }],
    options: {
      write: {
        type: 'boolean',
        describe: 'list what is used, and put a file of repos.conf aside that holds nothing else',
      },
      ...offline,
      ...common,
    },
    load: async () => (await import('./olm-adopt.ts')).olmAdopt,
  },
  {
    name: 'export',
    summary: 'the list, with where its overlays come from, for somebody else',
    options: { ...offline, ...common },
    load: async () => (await import('./olm-export.ts')).olmExport,
  },
  {
    name: 'completion',
    summary: 'print the completion of a shell',
    positionals: [shell],
    load: async () => (await import('./completion.ts')).completionOf(olm),
  },
];

export const olm: Program = {
  name: 'olm',
  aliases: ['overlayman'],
  about: 'single packages out of overlays',
  pages: 'olm(1) and overlayman(5)',
  table,
};
