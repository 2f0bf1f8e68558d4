/** `tumpline completion SHELL`: the source to load, made from the table of commands. No TAB starts Node. */

import type { Invocation } from './command.ts';
import { bashCompletion } from './completion-bash.ts';
import { fishCompletion } from './completion-fish.ts';
import { zshCompletion } from './completion-zsh.ts';
import { table } from './table.ts';

const makers: Record<string, typeof bashCompletion> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

export async function completion(invocation: Invocation): Promise<number> {
  const make = makers[invocation.positionals[0] ?? ''] ?? bashCompletion;
  process.stdout.write(make(table));
  return 0;
}
