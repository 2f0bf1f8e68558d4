/** Overlays by name: overlays.conf, and for what it does not say the public list. */
import { join, resolve } from 'node:path';
import {
  type ConfProblem,
  type OverlaysConf,
  overlayOptions,
  parseOverlaysConf,
} from '../../portage/files/overlays-conf.ts';
import { Fault } from '../../system/fault.ts';
import { nearest } from '../../system/nearest.ts';
import { readOrdinaryText } from '../../system/ordinary-file.ts';
import { printable } from '../../system/printable.ts';
import { isMirror, listedPlace, mirrorOf, ownPlace } from './overlay-uri.ts';
import { officialList, type RepositoriesIndex, repositoriesIndex } from './repositories-index.ts';
import type { OverlaySpec } from './spec.ts';

export interface OverlaysDesk {
  /** etc/overlayman */
  readonly overlayman: string;
  /** The cache of olm, in which the list of overlays is kept. */
  readonly cache: string;
  readonly offline?: boolean;
  readonly environment?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

export interface FoundOverlays {
  readonly specs: ReadonlyMap<string, OverlaySpec>;
  /** Per name that has no spec. */
  readonly problems: ReadonlyMap<string, Fault>;
  readonly notes: readonly string[];
}

interface Conf extends OverlaysConf {
  readonly file: string;
}

/** The file of `overlayman`; one that is not there says nothing. Faults: failed. */
export function readOverlaysConf(overlayman: string): Conf {
  const file = join(overlayman, 'overlays.conf');
  return { file, ...parseOverlaysConf(readOrdinaryText(file) ?? '') };
}

/** The list of overlays that counts here. Faults as of `repositoriesIndex`. */
export async function publicList(desk: OverlaysDesk, names: readonly string[]): Promise<RepositoriesIndex> {
  const conf = readOverlaysConf(desk.overlayman);
  const stray = conf.problems.find(({ section }) => section === undefined);
  if (stray) throw confFault(conf, stray);
  const place = conf.repositories ?? officialList;
  const path = /^https?:/.test(place)
    ? place
    : resolve(desk.overlayman, place.replace(/^file:\/\/(?=\/)/, ''));
  return repositoriesIndex(path, names, desk);
}

/** What each name stands for. The list is asked only for names whose place overlays.conf does not say. Faults: failed, interrupted. */
export async function findOverlays(names: readonly string[], desk: OverlaysDesk): Promise<FoundOverlays> {
  const conf = readOverlaysConf(desk.overlayman);
  const specs = new Map<string, OverlaySpec>();
  const problems = new Map<string, Fault>();
  const wanted = names.filter(name => conf.sections.get(name)?.syncUri === undefined);
  let index: RepositoriesIndex | undefined;
  let failed: Fault | undefined;
  try {
    if (wanted.length > 0) index = await publicList(desk, wanted);
  } catch (error) {
    if (!(error instanceof Fault) || error.code === 'interrupted') throw error;
    failed = error;
  }
  for (const name of new Set(names)) {
    const spoilt = conf.problems.find(({ section }) => section === undefined || section === name);
    const needsIndex = wanted.includes(name);
    const found = spoilt
      ? confFault(conf, spoilt)
      : needsIndex && index === undefined
        ? (failed ?? new Fault('missing', `${name}: no list of overlays`))
        : specOf(name, conf, index, desk.overlayman);
    if (found instanceof Fault) problems.set(name, found);
    else specs.set(name, found);
  }
  return { specs, problems, notes: index?.notes ?? [] };
}

/** A line of overlays.conf that cannot be taken as it stands. */
export function confFault(conf: Conf, { line, what }: ConfProblem): Fault {
  const word = /^'([^']*)' is no option/.exec(what)?.[1];
  const near = word === undefined ? undefined : nearest(word, overlayOptions);
  return new Fault('invalid', `${printable(conf.file)}:${line}: ${printable(what)}`, {
    hint: near === undefined ? 'man 5 overlayman' : `${near} = …`,
  });
}

function specOf(
  name: string,
  conf: Conf,
  index: RepositoriesIndex | undefined,
  overlayman: string,
): OverlaySpec | Fault {
  const section = conf.sections.get(name);
  if (section?.syncUri === undefined && (section?.type ?? 'git') !== 'git')
    return refused(conf, name, `type ${section?.type} needs a sync-uri`);
  const place = section?.syncUri === undefined ? listed(name, conf, index) : own(name, conf);
  if (place instanceof Fault) return place;
  const upstream = section?.upstream ?? place.upstream;
  const whole = {
    name,
    ...place,
    ...(upstream === undefined ? {} : { upstream }),
    ...(section?.branch === undefined ? {} : { branch: section.branch }),
    ...(section?.masters === undefined ? {} : { masters: section.masters }),
    ...(section?.key === undefined ? {} : { key: resolve(overlayman, section.key) }),
    unmask: section?.unmask ?? false,
    sets: section?.sets ?? false,
  };
  const odd = upstream === undefined ? undefined : ownPlace(upstream, 'git');
  return typeof odd === 'string'
    ? refused(conf, name, `upstream '${printable(upstream ?? '')}' ${odd}`)
    : whole;
}

type Placed = Pick<OverlaySpec, 'type' | 'uri' | 'origin' | 'upstream' | 'description'>;

function refused(conf: Conf, name: string, what: string): Fault {
  const line = conf.sections.get(name)?.line ?? 0;
  return new Fault('invalid', `${printable(conf.file)}:${line}: [${name}]: ${what}`, {
    hint: 'man 5 overlayman',
  });
}

/** What overlays.conf says. */
function own(name: string, conf: Conf): Placed | Fault {
  const { syncUri = '', type, mirror } = conf.sections.get(name) ?? {};
  const place = ownPlace(syncUri, type);
  if (typeof place === 'string') return refused(conf, name, `sync-uri '${printable(syncUri)}' ${place}`);
  return mirrored(name, conf, { ...place, origin: conf.file }, mirror);
}

/** In the place of `source` the mirror that the user wants. */
function mirrored(
  name: string,
  conf: Conf,
  source: Placed,
  mirror: boolean | string | undefined,
): Placed | Fault {
  if (mirror === undefined || mirror === false) return source;
  if (source.type !== 'git') return refused(conf, name, `a mirror, but ${source.type} has none`);
  const place = mirror === true ? mirrorOf(name) : ownPlace(mirror, 'git');
  if (typeof place === 'object') return { ...source, uri: place.uri, upstream: source.uri };
  if (mirror !== true) return refused(conf, name, `mirror '${printable(mirror)}' ${place}`);
  return isMirror(name, source.uri) ? source : { ...source, uri: place, upstream: source.uri };
}

/** What the public list says: https only, the mirror with the metadata cache where it is listed. */
function listed(name: string, conf: Conf, index: RepositoriesIndex | undefined): Placed | Fault {
  const overlay = index?.overlays.get(name);
  if (index === undefined || overlay === undefined) {
    const near = nearest(name, [...(index?.overlays.keys() ?? []), ...conf.sections.keys()]);
    return new Fault('missing', `${name}: no such overlay in ${printable(index?.origin ?? conf.file)}`, {
      hint: near === undefined ? `olm search ${name}` : `::${near}`,
    });
  }
  const description =
    overlay.description === undefined ? {} : { description: printable(overlay.description) };
  const places = overlay.sources.flatMap(({ type, uri }) => listedPlace(type, uri) ?? []);
  const mirror = places.find(({ uri }) => isMirror(name, uri));
  const upstream = places.find(({ uri }) => !isMirror(name, uri));
  // a branch that the user names is the upstream's
  const { branch, mirror: wish = branch === undefined ? undefined : false } = conf.sections.get(name) ?? {};
  const first = upstream ?? (wish === false ? undefined : mirror);
  if (first === undefined) {
    const { type, uri } = overlay.sources[0] ?? { type: 'no', uri: '' };
    if (mirror)
      return refused(conf, name, `mirror = no, but it is listed with no other source than ${mirror.uri}`);
    const other = typeof ownPlace(uri) === 'string' || !/^(git|rsync)$/.test(type);
    return new Fault(
      'refused',
      `${name}: listed with no https source of git, only ${printable(overlay.sources.map(one => (one.type === 'git' ? one.uri : `${one.type} ${one.uri}`)).join(', '))}`,
      {
        hint: other
          ? `olm search ${name}`
          : `to take it nevertheless, in ${conf.file}: [${name}] sync-uri = ${uri}`,
      },
    );
  }
  const source = { ...first, origin: index.origin, ...description };
  if (wish !== undefined) return mirrored(name, conf, source, wish);
  return mirror && upstream ? { ...source, uri: mirror.uri, upstream: upstream.uri } : source;
}
