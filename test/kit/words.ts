/** Random versions and atoms, valid and spoilt, biased to what is hard: near-equal, odd spellings, long numbers. */
import type { Random } from './random.ts';

const suffixes = ['alpha', 'beta', 'pre', 'rc', 'p'];
const categories = ['dev-libs', 'app-misc', 'x11-libs', 'virtual', 'a+b.c_d'];
const packages = ['foo', 'foo-bar', 'gtk+', 'foo-1a-b', 'foo_2', 'foo-r1', '7zip'];
export const flags = ['ssl', 'X', 'python_targets_python3_13', 'a+b', 'l10n_de@x', 'abi_x86_32'];
const slots = ['0', '1', '2.7', '3/3.1', '0/abi-5', '0/0'];
const noise = '0a9.-_+*:/[]!=~<>?(),@ rpé'.split('');

function digits(next: Random): string {
  const roll = next();
  if (roll < 0.15) return '0';
  if (roll < 0.25) return `0${next.below(100)}`;
  if (roll < 0.3) return `${next.below(10)}00`;
  if (roll < 0.35) return `9007199254740${990 + next.below(10)}`;
  if (roll < 0.4) return '1844674407370955161'.concat(String(next.below(100)), '0'.repeat(next.below(3)));
  return String(next.below(next.chance(0.5) ? 4 : 30));
}

export function anyVersion(next: Random): string {
  let text = digits(next);
  for (let rest = next.below(4); rest > 0; rest--) text += `.${digits(next)}`;
  if (next.chance(0.2)) text += next.pick(['a', 'b', 'z']);
  for (; next.chance(0.25); ) text += `_${next.pick(suffixes)}${next.chance(0.7) ? digits(next) : ''}`;
  return next.chance(0.3) ? `${text}-r${digits(next)}` : text;
}

/** The same version with one or two parts changed, so that two of them often compare as equal or almost so. */
export function nearVersion(text: string, next: Random): string {
  let result = text;
  for (let times = 1 + next.below(2); times > 0; times--) result = changeVersion(result, next);
  return result;
}

function changeVersion(text: string, next: Random): string {
  const [, numbers, letter, suffix, revision] =
    /^([\d.]+)([a-z]?)((?:_[a-z]+\d*)*)((?:-r\d+)?)$/.exec(text) ?? [];
  if (numbers === undefined) return text;
  const parts = numbers.split('.');
  const at = next.below(parts.length);
  switch (next.below(9)) {
    case 0:
      return `${parts.with(at, `0${parts[at]}`).join('.')}${letter}${suffix}${revision}`;
    case 1:
      return `${parts.with(at, `${parts[at]}0`).join('.')}${letter}${suffix}${revision}`;
    case 2:
      return `${parts.with(at, digits(next)).join('.')}${letter}${suffix}${revision}`;
    case 3:
      return `${numbers}.0${letter}${suffix}${revision}`;
    case 4:
      return `${numbers}${next.pick(['', 'a', 'b'])}${suffix}${revision}`;
    case 5:
      return `${numbers}${letter}${suffix}_${next.pick(suffixes)}${next.pick(['', '0', '1'])}${revision}`;
    case 6:
      return `${numbers}${letter}${suffix?.replace(/\d+$/, '')}${revision}`;
    case 7:
      return `${numbers}${letter}${suffix}${next.pick(['', '-r0', '-r00', '-r1', '-r01'])}`;
    default:
      return revision === '' ? text : text.replace('-r', '-r0');
  }
}

/** The text with a character put in, taken out or changed, or none of these. */
export function spoilt(text: string, next: Random): string {
  const at = next.below(text.length + 1);
  switch (next.below(4)) {
    case 0:
      return text.slice(0, at) + next.pick(noise) + text.slice(at);
    case 1:
      return text.slice(0, at) + text.slice(at + 1);
    case 2:
      return text.slice(0, at) + next.pick(noise) + text.slice(at + 1);
    default:
      return text;
  }
}

export function anyCpv(next: Random): string {
  return `${next.pick(categories)}/${next.pick(packages)}-${anyVersion(next)}`;
}

export function anyUseDependency(next: Random): string {
  const words = next.some(flags, 0.3).map(flag => {
    const [before, after] = next.pick([
      ['', ''],
      ['-', ''],
      ['', '?'],
      ['!', '?'],
      ['', '='],
      ['!', '='],
    ] as const);
    return `${before}${flag}${next.pick(['', '', '(+)', '(-)'])}${after}`;
  });
  return words.length === 0 ? '' : `[${words.join(',')}]`;
}

/** A whole atom of what ebuilds may hold; `extras` adds repositories, wildcards and build ids. */
export function anyAtom(next: Random, extras = false): string {
  const blocker = next.pick(['', '', '', '', '!', '!!']);
  const name = `${next.pick(categories)}/${next.pick(packages)}`;
  const slot = next.pick(['', '', '', ':=', ':*', `:${next.pick(slots)}`, `:${next.pick(slots)}=`]);
  const repo = extras && next.chance(0.2) ? `::${next.pick(['gentoo', 'my-repo', '_x'])}` : '';
  if (extras && next.chance(0.25)) return `${blocker}${anyWildcardAtom(next)}${slot}${repo}`;
  const use = next.chance(0.4) ? anyUseDependency(next) : '';
  const buildId = extras && next.chance(0.1) ? `-${next.below(12)}` : '';
  const operator = next.pick(['', '', '<', '<=', '=', '~', '>=', '>', '=*']);
  const version = `-${anyVersion(next)}${buildId}`;
  const versioned = operator === '=*' ? `=${name}${version}*` : `${operator}${name}${version}`;
  return `${blocker}${operator === '' ? name : versioned}${slot}${repo}${use}`;
}

export function anyWildcardAtom(next: Random): string {
  const name = `${next.pick(['*', 'dev-*', '*-libs', 'd*v-l*s', 'virtual'])}/${next.pick(['*', 'foo*', '*oo', 'f*-b*r', 'foo'])}`;
  return next.chance(0.3) ? `=${name}-*${next.pick(['9999', '_pre', '1', 'r1'])}*` : name;
}
