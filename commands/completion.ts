/** `tumpline completion SHELL`: the source to load, made from the table of commands. No TAB starts Node. */

import type { Invocation, Program } from './command.ts';
import { bashCompletion } from './completion-bash.ts';
import { fishCompletion } from './completion-fish.ts';
import { zshCompletion } from './completion-zsh.ts';

const makers: Record<string, typeof bashCompletion> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

export function completionOf(program: Program): (invocation: Invocation) => Promise<number> {
  return async invocation => {
    const make = makers[invocation.positionals[0] ?? ''] ?? bashCompletion;
    process.stdout.write(make(program));
    return 0;
  };
}
