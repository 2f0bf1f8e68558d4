import { describe, expect, it } from 'vitest';
import { liveEligible, parseEmergeArguments } from '../../portage/emerge-arguments.ts';

describe('a call is shown live', () => {
  it.each([
    '-avuDN @world',
    'a/b',
    '--jobs 4 a/b',
    '-1 a/b',
    '--resume',
    '-r --skipfirst',
    '-B a/b',
    '-k a/b',
    '--quiet=n a/b',
    '--deselect=n a/b',
    '-o a/b',
  ])('%s', line => expect(liveEligible(parseEmergeArguments(line.split(' ')))).toBe(true));

  it.each([
    '-p a/b',
    '-vp a/b',
    '-pv a/b',
    '-s foo',
    '-S foo',
    '-q a/b',
    '--quiet a/b',
    '-f a/b',
    '-F a/b',
    '--fetchonly a/b',
    '--fetch-all-uri a/b',
    '--info',
    '--version',
    '-V',
    '--sync',
    '-C a/b',
    '--unmerge a/b',
    '--rage-clean a/b',
    '--depclean',
    '-c',
    '-P',
    '--prune',
    '--help',
    '-h',
    '--list-sets',
    '--config a/b',
    '--metadata',
    '--regen',
    '--deselect a/b',
    '-W a/b',
    '--check-news',
    '--moo',
    '--status',
    '--clean a/b',
    '--pre a/b',
    '--no-such-option a/b',
    '-v',
  ])('not %s', line => expect(liveEligible(parseEmergeArguments(line.split(' ')))).toBe(false));

  it('not when EMERGE_DEFAULT_OPTS says --quiet', () => {
    expect(liveEligible(parseEmergeArguments(['a/b'], { defaultOpts: '--quiet' }))).toBe(false);
    expect(liveEligible(parseEmergeArguments(['--quiet=n', 'a/b'], { defaultOpts: '--quiet' }))).toBe(true);
  });
});
