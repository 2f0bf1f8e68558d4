/** Every command of `olm`: a later one adds its row here and its own file beside this one. */
import type { Program } from './command.ts';
import { shell } from './common-options.ts';

const table: Program['table'] = [
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
