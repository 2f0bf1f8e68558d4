/** The commands of `tumpline sets`. */
import type { Command } from './command.ts';
import { json, roots } from './common-options.ts';

const common = { ...json, ...roots };

function set(name: string, describe: string, more: { required?: boolean; many?: boolean } = {}) {
  return { name, describe, required: true, completes: 'set' as const, ...more };
}

export const setsCommands: readonly Command[] = [
  {
    name: 'list',
    summary: 'every set: where it comes from, its size, what is installed of it',
    options: { all: { type: 'boolean', describe: "Portage's own sets a row each" }, ...common },
    load: async () => (await import('./sets-list.ts')).setsList,
  },
  {
    name: 'show',
    summary: 'a set as a tree: the state of each member, and the line that brings it',
    positionals: [set('NAME', 'the set')],
    options: common,
    load: async () => (await import('./sets-show.ts')).setsShow,
  },
  {
    name: 'expand',
    summary: 'the atoms of @a-@b, @a+@b or @a/@b, one a line',
    positionals: [set('SET', 'a set, or several with operators between them', { many: true })],
    options: common,
    load: async () => (await import('./sets-expand.ts')).setsExpand,
  },
  {
    name: 'check',
    summary: 'what is wrong with sets, file and line; --fix mends what needs no question',
    positionals: [
      set('NAME', "a set; without one all of the user's and the selected ones", {
        required: false,
        many: true,
      }),
    ],
    options: {
      fix: { type: 'boolean', describe: 'mend moved packages, second words and byte order marks' },
      repository: {
        type: 'string',
        describe: 'the sets that this repository ships, as its author sees them',
        completes: 'directory',
      },
      ...common,
    },
    load: async () => (await import('./sets-check.ts')).setsCheck,
  },
  {
    name: 'diff',
    summary: 'what differs between two sets, or between a set and a file',
    positionals: [
      set('A', 'a set, an expression, or a file by its path'),
      set('B', 'what it is compared with'),
    ],
    options: common,
    load: async () => (await import('./sets-diff.ts')).setsDiff,
  },
  {
    name: 'missing',
    summary: 'members that are not installed, and the lines that want them',
    positionals: [set('NAME', 'a set; without one all that are selected', { required: false, many: true })],
    options: common,
    load: async () => (await import('./sets-missing.ts')).setsMissing,
  },
  {
    name: 'unowned',
    summary: 'packages of world that are in no set',
    options: common,
    load: async () => (await import('./sets-unowned.ts')).setsUnowned,
  },
  {
    name: 'cleanup',
    summary: 'what depclean would remove, and for which reason',
    options: { pretend: { type: 'boolean', describe: 'only look: it does no more' }, ...common },
    load: async () => (await import('./sets-cleanup.ts')).setsCleanup,
  },
  {
    name: 'dump',
    summary: 'the packages of world as the text of a set',
    positionals: [{ name: 'NAME', required: false, describe: 'the set to be written with --write' }],
    options: {
      installed: { type: 'boolean', describe: 'all that is installed' },
      versions: { type: 'boolean', describe: 'each in the version that is installed' },
      write: { type: 'boolean', describe: 'as a new set of that name' },
      ...common,
    },
    load: async () => (await import('./sets-dump.ts')).setsDump,
  },
  {
    name: 'init',
    summary: 'proposes sets for the packages of world',
    options: {
      write: { type: 'string', describe: 'the directory to write them to', completes: 'directory' },
      ...common,
    },
    load: async () => (await import('./sets-init.ts')).setsInit,
  },
  {
    name: 'edit',
    summary: 'edit a set; it is checked before it counts',
    positionals: [set('NAME', 'the set, which may be new')],
    options: common,
    load: async () => (await import('./sets-edit.ts')).setsEdit,
  },
  {
    name: 'regenworld',
    summary: 'world and world_sets made anew from emerge.log',
    options: { write: { type: 'boolean', describe: 'write them, with a copy of the old ones' }, ...common },
    load: async () => (await import('./sets-regenworld.ts')).setsRegenworld,
  },
];
