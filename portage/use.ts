/** USE dependencies of PMS 8.3.4: the words between the brackets of an atom. */

/** '': must be on; -: off; ?: on if the parent has it on; !?: off if the parent has it off; = and !=: as the parent or opposite. */
export type UseWish = '' | '-' | '?' | '!?' | '=' | '!=';

interface UseWord {
  readonly flag: string;
  readonly wish: UseWish;
  /** What a flag that the package lacks counts as; undefined: the package must have it. */
  readonly missing: '+' | '-' | undefined;
}

export type UseDependency = readonly UseWord[];

const word = /^([!-]?)([A-Za-z0-9][A-Za-z0-9+_@-]*)(?:\(([+-])\))?([?=]?)$/;
const flagName = /^[A-Za-z0-9][A-Za-z0-9+_@-]*$/;

export function isUseFlag(text: string): boolean {
  return flagName.test(text);
}

/** Takes what stands between the brackets; undefined where it is faulty or gives a flag two defaults. */
export function parseUseDependency(text: string): UseDependency | undefined {
  const words: UseWord[] = [];
  const defaults = new Map<string, UseWord['missing']>();
  for (const part of text.split(',')) {
    const found = word.exec(part);
    if (!found) return undefined;
    const wish = `${found[1]}${found[4]}`;
    if (wish === '!' || wish === '-?' || wish === '-=') return undefined;
    const flag = found[2]!;
    const missing = found[3] as '+' | '-' | undefined;
    if (defaults.has(flag) && defaults.get(flag) !== missing) return undefined;
    defaults.set(flag, missing);
    words.push({ flag, wish: wish as UseWish, missing });
  }
  return words;
}

export function useDependencyText(use: UseDependency): string {
  return `[${use.map(useWordText).join(',')}]`;
}

function useWordText({ flag, wish, missing }: UseWord): string {
  const before = wish[0] === '!' || wish === '-' ? wish[0] : '';
  const after = wish.endsWith('?') ? '?' : wish.endsWith('=') ? '=' : '';
  return `${before}${flag}${missing === undefined ? '' : `(${missing})`}${after}`;
}

export function isConditional(use: UseDependency): boolean {
  return use.some(({ wish }) => wish !== '' && wish !== '-');
}

/** Resolves the conditional words for the USE of the package that has this dependency. */
export function evaluateUse(use: UseDependency, parentUse: ReadonlySet<string>): UseDependency {
  return use.flatMap(one => {
    const wish = evaluateWish(one.wish, parentUse.has(one.flag));
    return wish === undefined ? [] : [{ ...one, wish }];
  });
}

function evaluateWish(wish: UseWish, on: boolean): UseWish | undefined {
  switch (wish) {
    case '?':
      return on ? '' : undefined;
    case '!?':
      return on ? undefined : '-';
    case '=':
      return on ? '' : '-';
    case '!=':
      return on ? '-' : '';
    default:
      return wish;
  }
}

/** Whether the package has each flag in IUSE that is named without a default. */
export function hasRequiredFlags(use: UseDependency, iuse: ReadonlySet<string>): boolean {
  return use.every(({ flag, missing }) => missing !== undefined || iuse.has(flag));
}

/** Whether the unconditional words hold; conditional ones are passed over. */
export function useMatches(
  use: UseDependency,
  iuse: ReadonlySet<string>,
  enabled: ReadonlySet<string>,
): boolean {
  return use.every(({ flag, wish, missing }) => {
    if (wish !== '' && wish !== '-') return true;
    const wanted = wish === '';
    if (missing === undefined || iuse.has(flag)) return enabled.has(flag) === wanted;
    return (missing === '+') === wanted;
  });
}
