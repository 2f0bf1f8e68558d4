/** Versions of PMS 3.2, compared by PMS 3.3. Numbers stay digit strings: they may have any length. */

interface VersionSuffix {
  readonly name: 'alpha' | 'beta' | 'pre' | 'rc' | 'p';
  /** Digits as written; empty where none are. */
  readonly number: string;
}

export interface Version {
  /** The whole version as written, revision included. */
  readonly text: string;
  /** The text without its revision. */
  readonly base: string;
  /** The dotted components as written; there is at least one. */
  readonly numbers: readonly string[];
  /** One lower-case letter, or empty. */
  readonly letter: string;
  readonly suffixes: readonly VersionSuffix[];
  /** Digits of the revision as written; empty where there is none, which equals 0. */
  readonly revision: string;
}

/** Source of a regular expression for a version without and with its revision; holds no capturing groups. */
const basePattern = '\\d+(?:\\.\\d+)*[a-z]?(?:_(?:pre|p|beta|alpha|rc)\\d*)*';
export const versionPattern = `${basePattern}(?:-r\\d+)?`;

const whole = /^(\d+(?:\.\d+)*)([a-z]?)((?:_(?:pre|p|beta|alpha|rc)\d*)*)(?:-r(\d+))?$/;
const suffixRank = { alpha: -4, beta: -3, pre: -2, rc: -1, p: 0 };
const noSuffixes: readonly VersionSuffix[] = [];

/** Undefined where the text is no version. */
export function parseVersion(text: string): Version | undefined {
  const found = whole.exec(text);
  if (!found) return undefined;
  const [, numbers, letter, suffixes, revision] = found as unknown as [
    string,
    string,
    string,
    string,
    string | undefined,
  ];
  return {
    text,
    base: revision === undefined ? text : text.slice(0, -revision.length - 2),
    numbers: numbers.split('.'),
    letter,
    suffixes: suffixes === '' ? noSuffixes : parseSuffixes(suffixes),
    revision: revision ?? '',
  };
}

function parseSuffixes(text: string): VersionSuffix[] {
  return text
    .slice(1)
    .split('_')
    .map(suffix => {
      const number = suffix.replace(/^[a-z]+/, '');
      return { name: suffix.slice(0, suffix.length - number.length) as VersionSuffix['name'], number };
    });
}

export function versionText(version: Version): string {
  return version.text;
}

/** -1, 0 or 1; 0 also for versions that differ only in spelling, as 1.0 and 1.0-r0. */
export function compareVersions(a: Version, b: Version): -1 | 0 | 1 {
  if (a.text === b.text) return 0;
  return (
    compareIntegers(a.numbers[0]!, b.numbers[0]!) ||
    compareRest(a.numbers, b.numbers) ||
    compareText(a.letter, b.letter) ||
    compareSuffixes(a.suffixes, b.suffixes) ||
    compareIntegers(a.revision, b.revision)
  );
}

function compareRest(a: readonly string[], b: readonly string[]): -1 | 0 | 1 {
  const common = Math.min(a.length, b.length);
  for (let index = 1; index < common; index++) {
    const result = compareComponents(a[index]!, b[index]!);
    if (result !== 0) return result;
  }
  return a.length === b.length ? 0 : a.length < b.length ? -1 : 1;
}

/** After the first dot a leading zero makes both components decimal fractions: 1.02 < 1.1. */
function compareComponents(a: string, b: string): -1 | 0 | 1 {
  if (a[0] !== '0' && b[0] !== '0') return compareIntegers(a, b);
  const length = Math.max(a.length, b.length);
  return compareText(a.padEnd(length, '0'), b.padEnd(length, '0'));
}

function compareSuffixes(a: readonly VersionSuffix[], b: readonly VersionSuffix[]): -1 | 0 | 1 {
  const length = Math.max(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const left = a[index];
    const right = b[index];
    // a missing suffix stands below _p and above all others
    if (!left) return right!.name === 'p' ? -1 : 1;
    if (!right) return left.name === 'p' ? 1 : -1;
    if (left.name !== right.name) return suffixRank[left.name] < suffixRank[right.name] ? -1 : 1;
    const result = compareIntegers(left.number, right.number);
    if (result !== 0) return result;
  }
  return 0;
}

/** Compares digit strings by value; the empty one is 0. */
function compareIntegers(a: string, b: string): -1 | 0 | 1 {
  const left = withoutZeros(a);
  const right = withoutZeros(b);
  if (left.length !== right.length) return left.length < right.length ? -1 : 1;
  return compareText(left, right);
}

function withoutZeros(digits: string): string {
  let start = 0;
  while (digits[start] === '0') start++;
  return start === 0 ? digits : digits.slice(start);
}

function compareText(a: string, b: string): -1 | 0 | 1 {
  return a === b ? 0 : a < b ? -1 : 1;
}
