/** Flags that every package has by the profile: make.defaults in portage(5), IUSE_IMPLICIT and USE_EXPAND_IMPLICIT. */
import { join } from 'node:path';
import { parseMakeConf } from '../../portage/files/make-conf.ts';
import { words } from '../../portage/files/text.ts';
import type { Repositories } from '../../portage/repositories.ts';
import type { Located } from '../../system/locate.ts';
import { readOrdinaryText } from '../../system/ordinary-file.ts';
import { profileStack } from './profile-stack.ts';

export function implicitFlags(located: Located, repositories: Repositories): ReadonlySet<string> {
  const etc = join(located.configRoot, 'etc/portage');
  const values = new Map<string, Set<string>>();
  for (const directory of [...profileStack(located, repositories).directories, join(etc, 'profile')]) {
    const path = join(directory, 'make.defaults');
    const text = readOrdinaryText(path);
    if (text === undefined) continue;
    for (const [name, value] of parseMakeConf(text, { path }).value.variables) {
      const known = values.get(name) ?? new Set<string>();
      for (const word of words(value)) known.add(word);
      values.set(name, known);
    }
  }
  const list = (name: string) => [...(values.get(name) ?? [])];
  const plain = new Set(list('USE_EXPAND_UNPREFIXED'));
  const expanded = list('USE_EXPAND_IMPLICIT').flatMap(name =>
    list(`USE_EXPAND_VALUES_${name}`).map(value =>
      plain.has(name) ? value : `${name.toLowerCase()}_${value}`,
    ),
  );
  return new Set([...list('IUSE_IMPLICIT'), ...expanded]);
}
