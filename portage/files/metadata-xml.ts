/** metadata.xml of a package: GLEP 68. */
import { XMLParser } from 'fast-xml-parser';

const parser = new XMLParser({
  ignoreAttributes: true,
  processEntities: false,
  parseTagValue: false,
  isArray: name => name === 'maintainer',
});

/** The addresses of the maintainers, sorted; empty where there are none, or the file cannot be read. */
export function maintainersIn(text: string): string[] {
  try {
    const { pkgmetadata } = parser.parse(text) as { pkgmetadata?: unknown };
    const { maintainer } = (typeof pkgmetadata === 'object' ? (pkgmetadata ?? {}) : {}) as {
      maintainer?: readonly unknown[];
    };
    const addresses = (maintainer ?? []).flatMap(one => {
      const email = typeof one === 'object' && one !== null && 'email' in one ? one.email : undefined;
      return typeof email === 'string' && email.trim() !== '' ? [email.trim()] : [];
    });
    return [...new Set(addresses)].sort();
  } catch {
    return [];
  }
}
