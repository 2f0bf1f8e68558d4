/** The commands of `tumpline sets`. */
import type { Command, Option } from './command.ts';

const json: Record<string, Option> = { json: { type: 'boolean', describe: 'one JSON document on stdout' } };

const roots: Record<string, Option> = {
  root: { type: 'string', describe: 'ROOT, as for emerge', completes: 'directory' },
  'config-root': { type: 'string', describe: 'PORTAGE_CONFIGROOT, as for emerge', completes: 'directory' },
  prefix: { type: 'string', describe: 'EPREFIX, as for emerge', completes: 'directory' },
};

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
];
