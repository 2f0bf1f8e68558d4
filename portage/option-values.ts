/** The second half of _emerge.main.parse_opts: from the words behind emerge's options to values. */
import type { ValueKind } from './emerge-options.ts';
import { pythonFloat, pythonInt } from './files/text.ts';
import { badAtoms } from './option-atoms.ts';

/** A list for options that may come often; a number for `--jobs=4` and its like. */
export type OptionValue = boolean | string | number | readonly string[];

interface Outcome {
  /** Undefined: as if the option had not been given. */
  readonly value: OptionValue | undefined;
  readonly problem?: string;
}

export function optionValue(
  name: string,
  kind: ValueKind,
  given: string | readonly string[],
  processors: number | undefined,
): Outcome {
  if (typeof given !== 'string') {
    const bad = name === '--sync-submodule' ? [] : badAtoms(name, given);
    return bad.length === 0
      ? { value: given }
      : { value: given, problem: `Invalid Atom(s) in ${name} parameter: '${bad.join(',')}'` };
  }
  const yes = given === 'True' || given === 'y';
  const invalid = { value: undefined, problem: `Invalid ${name} parameter: '${given}'` };
  switch (kind) {
    case 'yes':
      return { value: yes ? true : undefined };
    case 'keep':
      return { value: yes ? true : given };
    case 'letter':
      return { value: yes ? 'y' : 'n' };
    case 'boolean':
      return { value: yes };
    case 'backtrack':
    case 'deep': {
      if (kind === 'deep' && given === 'True') return { value: true };
      const number = pythonInt(given);
      return number === undefined || number < 0 ? invalid : { value: number };
    }
    case 'jobs': {
      if (given === 'n') return { value: undefined };
      const number = yes ? true : pythonInt(given);
      if (number === undefined) return invalid;
      return { value: number === 0 ? (processors ?? 0) : number };
    }
    case 'load': {
      if (given === 'True') return { value: undefined };
      const number = given === '' ? '' : pythonFloat(given);
      return number === undefined || (number !== '' && number <= 0) ? invalid : { value: number };
    }
    case 'gigabytes':
    case 'timestamp': {
      const number = given === '' ? '' : pythonInt(given);
      if (number === undefined || (kind === 'timestamp' && number !== '' && number < 0))
        return { ...invalid, value: 0 };
      return { value: number };
    }
    case 'similarity': {
      const number = given === '' ? '' : pythonFloat(given);
      return number === undefined || (number !== '' && (number < 0 || number > 100))
        ? invalid
        : { value: number };
    }
    default:
      return { value: given };
  }
}

/** Options that set, shadow or default others. */
export function settle(values: Map<string, OptionValue>): void {
  if (!values.has('--regex-search-auto')) values.set('--regex-search-auto', 'y');
  if (values.delete('--changed-use')) values.set('--reinstall', 'changed-use');
  if (values.get('--select') === true) values.delete('--oneshot');
  else if (values.get('--select') === 'n') values.set('--oneshot', true);
  if (values.has('--rebuild-if-unbuilt')) values.delete('--rebuild-if-new-rev');
  if (values.has('--rebuild-if-unbuilt') || values.has('--rebuild-if-new-rev'))
    values.delete('--rebuild-if-new-ver');
}
