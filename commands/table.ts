/** Every command of `tumpline`: a later one adds its row here and its own file beside this one. */
import type { Program } from './command.ts';
import { json, roots, shell } from './common-options.ts';
import { distccCommands } from './distcc-table.ts';
import { partNames, partOptions } from './parts.ts';
import { setsCommands } from './sets-table.ts';

const table: Program['table'] = [
  {
    name: 'graph',
    summary: 'the dependency graph of what would be merged, or of an earlier run',
    options: {
      pretend: { type: 'boolean', describe: 'of what emerge ARGS would merge' },
      last: { type: 'boolean', describe: 'of the last run that was shown, and how to go on after a failure' },
      run: { type: 'string', describe: 'of an earlier run: its number in --runs, 1 is the last one' },
      runs: { type: 'boolean', describe: 'list the runs that are kept' },
      watch: {
        type: 'boolean',
        describe: 'of a running emerge: to walk through on a terminal, else as text',
      },
      pid: { type: 'string', describe: 'the emerge to watch, where several run' },
      format: { type: 'string', describe: 'how it is printed', choices: ['text', 'json', 'dot', 'svg'] },
      focus: { type: 'string', describe: 'the package in the middle' },
      ...roots,
    },
    rest: 'ARGS…',
    load: async () => (await import('./graph.ts')).graph,
  },
  {
    name: 'why',
    summary: 'why a package would be merged: the chain from what was asked for',
    positionals: [{ name: 'PACKAGE', required: true, describe: 'a listed package' }],
    options: { ...json, ...roots },
    rest: 'ARGS…',
    load: async () => (await import('./why.ts')).why,
  },
  {
    name: 'sets',
    summary: 'package sets: what they hold, what is wrong with them, what is in none',
    subcommands: setsCommands,
  },
  {
    name: 'distcc',
    summary: 'the guard of distcc: its hosts, and why a compile went where it went',
    subcommands: distccCommands,
  },
  {
    name: 'status',
    summary: 'what was found on this machine, and what is switched on',
    options: { ...json, ...roots },
    load: async () => (await import('./status.ts')).status,
  },
  {
    name: 'enable',
    summary: 'switch a part on',
    positionals: [{ name: 'PART', required: true, describe: 'the part', words: partNames }],
    options: { ...partOptions(), ...json, ...roots },
    load: async () => (await import('./enable.ts')).enable,
  },
  {
    name: 'disable',
    summary: 'switch a part off and put everything back as it was',
    positionals: [{ name: 'PART', required: false, describe: 'the part', words: partNames }],
    options: { all: { type: 'boolean', describe: 'every part that is on' }, ...json, ...roots },
    load: async () => (await import('./disable.ts')).disable,
  },
  {
    name: 'completion',
    summary: 'print the completion of a shell',
    positionals: [shell],
    load: async () => (await import('./completion.ts')).completionOf(tumpline),
  },
  {
    name: 'version',
    summary: "tumpline's version, and those of Node and Portage",
    options: { ...json, ...roots },
    load: async () => (await import('./version.ts')).version,
  },
];

export const tumpline: Program = {
  name: 'tumpline',
  about: 'emerge with a live graph, and what belongs to it',
  pages: 'tumpline(1) and tumpline.conf(5)',
  table,
};
