/** Which URIs are taken, and from whom: what a public list says is trusted less than what the user wrote. Pure. */
import type { OverlaySpec } from './spec.ts';

type Place = Pick<OverlaySpec, 'type' | 'uri'>;

const characters = /^[\w.~:/@%+,;=&?!()*[\]-]+$/;
/** user@host:path, where the user or a dot tells it from a scheme or a name without a meaning */
const scpLike = /^(?:[\w.-]+@)?[\w-]+(?:\.[\w-]+)*:(?!:|\/\/)[\w.~/+-]+$/;
const ownGit = /^(?:https?|git|ssh|file):\/\/[^/]/;

/**
 * The place that the user wrote, or why it is none. Every transport of git's own is taken, but none that runs a
 * command (`ext::`, `fd::`); an absolute path is a directory that is read as it is, unless the type says git.
 */
export function ownPlace(uri: string, type?: OverlaySpec['type']): Place | string {
  const plain = uri.replace(/^git\+(?=(?:ssh|https?|file):)/, '');
  if (uri.startsWith('-') || !characters.test(uri)) return 'is no URI';
  if (uri.startsWith('/')) {
    if (type === 'rsync') return 'is a path, and rsync takes rsync://HOST/MODULE';
    return { type: type ?? 'local', uri: uri.replace(/(.)\/+$/, '$1') };
  }
  if (type === 'local') return 'is no absolute path';
  if (/^rsync:\/\/[^/]/.test(uri))
    return type === 'git' ? 'is for rsync, not for git' : { type: 'rsync', uri };
  if (type === 'rsync') return 'is not rsync://HOST/MODULE';
  if (/^[\w-]+::/.test(plain)) return 'would run a helper of git';
  if (/^file:\/\/\//.test(plain) || ownGit.test(plain) || scpLike.test(plain))
    return { type: 'git', uri: plain };
  return 'is neither a URI that git or rsync takes nor an absolute path';
}

/** The https URI of a listed git source; others come unprotected, need an account, or are of another tool. */
export function listedPlace(type: string, uri: string): Place | undefined {
  const plain = uri.replace(/^git\+https:/, 'https:');
  const sound = type === 'git' && /^https:\/\/[^/@]+\/./.test(plain) && characters.test(plain);
  return sound ? { type: 'git', uri: plain } : undefined;
}

/** Where Gentoo keeps a copy of each listed overlay, with the metadata cache. */
export function mirrorOf(name: string): string {
  return `https://github.com/gentoo-mirror/${name}`;
}

/** The same copy also lies on Gentoo's own server. */
export function isMirror(name: string, uri: string): boolean {
  const known = [mirrorOf(name), `https://anongit.gentoo.org/git/repo/sync/${name}`];
  const plain = uri.replace(/(\.git)?\/?$/, '').toLowerCase();
  return known.some(mirror => mirror.toLowerCase() === plain);
}
