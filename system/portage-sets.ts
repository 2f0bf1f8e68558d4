/** What only Portage itself can say of sets: what its built-in and command sets hold, and which flags are on for all. */
import type { Located } from './locate.ts';
import { helperPath } from './portage.ts';
import { rootsEnvironment } from './portage-facts.ts';
import { runChecked } from './run.ts';

export interface SetsQuestion {
  /** Names without @; the sets that they nest are answered too. */
  readonly sets: readonly string[];
  readonly use?: boolean;
}

export interface SetsAnswer {
  readonly sets: ReadonlyMap<
    string,
    {
      readonly atoms: readonly string[];
      /** Names without @. */
      readonly nested: readonly string[];
      /** Why it cannot be used: one line; null where it can. */
      readonly error: string | null;
    }
  >;
  /** USE as the profile and make.conf make it, without what the caller's environment adds. */
  readonly use: readonly string[];
  /** Names of all sets that Portage makes, and what it complained of. */
  readonly names: readonly string[];
  readonly errors: readonly string[];
}

interface RawAnswer {
  readonly sets: Record<string, { atoms: string[]; nested: string[]; error: string | null }>;
  readonly use: string[];
  readonly names: string[];
  readonly errors: string[];
}

/** Faults `failed` where Portage cannot read its configuration, or a set's command does not end. Takes about a third of a second. */
export async function portageSets(located: Located, question: SetsQuestion): Promise<SetsAnswer> {
  const [command = 'python3', ...args] = located.python;
  const { USE: _, ...env } = rootsEnvironment(located);
  const { stdout } = await runChecked(command, [...args, '-B', helperPath(), 'sets'], {
    env,
    input: `${JSON.stringify(question)}\n`,
    timeout: 60_000,
  });
  const { sets, use, names, errors } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as RawAnswer;
  const bare = (name: string) => name.replace(/^@/, '');
  const answered = Object.entries(sets).map(
    ([name, { atoms, nested, error }]) => [name, { atoms, nested: nested.map(bare), error }] as const,
  );
  return { sets: new Map(answered), use, names, errors };
}
