/** The environment in which emerge works in a private root, and nothing more. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';

let callerIds: Record<string, string> | undefined;

/** The names that Portage needs when it runs without root's rights, or on a machine without a portage user. */
function portageIds(): Record<string, string> {
  if (callerIds) return callerIds;
  const { username, uid, gid } = userInfo();
  const known = /^portage:/m.test(readFileSync('/etc/passwd', 'utf8'));
  if (uid === 0 && known) callerIds = {};
  else {
    const group = spawnSync('id', ['-gn'], { encoding: 'utf8' }).stdout.trim();
    callerIds = { PORTAGE_USERNAME: username, PORTAGE_GRPNAME: group || String(gid) };
    if (uid !== 0) {
      Object.assign(callerIds, {
        PORTAGE_ROOT_USER: username,
        PORTAGE_INST_UID: String(uid),
        PORTAGE_INST_GID: String(gid),
      });
    }
  }
  return callerIds;
}

export function rootEnvironment(directory: string): Record<string, string> {
  return {
    PATH: `${process.env['PATH'] ?? '/usr/sbin:/usr/bin:/sbin:/bin'}:${directory}/usr/bin`,
    HOME: `${directory}/tmp`,
    LC_ALL: 'C.UTF-8',
    TERM: process.env['TERM'] ?? 'dumb',
    PORTAGE_OVERRIDE_EPREFIX: directory,
    ...portageIds(),
  };
}
