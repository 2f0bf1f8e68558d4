/** A private root with overlays in two ways: whole, with all outside a closure masked, and as the closure generates them. */
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Closure, LocalView } from '../../portage/closure.ts';
import { parseOverlayList } from '../../portage/files/overlay-list.ts';
import { locate } from '../../system/locate.ts';
import { filesBelow } from '../../system/tree.ts';
import { gather } from '../../wrappers/olm/gather.ts';
import { localView } from '../../wrappers/olm/local-view.ts';
import { materialise } from '../../wrappers/olm/materialise.ts';
import type { OverlaySource } from '../../wrappers/olm/source.ts';
import { emerge, python, top } from '../kit/environment.ts';
import type { RootDeclaration } from './declaration.ts';
import { sourceOf, type ToyOverlay, toyFiles, writeFiles } from './overlay-tree.ts';
import { lines, writeText } from './repository.ts';
import { resolveIn } from './resolver.ts';
import { makeRoot, type Root } from './root.ts';

/** A directory with a whole overlay. */
export interface WholeOverlay {
  readonly location: string;
  readonly masters: readonly string[];
}

export interface OverlayWorld {
  readonly root: Root;
  readonly sources: ReadonlyMap<string, OverlaySource>;
  readonly local: LocalView;
  closure(list: string): Promise<Closure>;
  /** Main and the generated repositories of the closure; `without` leaves out paths of one of them. */
  generated(closure: Closure, without?: { overlay: string; paths: readonly string[] }): Promise<View>;
  /** Main and the whole overlays, with all versions masked that the closure leaves out. */
  masked(closure: Closure): View;
  /** Main and the whole overlays. */
  whole(): View;
  remove(): void;
}

export interface View {
  /** What Portage needs to see it, beside the root's own environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Overlay -> its directory. */
  readonly locations: ReadonlyMap<string, string>;
}

export interface Outcome {
  readonly success: boolean;
  /** cpv::repository and USE, in merge order. */
  readonly merges: readonly string[];
  /** What Portage printed where it fails. */
  readonly said: string;
}

export async function overlayWorld(
  main: RootDeclaration,
  toys: Readonly<Record<string, ToyOverlay>>,
  given: Readonly<Record<string, WholeOverlay>> = {},
): Promise<OverlayWorld> {
  const root = await makeRoot(main);
  const mainName = main.repository?.name ?? 'testbed';
  const whole = new Map(Object.entries(given));
  for (const [name, toy] of Object.entries(toys)) {
    const location = join(root.directory, 'whole', name);
    writeFiles(location, toyFiles(name, toy, mainName));
    whole.set(name, { location, masters: toy.masters ?? [mainName] });
  }
  const locations = new Map([...whole].map(([name, { location }]) => [name, location]));
  const everything = repositoriesText(root, mainName, locations);
  for (const name of Object.keys(toys)) await fillCache(root, name, everything);
  const sources = new Map(
    [...whole].map(([name, { location }]) => [name, sourceOf(name, filesOf(location))]),
  );
  // the user's masks are to hold in the whole overlay too
  for (const { location } of whole.values())
    rmSync(join(location, 'profiles/package.unmask'), { force: true });
  const masters = new Map([...whole].map(([name, one]) => [name, one.masters]));
  const local = localView(locate(root.environment, { emerge }), root.environment);
  let count = 0;

  function viewOf(placed: ReadonlyMap<string, string>, masks: readonly string[]): View {
    count += 1;
    const etc = join(root.directory, `views/${count}/etc/portage`);
    mkdirSync(etc, { recursive: true });
    for (const name of ['make.conf', 'make.profile', 'package.use']) {
      const path = join(root.directory, 'etc/portage', name);
      if (existsSync(path)) symlinkSync(path, join(etc, name));
    }
    writeText(join(etc, 'package.mask'), lines(masks));
    const env = {
      PORTAGE_CONFIGROOT: join(root.directory, `views/${count}`),
      PORTAGE_REPOSITORIES: repositoriesText(root, mainName, placed),
    };
    return { env, locations: placed };
  }

  return {
    root,
    sources,
    local,
    closure: list => gather(parseOverlayList(list, 'packages').selections, sources, local, { masters }),
    async generated(closure, without) {
      const placed = new Map<string, string>();
      const made = new Map<string, ReadonlyMap<string, Uint8Array>>();
      for (const [name, source] of sources) {
        const kept = masters.get(name)!.filter(one => local.hasRepository(one) || isTaken(closure, one));
        const dependents = [...masters].filter(([, of]) => of.includes(name)).map(([one]) => one);
        const { files } = await materialise(source, closure, local, { masters: kept, dependents });
        if (files.size > 0) made.set(name, files);
      }
      for (const [name, files] of made) {
        const location = join(root.directory, `generated-${count}`, name);
        placed.set(name, location);
        const gone = new Set(name === without?.overlay ? without.paths : []);
        for (const [path, content] of files) {
          if (gone.has(path)) continue;
          mkdirSync(dirname(join(location, path)), { recursive: true });
          writeFileSync(join(location, path), content);
        }
      }
      return viewOf(placed, []);
    },
    masked(closure) {
      const taken = new Set(
        closure.packages.flatMap(({ overlay, cpvs }) => cpvs.map(cpv => `${cpv}::${overlay}`)),
      );
      const all = [...sources].flatMap(([name, { files }]) => versionsOf(files.keys(), name));
      return viewOf(
        locations,
        all.filter(version => !taken.has(version)).map(version => `=${version}`),
      );
    },
    whole: () => viewOf(locations, []),
    remove: () => root.remove(),
  };
}

function isTaken(closure: Closure, name: string): boolean {
  return [...closure.packages, ...closure.eclasses].some(({ overlay }) => overlay === name);
}

function repositoriesText(root: Root, mainName: string, overlays: ReadonlyMap<string, string>): string {
  const all = new Map([[mainName, root.repository], ...overlays]);
  const sections = [...all].map(([name, location]) => `[${name}]\nlocation = ${location}\n`);
  return [`[DEFAULT]\nmain-repo = ${mainName}\n`, ...sections].join('\n');
}

/** Has Portage write the metadata of what inherits eclasses. */
async function fillCache(root: Root, name: string, repositories: string): Promise<void> {
  const args = ['--update', '--tolerant', `--repo=${name}`, `--repositories-configuration=${repositories}`];
  const { exitCode, stderr } = await root.run(join(dirname(emerge), 'egencache'), args);
  if (exitCode !== 0) throw new Error(`egencache ${name}: ${stderr}`);
}

function filesOf(location: string): Map<string, Uint8Array> {
  return new Map(
    filesBelow(location)
      .sort()
      .map(path => [path, readFileSync(join(location, path))]),
  );
}

function versionsOf(paths: Iterable<string>, overlay: string): string[] {
  return [...paths].flatMap(path => {
    const [category = '', , file = ''] = path.split('/');
    return file.endsWith('.ebuild') ? `${category}/${file.slice(0, -'.ebuild'.length)}::${overlay}` : [];
  });
}

/** What `emerge --pretend` makes of the targets in that view. */
export async function pretend(
  { root }: OverlayWorld,
  view: View,
  targets: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const args = ['--ignore-default-opts', '--with-bdeps=y', '--autounmask=n', ...targets];
  const resolution = await resolveIn(root, args, { env: { ...view.env, ...env } });
  const merges = resolution.mergelist.map(node =>
    'cpv' in node ? `${node.cpv}::${node.repo} ${[...node.use].sort().join(' ')}` : JSON.stringify(node),
  );
  return { success: resolution.success, merges, said: resolution.success ? '' : resolution.output };
}

/** What Portage sees of a version, in one view. */
export interface Seen {
  /** All variables; null where Portage cannot tell them. */
  readonly metadata: Readonly<Record<string, string>> | null;
  /** Whether metadata/md5-cache has an entry. */
  readonly cached: boolean;
  /** Whether it is among the versions of its package. */
  readonly listed?: boolean;
  readonly masked?: readonly string[];
  /** Words of LICENSE whose text is there. */
  readonly licences?: readonly string[];
  readonly sizes?: Readonly<Record<string, number>>;
}

/** What Portage sees of these versions, in each of the views. */
export async function seenIn(
  { root }: OverlayWorld,
  views: readonly View[],
  cpvs: readonly (readonly [overlay: string, cpv: string])[],
  fresh = false,
): Promise<Seen[][]> {
  const script = join(top, 'test/testbed/overlay_metadata.py');
  const input = JSON.stringify({ views: views.map(({ env }) => env), cpvs, fresh });
  const { stdout, stderr } = await root.run(python, ['-B', script], { input });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Seen[][];
}
