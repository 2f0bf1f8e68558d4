/** Flags that every package has by the profile: make.defaults in portage(5), IUSE_IMPLICIT and USE_EXPAND_IMPLICIT. */
import { realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseMakeConf } from '../../portage/files/make-conf.ts';
import { splitLines, words } from '../../portage/files/text.ts';
import type { Repositories } from '../../portage/repositories.ts';
import { statIfPresent } from '../../system/files.ts';
import type { Located } from '../../system/locate.ts';
import { readOrdinaryText } from '../../system/ordinary-file.ts';

export function implicitFlags(located: Located, repositories: Repositories): ReadonlySet<string> {
  const etc = join(located.configRoot, 'etc/portage');
  const values = new Map<string, Set<string>>();
  for (const directory of [...profileStack(join(etc, 'make.profile'), repositories), join(etc, 'profile')]) {
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

/** The profile and those that it builds on, without an order that would matter here. */
function profileStack(link: string, repositories: Repositories): string[] {
  const found = new Set<string>();
  const visit = (path: string) => {
    if (!statIfPresent(path)?.isDirectory()) return;
    const directory = realpathSync(path);
    if (found.has(directory)) return;
    found.add(directory);
    for (const line of splitLines(readOrdinaryText(join(directory, 'parent')) ?? '')) {
      const parent = line.replace(/#.*/, '').trim();
      const colon = parent.indexOf(':');
      const other = colon < 1 ? undefined : repositories.byName.get(parent.slice(0, colon));
      if (other) visit(join(other.location, 'profiles', parent.slice(colon + 1)));
      else if (parent !== '') visit(resolve(directory, parent));
    }
  };
  visit(link);
  return [...found];
}
