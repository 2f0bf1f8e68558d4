/** Which addresses git is asked to fetch from. Those of a list were written by strangers. */
import { Fault } from '../../system/fault.ts';
import { shownUri } from '../../system/git.ts';
import { printable } from '../../system/printable.ts';
import type { OverlaySpec } from './spec.ts';

const schemes: Readonly<Record<string, string>> = {
  https: 'https',
  http: 'http:https',
  git: 'git',
  ssh: 'ssh',
  'git+ssh': 'ssh',
  'ssh+git': 'ssh',
};

/** A path of this machine counts when the user wrote it; a list from elsewhere says nothing about this machine. */
function mayBeLocal(origin: string): boolean {
  return !/^[a-z+]+:\/\//i.test(origin) && !origin.endsWith('.xml');
}

/** The transports that git may use for an address, as `GIT_ALLOW_PROTOCOL` has them. Faults: `refused`. */
export function protocolsFor(spec: OverlaySpec, uri: string): string {
  const shown = printable(shownUri(uri)).slice(0, 200);
  function refuse(why: string): Fault {
    return new Fault('refused', `${printable(spec.name)}: ${shown}: ${why}`, {
      hint: `set sync-uri in the section [${printable(spec.name)}] of overlays.conf`,
    });
  }
  if (uri === '') throw refuse('no address');
  if (uri.startsWith('-')) throw refuse('an address does not begin with -');
  if (/[\s"'`<>|\\^]/.test(uri) || printable(uri) !== uri) throw refuse('odd characters in the address');
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(uri)?.[1]?.toLowerCase();
  if (scheme === 'file' || uri.startsWith('/')) {
    if (mayBeLocal(spec.origin)) return 'file';
    throw refuse('a list of overlays may not name a path of this machine');
  }
  if (scheme !== undefined) {
    const allowed = Object.hasOwn(schemes, scheme) ? schemes[scheme] : undefined;
    if (allowed === undefined) throw refuse(`git is not asked to fetch by ${scheme}`);
    const host = uri.slice(scheme.length + 3).replace(/^[^/]*@/, '');
    if (host === '' || host.startsWith('/') || host.startsWith('-')) throw refuse('no host in the address');
    return allowed;
  }
  if (/^([A-Za-z0-9_][A-Za-z0-9_.-]*@)?[A-Za-z0-9][A-Za-z0-9.-]*:(?!:)[^-:]/.test(uri)) return 'ssh';
  throw refuse('not an address that git is asked to fetch from');
}

/** Refuses what no branch is called, and what git would take for more than a name. */
export function checkBranch(spec: OverlaySpec): void {
  const { branch } = spec;
  if (branch === undefined) return;
  if (/^[A-Za-z0-9_][A-Za-z0-9_./+@#=-]*$/.test(branch) && !/\.\.|@\{|\/\/|\.lock$|[/.]$/.test(branch))
    return;
  throw new Fault('refused', `${printable(spec.name)}: '${printable(branch)}': no name of a branch`, {
    hint: `set branch in the section [${printable(spec.name)}] of overlays.conf`,
  });
}
