/** metadata/layout.conf of a repository: portage(5), GLEP 59 to 62, portage.repository.config.parse_layout_conf. */
import { type Parsed, splitLines, strip, words } from './text.ts';

export interface LayoutConf {
  /** Overrides profiles/repo_name. */
  readonly repoName?: string;
  /** Absent: Portage takes the main repository as master. Empty: none. */
  readonly masters?: readonly string[];
  readonly aliases: readonly string[];
  /** Lower case; empty: whichever of metadata/md5-cache and metadata/cache exists. */
  readonly cacheFormats: readonly string[];
  /** Absent: portage-1 or portage-1-compat, by the EAPI of profiles/. Unknown ones are left out. */
  readonly profileFormats?: readonly string[];
  /** Of profiles without a file `eapi`. Portage passes over one that it doesn't know. */
  readonly profileEapi?: string;
  readonly eapisBanned: readonly string[];
  readonly eapisDeprecated: readonly string[];
  readonly propertiesAllowed?: readonly string[];
  readonly restrictAllowed?: readonly string[];
  readonly thinManifests: boolean;
  readonly signManifests: boolean;
  readonly signCommits: boolean;
  readonly updateChangelog: boolean;
  /** strict (the default) wants one, false makes none. */
  readonly useManifests: 'strict' | 'true' | 'false';
  readonly manifestHashes?: readonly string[];
  readonly manifestRequiredHashes?: readonly string[];
}

const knownProfileFormats = new Set([
  'pms',
  'portage-1',
  'portage-2',
  'profile-bashrcs',
  'profile-set',
  'profile-default-eapi',
  'build-id',
  'profile-repo-deps',
  'profile-license',
]);

/** An empty text is a valid layout.conf. */
export function parseLayoutConf(text: string): Parsed<LayoutConf> {
  const problems: string[] = [];
  const data = keyValuePairs(text, problems);
  const list = (key: string) => words(data.get(key) ?? '');
  const optionalList = <K extends string>(name: K, key: string) => {
    const found = data.get(key);
    return (found === undefined ? {} : { [name]: words(found) }) as { [P in K]?: string[] };
  };
  const flag = (key: string, usual: string) => (data.get(key) ?? usual).toLowerCase() === 'true';
  const repoName = validRepoName(data.get('repo-name') ?? '');
  const policy = (data.get('use-manifests') ?? 'strict').toLowerCase();
  const formats = data.get('profile-formats');
  const unknown = words(formats ?? '').filter(format => !knownProfileFormats.has(format));
  if (unknown.length > 0) problems.push(`profile-formats: unknown ${unknown.join(' ')}`);
  const profileFormats = words(formats ?? '').filter(format => knownProfileFormats.has(format));
  const profileEapi = data.get('profile_eapi_when_unspecified');
  if (profileEapi !== undefined && !profileFormats.includes('profile-default-eapi'))
    problems.push('profile_eapi_when_unspecified: profile-formats lacks profile-default-eapi');
  const value: LayoutConf = {
    ...(repoName === undefined ? {} : { repoName }),
    ...optionalList('masters', 'masters'),
    aliases: list('aliases'),
    cacheFormats: list('cache-formats').map(format => format.toLowerCase()),
    ...(formats === undefined ? {} : { profileFormats }),
    ...(profileEapi !== undefined && profileFormats.includes('profile-default-eapi') ? { profileEapi } : {}),
    eapisBanned: list('eapis-banned'),
    eapisDeprecated: list('eapis-deprecated'),
    ...optionalList('propertiesAllowed', 'properties-allowed'),
    ...optionalList('restrictAllowed', 'restrict-allowed'),
    thinManifests: flag('thin-manifests', 'false'),
    signManifests: flag('sign-manifests', 'true'),
    signCommits: flag('sign-commits', 'false'),
    updateChangelog: flag('update-changelog', 'false'),
    useManifests: policy === 'strict' || policy === 'false' ? policy : 'true',
    ...manifestHashes(data, problems),
  };
  return { value, problems };
}

/** What of it decides how Portage treats the files of the repository; names, policies and what only linters ask are left out. */
export function writeLayoutConf(layout: LayoutConf): string {
  const lines: [string, string | undefined][] = [
    ['aliases', layout.aliases.join(' ') || undefined],
    ['cache-formats', layout.cacheFormats.join(' ') || undefined],
    ['manifest-hashes', layout.manifestHashes?.join(' ')],
    ['manifest-required-hashes', layout.manifestRequiredHashes?.join(' ')],
    ['masters', layout.masters?.join(' ')],
    ['profile-formats', layout.profileFormats?.join(' ')],
    ['profile_eapi_when_unspecified', layout.profileEapi],
    ['sign-manifests', layout.signManifests ? undefined : 'false'],
    ['thin-manifests', layout.thinManifests ? 'true' : undefined],
    ['use-manifests', layout.useManifests === 'strict' ? undefined : layout.useManifests],
  ];
  return lines
    .flatMap(([key, value]) => (value === undefined ? [] : `${key} = ${value}`.trimEnd()))
    .map(line => `${line}\n`)
    .join('');
}

/** What Portage makes of a repository's own name: PMS 3.1.5 characters, or undefined where none is left. */
export function validRepoName(name: string): string | undefined {
  const valid = words(strip(name).replace(/[^\w-]/g, ' '))
    .join('-')
    .replace(/^-+/, '');
  return valid === '' ? undefined : valid;
}

function manifestHashes(data: ReadonlyMap<string, string>, problems: string[]): Partial<LayoutConf> {
  const required = data.get('manifest-required-hashes');
  const given = data.get('manifest-hashes');
  if (required !== undefined && given === undefined)
    problems.push('manifest-required-hashes: without manifest-hashes');
  const all = given ?? required;
  if (all === undefined) return {};
  const manifestHashes = words(all.toUpperCase());
  const manifestRequiredHashes = words((required ?? all).toUpperCase());
  const missing = manifestRequiredHashes.filter(hash => !manifestHashes.includes(hash));
  if (missing.length > 0)
    problems.push(`manifest-required-hashes: ${missing.join(' ')} not in manifest-hashes`);
  return { manifestHashes, manifestRequiredHashes };
}

/** portage.env.loaders.KeyValuePairFileLoader: the last of two equal keys wins; quotes are part of the value. */
function keyValuePairs(text: string, problems: string[]): Map<string, string> {
  const data = new Map<string, string>();
  for (const [index, raw] of splitLines(text).entries()) {
    const line = strip(raw);
    if (line === '' || line.startsWith('#')) continue;
    const equals = line.indexOf('=');
    const key = strip(line.slice(0, Math.max(equals, 0)));
    if (key === '') problems.push(`line ${index + 1}: not key = value`);
    else data.set(key, strip(line.slice(equals + 1)));
  }
  return data;
}
