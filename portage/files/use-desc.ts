/** profiles/use.desc, use.local.desc and desc/NAME.desc: PMS 4.4.2; portage(5). */
import { splitLines } from './text.ts';

/** The flags that it describes. `prefix` is the NAME of a desc/ file, which stands before each flag with a `_`. */
export function describedFlags(text: string, prefix?: string): string[] {
  return splitLines(text).flatMap(line => {
    const word = /^\s*([^\s#]\S*)\s+-(?:\s|$)/.exec(line)?.[1];
    if (word === undefined) return [];
    // of a package: `category/package:flag`
    const flag = word.slice(word.indexOf(':') + 1);
    return prefix === undefined ? flag : `${prefix}_${flag}`;
  });
}
