/** The options that the wrapper adds to emerge's: `--package-set NAME`, `--with-shared`. Portage never sees them. */
import { Fault } from '../system/fault.ts';
import { printable } from '../system/printable.ts';

export interface CallWord {
  readonly text: string;
  /** Its place among the arguments as given, where it is one of them and unchanged. */
  readonly at?: number;
  /** Made of a `--package-set`. */
  readonly set?: true;
  /** The expression, without its first @, that it is a member of. */
  readonly of?: string;
}

export interface OwnOptions {
  /** What is left, `@NAME` in the place of each `--package-set NAME`. */
  readonly words: readonly CallWord[];
  readonly withShared: boolean;
}

const option = '--package-set';

/** Faults `usage`: a `--package-set` without a name, or with one that no set can have. */
export function takeOwnOptions(given: readonly CallWord[]): OwnOptions {
  const words: CallWord[] = [];
  let withShared = false;
  const end = given.findIndex(({ text }) => text === '--');
  for (let index = 0; index < given.length; index += 1) {
    const word = given[index]!;
    const { text } = word;
    if (end >= 0 && index >= end) words.push(word);
    else if (text === '--with-shared') withShared = true;
    else if (text.startsWith(`${option}=`))
      words.push({ text: setWord(text.slice(option.length + 1)), set: true });
    else if (text === option) {
      index += 1;
      words.push({ text: setWord(index === end ? undefined : given[index]?.text), set: true });
    } else words.push(word);
  }
  return { words, withShared };
}

function setWord(name: string | undefined): string {
  if (name === undefined || name === '' || name === '@' || name.startsWith('-'))
    throw new Fault('usage', `${option}: the name of a set must follow`, { hint: 'emerge --list-sets' });
  const bare = name.startsWith('@') ? name.slice(1) : name;
  // Portage takes what stands in braces for a definition, commands included
  if (/[{}\s]/.test(bare))
    throw new Fault('usage', `${option}: '${printable(name)}' is no name of a set`, {
      hint: 'emerge --list-sets',
    });
  return `@${bare}`;
}
