/** The `USE="a -b* (-c%)"` parts of emerge's list: emerge(1) under --pretend; _emerge.resolver.output_helpers._create_use_string. */

export interface DisplayedFlag {
  /** The whole flag, `python_targets_python3_12` for one that stands under PYTHON_TARGETS. */
  readonly name: string;
  readonly enabled: boolean;
  /** `*`: other than in the installed package. */
  readonly changed: boolean;
  /** `%`: the installed package did not have the flag, or has it and the new one has not. */
  readonly added: boolean;
  /** In parentheses: forced or masked by the profile, or gone. In braces: set by FEATURES. */
  readonly fixed: boolean;
  /** No longer in IUSE. */
  readonly removed: boolean;
}

/** All flags of a line without colours, whichever variable they stand under. */
export function parseDisplayedFlags(line: string): DisplayedFlag[] {
  return [...line.matchAll(/(?:^| )([A-Z][A-Z0-9_]*)="([^"]*)"/g)].flatMap(
    ([, variable = '', value = '']) => {
      const prefix = variable === 'USE' ? '' : `${variable.toLowerCase()}_`;
      return value
        .split(' ')
        .map(word => displayedFlag(word, prefix))
        .filter(flag => flag !== undefined);
    },
  );
}

function displayedFlag(word: string, prefix: string): DisplayedFlag | undefined {
  const found = /^[({]?(-?)([A-Za-z0-9][A-Za-z0-9+_@-]*)(%?)(\*?)[)}]?$/.exec(word);
  if (!found) return undefined;
  const [, minus, name = '', percent, star] = found;
  const fixed = word.startsWith('(') || word.startsWith('{');
  return {
    name: prefix + name,
    enabled: minus === '',
    changed: star !== '',
    added: percent !== '',
    fixed,
    // a forced flag that is off and new carries no %
    removed: word.startsWith('(') && minus !== '' && percent !== '',
  };
}
