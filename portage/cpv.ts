/** Package names of PMS 3.1: category/package, alone (Cpn) or with a version (Cpv). */
import { parseVersion, type Version, versionPattern } from './version.ts';

export interface Cpn {
  readonly category: string;
  readonly package: string;
}

export interface Cpv extends Cpn {
  /** category/package, for looking it up. */
  readonly cp: string;
  readonly version: Version;
  /** category/package-version as written. */
  readonly text: string;
}

/** Source of a regular expression for a category, and for a package name that what follows has to end. */
export const categoryPattern = '\\w[\\w+.-]*';
export const packagePattern = '\\w[\\w+-]*?';

const whole = new RegExp(
  `^(${categoryPattern})/(${packagePattern})(-${versionPattern})?-(${versionPattern})$`,
);
const unversioned = new RegExp(`^(${categoryPattern})/(${packagePattern})(-${versionPattern})?$`);

/** Undefined where the text is no category/package; a name must not end like a version. */
export function parseCpn(text: string): Cpn | undefined {
  const found = unversioned.exec(text);
  if (!found || found[3] !== undefined) return undefined;
  return { category: found[1]!, package: found[2]! };
}

/** Undefined where the text is no category/package-version; without a category it is none. */
export function parseCpv(text: string): Cpv | undefined {
  const found = whole.exec(text);
  if (!found || found[3] !== undefined) return undefined;
  const category = found[1]!;
  const name = found[2]!;
  return { category, package: name, cp: `${category}/${name}`, version: parseVersion(found[4]!)!, text };
}

export function cpnText(cpn: Cpn): string {
  return `${cpn.category}/${cpn.package}`;
}
