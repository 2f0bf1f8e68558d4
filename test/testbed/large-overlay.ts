/** An overlay as large as GURU, 2,297 packages in about 13,000 files, and the main repository that it builds on. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { top } from '../kit/environment.ts';
import { commitTree } from '../kit/git-repository.ts';
import type { EbuildDeclaration, RootDeclaration } from './declaration.ts';
import { ebuildText, md5CacheEntry } from './ebuild-text.ts';
import { type Random, seeded } from './random.ts';
import { lines } from './repository.ts';

/** Change it when the files change. */
const version = 1;
const packageCount = 2297;
const versionCount = 3751;
const mainCount = 1200;
const distLines = 15;
const categories = Array.from(
  { length: 60 },
  (_, at) => `cat-${'abcdefghij'[at % 10]}${Math.floor(at / 10)}`,
);
const words =
  'library parser of for and the fast simple tool client server python rust bindings to modern with wrapper a small'.split(
    ' ',
  );
const eclasses = Array.from({ length: 15 }, (_, at) => `large-${at}`);

function mainName(at: number): string {
  return `main-${at % 40}/thing-n${at}x`;
}

function packageName(at: number): string {
  return `${categories[at % categories.length]}/large-n${at}x`;
}

/** `repository` is the bare git repository; the main one is for a private root. */
export interface LargeOverlay {
  readonly name: 'large';
  readonly repository: string;
  readonly main: RootDeclaration;
  /** One that needs two others of the overlay. */
  readonly small: string;
}

export function largeOverlay(): LargeOverlay {
  const repository = join(top, `.cache/repositories/large-${version}.git`);
  if (!existsSync(repository)) {
    const fresh = `${repository}.new-${process.pid}`;
    mkdirSync(join(repository, '..'), { recursive: true });
    rmSync(fresh, { recursive: true, force: true });
    commitTree(fresh, largeFiles());
    renameSync(fresh, repository);
  }
  return { name: 'large', repository, main: mainDeclaration(), small: packageName(100) };
}

function mainDeclaration(): RootDeclaration {
  const ebuilds: Record<string, EbuildDeclaration> = {};
  for (let at = 0; at < mainCount; at += 1) {
    ebuilds[`${mainName(at)}-1.${at % 7}`] = { IUSE: 'doc +ssl static-libs test' };
    if (at % 2 === 0)
      ebuilds[`${mainName(at)}-2`] = { SLOT: `2/${at % 5}`, IUSE: 'doc +ssl static-libs test' };
  }
  return { ebuilds, observability: false };
}

function mainAtom(next: Random): string {
  const name = mainName(next.below(mainCount));
  const use = next.pick(['', '', '', '[ssl]', '[static-libs(-)?]', '[doc=]']);
  return next.pick([name, `>=${name}-1`, `${name}:=`, `>=${name}-1:0=`, `<${name}-9`]) + use;
}

function dependencies(next: Random, at: number): string {
  const atoms = Array.from({ length: 3 + next.below(8) }, () => mainAtom(next));
  const own = at === 100 ? 2 : next.chance(0.24) ? 1 + next.below(2) : 0;
  for (let count = 0; count < own && at > 0; count += 1)
    atoms.push(packageName(Math.max(0, at - 1 - (at === 100 ? count : next.below(40)))));
  const text = `${atoms.join(' ')} test? ( ${mainAtom(next)} ${mainAtom(next)} )`;
  return next.chance(0.2) ? `${text} || ( ${mainAtom(next)} ${mainAtom(next)} )` : text;
}

function prose(next: Random, count: number): string {
  return Array.from({ length: count }, () => next.pick(words)).join(' ');
}

function hex(algorithm: 'sha512' | 'md5', text: string): string {
  return createHash(algorithm).update(text).digest('hex');
}

function distLine(name: string): string {
  const blake = hex('sha512', `b ${name}`);
  return `DIST ${name} ${Number.parseInt(blake.slice(0, 6), 16)} BLAKE2B ${blake} SHA512 ${hex('sha512', name)}`;
}

function ebuildAndEntry(
  next: Random,
  at: number,
  sums: ReadonlyMap<string, string>,
): readonly [string, string] {
  const declaration = {
    DESCRIPTION: prose(next, 9),
    HOMEPAGE: `https://example.org/${hex('md5', `home ${at}`).slice(0, 12)}`,
    IUSE: next.some(['doc', 'ssl', 'test', 'static-libs', 'debug', 'examples'], 3).join(' '),
    LICENSE: at % 37 === 0 ? `large-${at % 62}` : 'MIT',
    RDEPEND: dependencies(next, at),
    DEPEND: `${mainAtom(next)} ${mainAtom(next)}`,
    BDEPEND: mainAtom(next),
  };
  const inherited = next.chance(0.06) ? next.some(eclasses, 1 + next.below(2)) : [];
  const body = `src_prepare() {\n\tdefault\n\t# ${prose(next, 60)}\n\tsed -e s:${hex('md5', `${at}`)}:x: -i Makefile || die\n}\n`;
  const inherit = inherited.length > 0 ? `inherit ${inherited.join(' ')}\n` : '';
  const text = `${ebuildText(declaration)}${inherit}\n${body}`;
  const entry = md5CacheEntry({ ...declaration, phases: body }, text) ?? '';
  const known = inherited.map(name => `${name}\t${sums.get(name)}`).join('\t');
  return [text, inherited.length > 0 ? entry.replace('_md5_=', `_eclasses_=${known}\n_md5_=`) : entry];
}

function largeFiles(): Record<string, string> {
  const next = seeded('large overlay');
  const files: Record<string, string> = {
    'profiles/repo_name': 'large\n',
    'profiles/categories': lines([...categories].sort()),
    'metadata/layout.conf':
      'masters = testbed\nthin-manifests = true\nsign-manifests = false\ncache-formats = md5-dict\n',
  };
  const sums = new Map<string, string>();
  for (const name of eclasses) {
    const text = `# ${prose(next, 400)}\n${name.replace('-', '_')}_src_prepare() { default; }\n`;
    files[`eclass/${name}.eclass`] = text;
    sums.set(name, hex('md5', text));
  }
  for (let at = 0; at < 62; at += 1) files[`licenses/large-${at}`] = prose(next, 300);
  for (let at = 0; at < packageCount; at += 1) {
    const cp = packageName(at);
    const name = cp.slice(cp.indexOf('/') + 1);
    // the remainder spread over the first packages
    const count = at < versionCount - packageCount ? 2 : 1;
    const dists: string[] = [];
    for (let one = 1; one <= count; one += 1) {
      const [text, entry] = ebuildAndEntry(next, at, sums);
      files[`${cp}/${name}-${one}.${at % 9}.ebuild`] = text;
      files[`metadata/md5-cache/${cp}-${one}.${at % 9}`] = entry;
      for (let dist = 0; dist < distLines; dist += 1)
        dists.push(distLine(`${name}-part${dist}-${one}.${at % 9}.crate`));
    }
    files[`${cp}/Manifest`] = lines(dists);
    files[`${cp}/metadata.xml`] =
      `<?xml version="1.0" encoding="UTF-8"?>\n<pkgmetadata>\n\t<maintainer type="person">\n\t\t<email>${hex('md5', `m ${at}`).slice(0, 8)}@example.org</email>\n\t</maintainer>\n\t<longdescription>${prose(next, 30)}</longdescription>\n</pkgmetadata>\n`;
    if (at % 2 === 0) {
      const patch = Array.from({ length: 24 }, (_, line) => `+${hex('sha512', `${at} ${line}`)}`);
      files[`${cp}/files/${name}-fix.patch`] = lines(patch);
    }
  }
  return files;
}
