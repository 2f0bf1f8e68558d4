/** The commands of `tumpline distcc`. */
import type { Command, Option } from './command.ts';
import { json, roots } from './common-options.ts';

const directory: Record<string, Option> = {
  directory: {
    type: 'string',
    describe: 'the DISTCC_DIR that is meant, where it is not in the environment',
    completes: 'directory',
  },
};
const common = { ...directory, ...json, ...roots };

export const distccCommands: readonly Command[] = [
  {
    name: 'status',
    summary: 'what the guard knows of each host: its state, its record, why it is away',
    options: common,
    load: async () => (await import('./distcc-status.ts')).distccStatus,
  },
  {
    name: 'hosts',
    summary: 'the list of hosts, and what a compile that begins now would do with each',
    options: common,
    load: async () => (await import('./distcc-hosts.ts')).distccHosts,
  },
  {
    name: 'explain',
    summary: 'where a file was compiled of late, and why there',
    positionals: [{ name: 'FILE', required: true, describe: 'a source, by name or by the end of its path' }],
    options: common,
    load: async () => (await import('./distcc-explain.ts')).distccExplain,
  },
  {
    name: 'report',
    summary: 'of each build: how much was remote, what was compiled twice, what each host cost',
    positionals: [{ name: 'PACKAGE', required: false, describe: 'CATEGORY/PF or PF' }],
    options: common,
    load: async () => (await import('./distcc-report.ts')).distccReport,
  },
  {
    name: 'doctor',
    summary: 'whether each host can be reached and compiles as this machine, and what Portage is told',
    options: common,
    load: async () => (await import('./distcc-doctor.ts')).distccDoctor,
  },
  {
    name: 'reset',
    summary: 'forget what is known of hosts; hand the settings of tumpline.conf to the guard',
    positionals: [
      { name: 'HOST', required: false, many: true, describe: 'without one all of them are forgotten' },
    ],
    options: {
      settings: { type: 'boolean', describe: 'only the settings, nothing is forgotten' },
      ...common,
    },
    load: async () => (await import('./distcc-reset.ts')).distccReset,
  },
  {
    name: 'links',
    summary: 'compilers of this machine that have no link to the guard; --write makes them',
    options: {
      write: { type: 'boolean', describe: 'make them, and take away those whose compiler is gone' },
      to: {
        type: 'string',
        describe: 'another directory for the links than that of the installation',
        completes: 'directory',
      },
      ...json,
    },
    load: async () => (await import('./distcc-links.ts')).distccLinks,
  },
];
