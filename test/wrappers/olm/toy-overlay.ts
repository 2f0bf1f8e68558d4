/** A small overlay with its metadata cache, as files. */
import { createHash } from 'node:crypto';

/** An overlay of these packages, `category/package-version` -> RDEPEND. */
export function toyOverlay(name: string, packages: Record<string, string>): Record<string, string> {
  const files: Record<string, string> = {
    'profiles/repo_name': `${name}\n`,
    'profiles/categories': 'app-misc\n',
    'metadata/layout.conf': 'masters = testbed\nthin-manifests = true\ncache-formats = md5-dict\n',
  };
  for (const [cpv, needs] of Object.entries(packages)) {
    const [, category, pn, version] = /^(.*)\/(.*)-(\d+)$/.exec(cpv) ?? [];
    const variables = { EAPI: '8', DESCRIPTION: `of ${name}`, KEYWORDS: 'amd64', RDEPEND: needs, SLOT: '0' };
    const text = Object.entries(variables).map(([key, value]) => `${key}="${value}"\n`);
    const sum = createHash('md5').update(text.join('')).digest('hex');
    files[`${category}/${pn}/${pn}-${version}.ebuild`] = text.join('');
    files[`metadata/md5-cache/${cpv}`] = Object.entries({ DEFINED_PHASES: '-', ...variables, _md5_: sum })
      .map(([key, value]) => `${key}=${value}\n`)
      .sort()
      .join('');
  }
  return files;
}
