/**
 * Metadata of ebuilds that have no valid cache entry: by Portage's own ebuild.sh, in its `depend` phase, in a sandbox.
 * What comes out is data, and no more than the ebuild could say of itself in any other way.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { parseCpv } from '../../portage/cpv.ts';
import { ebuildEapi, parseDependOutput } from '../../portage/files/depend-output.ts';
import { type CacheEntry, parseCacheEntry } from '../../portage/files/md5-cache.ts';
import { readTextIfPresent } from '../../system/files.ts';
import type { Located } from '../../system/locate.ts';
import { portageCode } from '../../system/portage-facts.ts';
import { printable } from '../../system/printable.ts';
import { bashFor, runSandboxed, type Sandbox, usableSandbox } from './sandbox.ts';
import type { OverlaySource } from './source.ts';
import { makeStage, type Stage } from './stage.ts';

export interface SourcedOptions {
  /** Its masters, roots of local repositories or overlays; a later one wins. */
  readonly masters: readonly (string | OverlaySource)[];
  /** Is told, in a sentence each, what could not be done and why. */
  readonly tell?: (note: string) => void;
  readonly signal?: AbortSignal;
  /** Root of the repository that was made last time: what it says of the same ebuild and eclasses holds. */
  readonly known?: string;
}

/** Two at a time: a sync leaves the computer usable. */
const workers = 2;

/** An overlay with as many ebuilds that do not end wants no metadata. */
const patience = 5;

const notEnded = 'its ebuild did not end within 10 s, or printed too much';

/** Of those cpvs whose ebuild could be sourced, sorted. About 40 ms each. */
export async function sourcedMetadata(
  located: Located,
  source: OverlaySource,
  cpvs: readonly string[],
  options: SourcedOptions,
): Promise<ReadonlyMap<string, CacheEntry>> {
  const waiting = [...new Set(cpvs)].filter(cpv => source.files.has(ebuildPath(cpv))).sort();
  const result = new Map<string, CacheEntry>();
  if (waiting.length === 0) return result;
  const tell = (what: string) => options.tell?.(`${source.spec.name}: ${what}`);
  const portage = await portageCode(located);
  const ebuilds = await source.read(waiting.map(ebuildPath));
  const stage = await makeStage(portage.code, source, options.masters);
  let rest: string[] = [];
  let stopped = 0;
  async function work(sandbox: Sandbox): Promise<void> {
    for (let cpv = rest.shift(); cpv !== undefined; cpv = rest.shift()) {
      const content = ebuilds.get(ebuildPath(cpv)) ?? new Uint8Array();
      const entry = await sourceOne(sandbox, stage, cpv, content, options.signal);
      if (typeof entry === 'object') result.set(cpv, entry);
      else tell(`${printable(cpv)}: ${entry}`);
      if (entry === notEnded) stopped += 1;
      if (stopped >= patience && rest.length > 0)
        tell(`ebuilds that were not looked at, after ${patience} that did not end: ${rest.splice(0).length}`);
    }
  }
  try {
    for (const [cpv, entry] of knownEntries(options.known, waiting, ebuilds, stage)) result.set(cpv, entry);
    rest = waiting.filter(cpv => !result.has(cpv));
    if (rest.length === 0) return sorted(result);
    const bash = bashFor(portage.bash);
    const sandbox = await usableSandbox({ bash, stage: stage.directory, eprefix: located.eprefix });
    if (typeof sandbox === 'string') tell(`ebuilds without metadata were not looked at, since ${sandbox}`);
    else await Promise.all(Array.from({ length: workers }, () => work(sandbox)));
  } finally {
    stage.remove();
  }
  return sorted(result);
}

function sorted(entries: ReadonlyMap<string, CacheEntry>): Map<string, CacheEntry> {
  return new Map([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function* knownEntries(
  known: string | undefined,
  cpvs: readonly string[],
  ebuilds: ReadonlyMap<string, Uint8Array>,
  stage: Stage,
): Generator<[string, CacheEntry]> {
  for (const cpv of known === undefined ? [] : cpvs) {
    const text = readTextIfPresent(join(known ?? '', 'metadata/md5-cache', cpv));
    const { value, problems } = parseCacheEntry(text ?? '');
    if (text === undefined || problems.length > 0 || value.md5 !== md5(ebuilds.get(ebuildPath(cpv))))
      continue;
    if (value.eclasses.every(({ name, checksum }) => stage.eclass(name) === checksum)) yield [cpv, value];
  }
}

function md5(content: Uint8Array | undefined): string {
  return createHash('md5')
    .update(content ?? '')
    .digest('hex');
}

/** A sentence where there is none. */
async function sourceOne(
  sandbox: Sandbox,
  stage: Stage,
  cpv: string,
  content: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<CacheEntry | string> {
  const eapi = ebuildEapi(Buffer.from(content).toString('utf8'));
  if (eapi === undefined || !/^[0-9]$/.test(eapi)) return 'its EAPI is not known';
  const ebuild = `/repositories/${stage.repositories[0]}/${ebuildPath(cpv)}`;
  const result = await runSandboxed(sandbox, {
    shown: new Map([
      ['/portage', 'code'],
      ...stage.repositories.map((name): [string, string] => [
        `/repositories/${name}/eclass`,
        `${name}/eclass`,
      ]),
      [ebuild, stage.addEbuild(content)],
    ]),
    variables: variablesFor(cpv, eapi, ebuild, stage),
    // what the ebuild says besides is nobody's business
    script: 'exec 9>&1 >/dev/null 2>&1 </dev/null\nexec "$BASH" /portage/ebuild.sh depend',
    signal,
  });
  if (result.kind === 'stopped') return notEnded;
  const parsed = result.status === 0 ? parseDependOutput(result.output, eapi) : undefined;
  if (parsed === undefined) return 'its ebuild gives no metadata';
  const eclasses = parsed.inherited.map(name => ({ name, checksum: stage.eclass(name) ?? '' }));
  if (eclasses.some(({ checksum }) => checksum === '')) return 'its ebuild inherits what is not there';
  return { fields: parsed.fields, eclasses, md5: md5(content) };
}

/** Empty where the text is no cpv. */
function ebuildPath(cpv: string): string {
  const parsed = parseCpv(cpv);
  return parsed === undefined ? '' : `${parsed.cp}/${cpv.slice(cpv.indexOf('/') + 1)}.ebuild`;
}

/** What doebuild() sets for this phase, as far as it says something of the package. */
function variablesFor(cpv: string, eapi: string, ebuild: string, stage: Stage): Map<string, string> {
  const { category, package: name, version } = parseCpv(cpv)!;
  const [, base = version.text, revision = 'r0'] = /^(.*?)(?:-(r\d+))?$/.exec(version.text) ?? [];
  const build = `/tmp/portage/${cpv}`;
  return new Map([
    ['CATEGORY', category],
    ['PN', name],
    ['PV', base],
    ['PR', revision],
    ['P', `${name}-${base}`],
    ['PF', `${name}-${version.text}`],
    ['PVR', version.text],
    ['EAPI', eapi],
    ['EBUILD', ebuild],
    ['EBUILD_PHASE', 'depend'],
    ['PORTAGE_BIN_PATH', '/portage'],
    ['PORTAGE_ECLASS_LOCATIONS', stage.repositories.map(one => `/repositories/${one}`).join(' ')],
    ['PORTAGE_PIPE_FD', '9'],
    ['PORTAGE_TMPDIR', '/tmp'],
    ['PORTAGE_BUILDDIR', build],
    ['WORKDIR', `${build}/work`],
    ['FILESDIR', `${build}/files`],
    ['DISTDIR', `${build}/distdir`],
    ['D', `${build}/image`],
    ['T', `${build}/temp`],
    ['HOME', `${build}/homedir`],
    ['SANDBOX_LOG', '/tmp/sandbox.log'],
    ['PORTAGE_BASHRC', '/dev/null'],
    ['PORTAGE_INTERNAL_CALLER', '1'],
    ['PORTAGE_QUIET', '1'],
    ['NO_COLOR', 'true'],
    ['LC_ALL', 'C.UTF-8'],
    ['PATH', '/usr/bin:/bin'],
  ]);
}
