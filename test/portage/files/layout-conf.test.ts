import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseLayoutConf, writeLayoutConf } from '../../../portage/files/layout-conf.ts';
import { quick } from '../../kit/environment.ts';
import { type Oracle, startOracle } from '../../kit/oracle.ts';
import { random } from '../../kit/random.ts';

let oracle: Oracle;
beforeAll(() => {
  oracle = startOracle();
});
afterAll(() => oracle.stop());

interface Answer {
  readonly data: Record<string, unknown>;
  readonly errors: number;
}

/** The shape of parse_layout_conf, with the defaults of a bare repository (EAPI 0, no cache). */
function asPortage(text: string): Answer {
  const { value, problems } = parseLayoutConf(text);
  const sorted = (list: readonly string[] | undefined) => list && [...new Set(list)].sort();
  return {
    data: {
      'repo-name': value.repoName ?? null,
      masters: value.masters ?? null,
      aliases: value.aliases,
      'cache-formats': value.cacheFormats,
      'profile-formats': sorted(value.profileFormats) ?? ['portage-1-compat'],
      'eapis-banned': value.eapisBanned,
      'eapis-deprecated': value.eapisDeprecated,
      'properties-allowed': value.propertiesAllowed ?? null,
      'restrict-allowed': value.restrictAllowed ?? null,
      'thin-manifest': value.thinManifests,
      'sign-manifest': value.signManifests,
      'sign-commit': value.signCommits,
      'update-changelog': value.updateChangelog,
      'allow-missing-manifest': value.useManifests !== 'strict',
      'create-manifest': value.useManifests !== 'false',
      'disable-manifest': value.useManifests === 'false',
      'manifest-hashes': sorted(value.manifestHashes) ?? null,
      'manifest-required-hashes': sorted(value.manifestRequiredHashes) ?? null,
      ...(value.profileEapi === undefined ? {} : { profile_eapi_when_unspecified: value.profileEapi }),
    },
    errors: problems.filter(problem => problem.startsWith('line ')).length,
  };
}

async function theirs(texts: readonly string[]): Promise<Answer[]> {
  const answers = await oracle.askAll<Answer>(
    'layoutConf',
    texts.map(text => [text]),
  );
  // the order of a set is not one
  for (const { data } of answers) data['profile-formats'] = (data['profile-formats'] as string[]).toSorted();
  return answers;
}

describe('layout.conf', () => {
  it.each([
    ['nothing', ''],
    [
      'masters = gentoo',
      'masters = gentoo\nthin-manifests = true\nsign-manifests = false\ncache-formats = md5-dict\n',
    ],
    ['no masters', 'masters =\n'],
    ['CRLF', 'masters = gentoo\r\nthin-manifests = TRUE\r\n'],
    ['no blanks, comments, a key twice', '#masters = x\nmasters=a b\n  masters = c\t d # no comment\n'],
    ['a half line', 'masters = gentoo\nthin-mani'],
    ['a name', 'repo-name = --my repo!\naliases = x y'],
    ['hashes', 'manifest-hashes = BLAKE2B sha512\nmanifest-required-hashes = blake2b\n'],
    ['only required hashes', 'manifest-required-hashes = BLAKE2B\n'],
    [
      'profile formats',
      'profile-formats = portage-2 profile-default-eapi nonsense\nprofile_eapi_when_unspecified = 8\n',
    ],
    ['an EAPI for nothing', 'profile_eapi_when_unspecified = 8\n'],
    ['a control character', 'masters = gen\0too\n\0\n'],
  ])('reads %s', async (_, text) => {
    expect([asPortage(text)]).toEqual(await theirs([text]));
  });

  it('reads random ones as Portage does', async () => {
    const next = random(17);
    const keys =
      `masters aliases thin-manifests sign-manifests sign-commits cache-formats profile-formats use-manifests
      repo-name eapis-banned eapis-deprecated properties-allowed restrict-allowed update-changelog manifest-hashes
      manifest-required-hashes profile_eapi_when_unspecified`.split(/\s+/);
    const values = `true false TRUE strict gentoo md5-dict pms portage-1 portage-2 profile-set build-id
      profile-default-eapi 6 7 8 BLAKE2B SHA512 sha256 live -gentoo a.b ""`.split(/\s+/);
    const line = () => {
      if (next.chance(0.06)) return next.pick(['', '#x = y', 'half', ' = none', 'a=b=c', '\tmasters', '[x]']);
      const words = Array.from({ length: next.below(4) }, () => next.pick(values));
      const key = next.pick(keys);
      // an EAPI that Portage doesn't know is its own business
      if (key.startsWith('profile_eapi')) return `${key} = ${next.below(9)}`;
      return `${next.pick(['', ' '])}${key}${next.pick(['=', ' = ', '\t='])}${words.join(next.pick([' ', '  ']))}`;
    };
    const texts = Array.from({ length: quick ? 150 : 800 }, () =>
      Array.from({ length: next.below(12) }, line).join(next.pick(['\n', '\n', '\r\n'])),
    );
    expect(texts.map(asPortage)).toEqual(await theirs(texts));
  });
});

describe('writeLayoutConf', () => {
  it('says what counts for the files of the repository again, and nothing of names and policies', () => {
    const text = [
      'aliases = old -older',
      'cache-formats = md5-dict pms',
      'manifest-hashes = BLAKE2B SHA512',
      'manifest-required-hashes = BLAKE2B',
      'masters = gentoo other',
      'profile-formats = portage-2 profile-default-eapi',
      'profile_eapi_when_unspecified = 8',
      'sign-manifests = false',
      'thin-manifests = true',
      'use-manifests = false',
      '',
    ].join('\n');
    const more = 'repo-name = x\nsign-commits = true\nupdate-changelog = true\neapis-banned = 0\n';
    expect(writeLayoutConf(parseLayoutConf(more + text).value)).toBe(text);
    expect(writeLayoutConf(parseLayoutConf('').value)).toBe('');
    expect(writeLayoutConf(parseLayoutConf('masters =\n').value)).toBe('masters =\n');
  });
});
