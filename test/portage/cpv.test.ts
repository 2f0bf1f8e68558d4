import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cpnText, parseCpn, parseCpv } from '../../portage/cpv.ts';
import { quick } from '../kit/environment.ts';
import { type Oracle, startOracle } from '../kit/oracle.ts';
import { random } from '../kit/random.ts';
import { anyCpv, spoilt } from '../kit/words.ts';

let oracle: Oracle;
beforeAll(() => {
  oracle = startOracle();
});
afterAll(() => oracle.stop());

/** In the form of catpkgsplit. */
function split(text: string): string[] | null {
  const cpv = parseCpv(text);
  return cpv ? [cpv.category, cpv.package, cpv.version.base, `r${cpv.version.revision || '0'}`] : null;
}

describe('category/package-version', () => {
  // PMS 3.1.1, 3.1.2 and 3.2
  it.each([
    'app-misc/foo-1',
    'app-misc/foo-1-r1',
    'app-misc/foo-1.2_rc3-r00',
    'app-misc/foo-bar-1a',
    'app-misc/foo-1a-b-2',
    'app-misc/foo-1-2',
    'app-misc/foo-1-r1-2',
    'app-misc/foo-r1-2',
    'app-misc/foo',
    'app-misc/foo-1b2-3',
    'app-misc/foo+-1',
    'app-misc/-foo-1',
    'app-misc/+foo-1',
    'app-misc/foo.bar-1',
    'app-misc/7zip-22',
    'app-misc/foo--1',
    'a.b+c_d/foo-1',
    '-app/foo-1',
    '.app/foo-1',
    '_app/_foo-1',
    'app-misc//foo-1',
    'app/misc/foo-1',
    '/foo-1',
    '',
  ])('%s is split as by Portage', async text => {
    expect(split(text)).toEqual(await oracle.ask('catpkgsplit', [text]));
  });

  it('is split as by Portage, random and spoilt', async () => {
    const next = random(11);
    const texts = Array.from({ length: quick ? 2_000 : 20_000 }, () => spoilt(anyCpv(next), next)).filter(
      text => text.includes('/'),
    );
    const answers = await oracle.askAll<string[] | null>(
      'catpkgsplit',
      texts.map(text => [text]),
    );
    expect(texts.map(text => [text, split(text)])).toEqual(
      texts.map((text, index) => [text, answers[index]]),
    );
    expect(answers.filter(answer => answer === null).length).toBeGreaterThan(texts.length / 10);
    for (const cpv of texts.flatMap(text => parseCpv(text) ?? [])) {
      expect(`${cpnText(cpv)}-${cpv.version.text}`).toBe(cpv.text);
    }
  });

  it('needs a category and no line end, where Portage says "null" and looks away', async () => {
    expect(parseCpv('foo-1')).toBeUndefined();
    expect(await oracle.ask('catpkgsplit', ['foo-1'])).toEqual(['null', 'foo', '1', 'r0']);
    expect(parseCpv('a/foo-1\n')).toBeUndefined();
    expect(await oracle.ask('catpkgsplit', ['a/foo-1\n'])).toEqual(['a', 'foo', '1', 'r0']);
  });
});

describe('category/package', () => {
  it('is what Portage takes for an atom without a version', async () => {
    const next = random(12);
    const texts = Array.from({ length: quick ? 1_000 : 10_000 }, () => {
      const cpv = anyCpv(next);
      return spoilt(next.chance(0.3) ? cpv : (parseCpv(cpv)?.cp ?? cpv), next);
    }).filter(text => /^[\w+./-]*$/.test(text));
    const answers = await oracle.askAll<{ cp: string } | null>(
      'atom',
      texts.map(text => [text, {}]),
    );
    const names = texts.map(text => parseCpn(text)).map(cpn => (cpn ? cpnText(cpn) : undefined));
    expect(texts.map((text, index) => [text, names[index]])).toEqual(
      texts.map((text, index) => [text, answers[index]?.cp]),
    );
  });
});
