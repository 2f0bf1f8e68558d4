import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseLayoutConf } from '../../portage/files/layout-conf.ts';
import { parseReposConf } from '../../portage/files/repos-conf.ts';
import { arrangeRepositories, type RepositoryDirectory } from '../../portage/repositories.ts';
import { emerge, quick } from '../kit/environment.ts';
import { type Oracle, startOracle } from '../kit/oracle.ts';
import { type Random, random } from '../kit/random.ts';
import { makeRoot } from '../testbed/root.ts';

let oracle: Oracle;
let scratch: string;
beforeAll(() => {
  oracle = startOracle();
  scratch = realpathSync(mkdtempSync(join(tmpdir(), 'repositories-')));
});
afterAll(() => {
  oracle.stop();
  rmSync(scratch, { recursive: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function look(location: string): RepositoryDirectory | undefined {
  if (!existsSync(location) || !statSync(location).isDirectory()) return undefined;
  const path = realpathSync(location);
  const text = (name: string) =>
    existsSync(join(path, name)) ? readFileSync(join(path, name), 'utf8') : undefined;
  return {
    path,
    repoName: text('profiles/repo_name')?.split('\n')[0],
    layout: parseLayoutConf(text('metadata/layout.conf') ?? '').value,
  };
}

function ours(directory: string, files: readonly string[], variables: Parameters<typeof parseReposConf>[1]) {
  const texts = files.map(name => ({ name, text: readFileSync(join(directory, name), 'utf8') }));
  const { value } = arrangeRepositories(parseReposConf(texts, variables).value, look);
  return {
    main: value.main?.name ?? null,
    order: value.order.map(({ name }) => name),
    names: Object.fromEntries([...value.byName].map(([key, { name }]) => [key, name])),
    repositories: Object.fromEntries(
      value.order.map(({ name, location, priority, masters, aliases, eclassLocations, section }) => [
        name,
        {
          location,
          priority,
          masters,
          aliases,
          eclassLocations,
          autoSync: section.autoSync,
          syncType: section.syncType ?? null,
          syncUri: section.syncUri ?? null,
          syncUser: section.syncUser ?? null,
          syncUmask: section.syncUmask ?? null,
          syncHooksOnlyOnChange: section.syncHooksOnlyOnChange,
        },
      ]),
    ),
  };
}

type Answer = ReturnType<typeof ours>;

async function theirs(directory: string, files: readonly string[], variables: object): Promise<Answer> {
  const answer = await oracle.ask<Answer>('repositories', [directory, variables, files]);
  // no priority counts as 0
  for (const repository of Object.values(answer.repositories)) repository.priority ??= 0;
  return answer;
}

const names = ['gentoo', 'guru', 'local', 'one', 'two'];

/** Directories, some without a name, with another name, or missing; then files that speak of them. */
function make(directory: string, next: Random): string[] {
  for (const name of names) {
    if (next.chance(0.15)) continue;
    const path = join(directory, 'repos', name);
    const said = next.pick([name, name, name, name, 'other', ' odd name! ', '', undefined]);
    mkdirSync(path, { recursive: true });
    if (said !== undefined) write(join(path, 'profiles/repo_name'), `${said}\n`);
    const layout = [
      ...next.some([`masters = ${next.some([...names, 'absent'], 0.3).join(' ')}`], 0.6),
      ...next.some([`aliases = ${next.pick(['old', 'one', '-old', `${name}-alias old`])}`], 0.2),
      ...next.some([`repo-name = ${next.pick([name, 'renamed'])}`], 0.1),
    ];
    if (next.chance(0.8)) write(join(path, 'metadata/layout.conf'), `${layout.join('\n')}\n`);
  }
  symlinkSync('repos', join(directory, 'link'));
  const section = (name: string) => [
    `[${name}]`,
    `location = ${next.chance(0.8) ? '%(EPREFIX)s' : directory}/${next.pick(['repos', 'repos', 'link', 'nowhere'])}/${name}`,
    ...next.some([`priority = ${next.pick([-5, 0, 3, 50, 'x'])}`], 0.4),
    ...next.some([`masters = ${next.some(names, 0.3).join(' ')}`], 0.2),
    ...next.some([`aliases = ${next.pick(['old', 'two', 'other', 'renamed'])}`], 0.3),
    ...next.some([`eclass-overrides = ${next.some([...names, 'absent'], 0.3).join(' ')}`], 0.2),
    ...next.some(
      ['sync-type = git', 'sync-uri =  git://x ', 'auto-sync = NO', 'sync-user = a:b', 'sync-depth = 1'],
      0.3,
    ),
    ...next.some(['sync-hooks-only-on-change = yes', 'clone-depth = 0', 'sync-umask = 022'], 0.2),
  ];
  const defaults = [
    '[DEFAULT]',
    ...next.some([`main-repo = ${next.pick([...names, 'old', 'gentoo'])}`], 0.9),
    ...next.some(['priority = 7'], 0.1),
  ];
  write(
    join(directory, 'a.conf'),
    [...(next.chance(0.9) ? defaults : []), ...next.some(names, 0.6).flatMap(section)].join('\n'),
  );
  write(join(directory, 'b.conf'), next.some(names, 0.2).flatMap(section).join('\n'));
  return ['a.conf', 'b.conf'];
}

describe('repositories', () => {
  it('are arranged as RepoConfigLoader does', async () => {
    const next = random(3);
    const wrong: object[] = [];
    let several = 0;
    for (let index = 0; index < (quick ? 50 : 250); index++) {
      const directory = join(scratch, String(index));
      mkdirSync(directory);
      const files = make(directory, next);
      const variables = { EPREFIX: directory, EROOT: `${directory}/`, PORTAGE_CONFIGROOT: '/', ROOT: '/' };
      const mine = ours(directory, files, variables);
      // it trips over the alias of a repository that is yet to be synced
      const answer = await theirs(directory, files, variables).catch(error => String(error));
      if (typeof answer === 'string') {
        expect(answer).toContain('list.remove(x)');
        continue;
      }
      if (answer.order.length > 1) several++;
      if (!isDeepStrictEqual(mine, answer)) {
        wrong.push({ files: files.map(name => readFileSync(join(directory, name), 'utf8')), mine, answer });
      }
    }
    expect(wrong.slice(0, 2)).toEqual([]);
    expect(several).toBeGreaterThan(quick ? 5 : 50);
  }, 300_000);

  it('of a root are those that portageq names', async () => {
    const root = await makeRoot({
      ebuilds: { 'app-misc/a-1': {} },
      overlays: { one: {}, two: { layout: ['masters = one testbed', 'aliases = zwei'] }, three: {} },
      portageConfig: { 'repos.conf.d/ignored': '[x]\n' },
      reposConf: '[DEFAULT]\nsync-type = git\nsync-uri = %(ROOT)sx\n',
    });
    try {
      const portageq = join(dirname(emerge), 'portageq');
      const { stdout, stderr } = await root.run(portageq, ['repos_config', `${root.eprefix}/`], {
        timeout: 60_000,
      });
      const variables = {
        EPREFIX: root.eprefix,
        EROOT: `${root.eprefix}/`,
        PORTAGE_CONFIGROOT: '/',
        ROOT: '/',
      };
      const mine = ours(root.directory, ['etc/portage/repos.conf'], variables);
      const said = [...stdout.matchAll(/^\[(.*)\]$/gm)]
        .map(([, name]) => name!)
        .filter(name => name !== 'DEFAULT');
      expect(said.toSorted(), stderr).toEqual(mine.order.toSorted());
      expect(stdout).toContain(`main-repo = ${mine.main}`);
      for (const [name, { location, priority, masters, syncType }] of Object.entries(mine.repositories)) {
        const section = new RegExp(`\\[${name}\\]\\n([^[]*)`).exec(stdout)?.[1];
        expect(section).toContain(`location = ${location}\n`);
        expect(section).toContain(`sync-type = ${syncType}\n`);
        expect(section).toContain(`masters = ${masters.join(' ')}\n`);
        if (priority !== 0) expect(section).toContain(`priority = ${priority}\n`);
      }
    } finally {
      root.remove();
    }
  });
});
