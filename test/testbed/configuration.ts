/** etc/portage, the profile and the world of a private root. */
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { isObservable } from '../kit/environment.ts';
import type { RootDeclaration } from './declaration.ts';
import { lines, writeText } from './repository.ts';

const features = [
  'sandbox',
  'usersandbox',
  'userpriv',
  'usersync',
  'userfetch',
  'ipc-sandbox',
  'network-sandbox',
  'pid-sandbox',
  'mount-sandbox',
  'news',
  'merge-sync',
  'binpkg-multi-instance',
].map(name => `-${name}`);

/** No scanelf here, and nothing to strip. */
const quiet = ['nostrip'];

/** The one profile of a made repository, relative to profiles/. */
export const madeProfile = 'testbed';

const makeDefaults = {
  ARCH: 'amd64',
  ACCEPT_KEYWORDS: 'amd64',
  USERLAND: 'GNU',
  KERNEL: 'linux',
  ELIBC: 'glibc',
  CHOST: 'x86_64-pc-linux-gnu',
  IUSE_IMPLICIT: 'prefix prefix-guest prefix-stack',
  USE_EXPAND_IMPLICIT: 'ARCH ELIBC KERNEL USERLAND',
  USE_EXPAND_UNPREFIXED: 'ARCH',
  USE_EXPAND_VALUES_ARCH: 'amd64 x86',
  USE_EXPAND_VALUES_ELIBC: 'glibc musl',
  USE_EXPAND_VALUES_KERNEL: 'linux',
  USE_EXPAND_VALUES_USERLAND: 'GNU',
  USE_EXPAND: 'ELIBC KERNEL USERLAND',
};

function assignments(values: Readonly<Record<string, string>>): string {
  return lines(Object.entries(values).map(([name, value]) => `${name}="${value.replace(/[\\"]/g, '\\$&')}"`));
}

export function writeProfile(location: string, profile: RootDeclaration['profile'] = {}): void {
  const directory = join(location, 'profiles', madeProfile);
  const files: Record<string, readonly string[]> = { eapi: ['8'], ...profile };
  files['make.defaults'] = [assignments(makeDefaults).trimEnd(), ...(profile['make.defaults'] ?? [])];
  for (const [name, content] of Object.entries(files)) writeText(join(directory, name), lines(content));
  writeText(join(location, 'profiles/arch.list'), 'amd64\nx86\n');
  writeText(join(location, 'profiles/profiles.desc'), `amd64 ${madeProfile} stable\n`);
}

function makeConf(directory: string, declaration: RootDeclaration): string {
  const { FEATURES: wanted = '', ...given } = declaration.makeConf ?? {};
  const observability = declaration.observability === false || !isObservable() ? [] : ['observability'];
  return assignments({
    PORTAGE_TMPDIR: `${directory}/var/tmp`,
    DISTDIR: `${directory}/var/cache/distfiles`,
    PKGDIR: `${directory}/var/cache/binpkgs`,
    PORTAGE_LOGDIR: `${directory}/var/log/portage`,
    ACCEPT_LICENSE: '*',
    CLEAN_DELAY: '0',
    EMERGE_WARNING_DELAY: '0',
    ...given,
    FEATURES: [...features, ...quiet, ...observability, wanted].join(' ').trim(),
  });
}

export function writeConfiguration(
  directory: string,
  declaration: RootDeclaration,
  main: { location: string; name: string; profile: string },
): void {
  const etc = join(directory, 'etc/portage');
  const repositories = new Map([[main.name, main.location]]);
  for (const name of Object.keys(declaration.overlays ?? {}))
    repositories.set(name, join(directory, 'var/db/repos', name));
  const sections = [...repositories].map(
    ([name, location]) => `[${name}]\nlocation = ${location}\nauto-sync = no\n`,
  );
  writeText(join(etc, 'make.conf'), makeConf(directory, declaration));
  writeText(
    join(etc, 'repos.conf'),
    [`[DEFAULT]\nmain-repo = ${main.name}\n`, ...sections, declaration.reposConf ?? ''].join('\n'),
  );
  rmSync(join(etc, 'make.profile'), { force: true });
  symlinkSync(join(main.location, 'profiles', main.profile), join(etc, 'make.profile'));
  if (declaration.packageUse) writeText(join(etc, 'package.use'), lines(declaration.packageUse));
  for (const [name, content] of Object.entries(declaration.sets ?? {}))
    writeText(join(etc, 'sets', name), lines(content));
  for (const [path, text] of Object.entries(declaration.portageConfig ?? {})) {
    rmSync(join(etc, path), { force: true, recursive: true });
    writeText(join(etc, path), text);
  }
  mkdirSync(join(directory, 'var/lib/portage'), { recursive: true });
  writeText(join(directory, 'var/lib/portage/world'), lines(declaration.world ?? []));
  writeText(join(directory, 'var/lib/portage/world_sets'), lines(declaration.worldSets ?? []));
}
