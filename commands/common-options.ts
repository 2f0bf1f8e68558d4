/** Options that most commands have. */
import type { Option, Positional } from './command.ts';

export const json: Record<string, Option> = {
  json: { type: 'boolean', describe: 'one JSON document on stdout' },
};

export const roots: Record<string, Option> = {
  root: { type: 'string', describe: 'ROOT, as for emerge', completes: 'directory' },
  'config-root': { type: 'string', describe: 'PORTAGE_CONFIGROOT, as for emerge', completes: 'directory' },
  prefix: { type: 'string', describe: 'EPREFIX, as for emerge', completes: 'directory' },
};

export const shell: Positional = {
  name: 'SHELL',
  required: true,
  describe: 'bash, zsh or fish',
  words: () => ['bash', 'zsh', 'fish'],
};
