/** What of an overlay's profiles/, news and sets belongs to the packages that are copied. */
import type { LocalView } from '../../portage/closure.ts';
import {
  filterAtomLines,
  filterLocalDescriptions,
  filterUpdates,
  newsConcerns,
  type ProfileRule,
  profileRule,
} from '../../portage/profile-filter.ts';
import type { Copying } from './materialise.ts';

type Contents = ReadonlyMap<string, Uint8Array>;

interface CopiedProfiles {
  /** Whose contents have to be known. */
  readonly paths: readonly string[];
  files(contents: Contents, local: Pick<LocalView, 'hasCategory'>): [string, Uint8Array][];
}

export function copiedProfiles(copying: Copying): CopiedProfiles {
  const { unmask, sets } = copying.source.spec;
  const rules = new Map<string, ProfileRule>();
  const news: string[] = [];
  const setFiles: string[] = [];
  for (const path of copying.source.files.keys()) {
    if (path.startsWith('profiles/'))
      rules.set(path, profileRule(path.slice('profiles/'.length), { unmask }));
    else if (path.startsWith('metadata/news/')) news.push(path);
    else if (sets && (path === 'sets.conf' || path.startsWith('sets/'))) setFiles.push(path);
  }
  const profiles = [...rules].flatMap(([path, rule]) =>
    rule === 'out' || rule === 'categories' ? [] : path,
  );
  return {
    paths: [...profiles, ...news, ...setFiles],
    files(contents, local) {
      const filtered = profiles.flatMap((path): [string, Uint8Array][] => {
        const content = contents.get(path);
        const rule = rules.get(path);
        if (content === undefined || rule === 'updates') return [];
        return rule === 'whole' ? [[path, content]] : entry(path, filter(copying, rule, text(content)));
      });
      const whole = [...setFiles, ...concernedNews(copying, news, contents)].flatMap(
        (path): [string, Uint8Array][] => {
          const content = contents.get(path);
          return content === undefined ? [] : [[path, content]];
        },
      );
      const categories = [...copying.categories].filter(name => !local.hasCategory(name)).sort();
      return [
        ...filtered,
        ...updates(copying, rules, contents),
        ...whole,
        ...entry('profiles/categories', categories.map(name => `${name}\n`).join('')),
      ];
    },
  };
}

function text(content: Uint8Array): string {
  return Buffer.from(content).toString('latin1');
}

/** Nothing where nothing is left of the file. */
function entry(path: string, content: string): [string, Uint8Array][] {
  return content === '' ? [] : [[path, Buffer.from(content, 'latin1')]];
}

function filter({ concerns, packages }: Copying, rule: ProfileRule | undefined, content: string): string {
  if (rule === 'atoms') return filterAtomLines(content, concerns);
  return rule === 'local-descriptions' ? filterLocalDescriptions(content, packages.cps) : '';
}

function updates(
  { packages, installed }: Copying,
  rules: ReadonlyMap<string, ProfileRule>,
  contents: Contents,
): [string, Uint8Array][] {
  const files = new Map<string, string>();
  for (const [path, rule] of rules) {
    const content = contents.get(path);
    if (rule === 'updates' && content !== undefined) files.set(path, text(content));
  }
  const kept = filterUpdates(files, new Set([...packages.cps, ...installed]));
  return [...kept].flatMap(([path, lines]) => entry(path, lines));
}

/** Items as directories, with all their languages and signatures: metadata/news/ITEM/ITEM.LANGUAGE.txt. */
function concernedNews({ packages }: Copying, paths: readonly string[], contents: Contents): string[] {
  const itemOf = (path: string) => path.split('/')[2] ?? '';
  const items = new Set<string>();
  // of a repository of eclasses alone there is nothing to tell
  for (const path of packages.cps.size === 0 ? [] : paths) {
    const content = contents.get(path);
    if (path.endsWith('.txt') && content && newsConcerns(text(content), packages.cps))
      items.add(itemOf(path));
  }
  return paths.filter(
    path => items.has(itemOf(path)) && path.split('/').length === 4 && /\.txt(?:\.asc)?$/.test(path),
  );
}
