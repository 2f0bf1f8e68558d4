import { expect, test } from 'vitest';
import { inheritedEclasses } from '../../portage/inherit-scan.ts';

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: this is shell
test.each([
  ['inherit a b-c d_e.f', ['a', 'b-c', 'd_e.f']],
  ['EAPI=8\n\n\tinherit one \\\n\ttwo # three\ninherit four', ['one', 'two', 'four']],
  ['[[ ${PV} == 9999 ]] && inherit git-r3; x=1', ['git-r3']],
  ['if true; then inherit a; else inherit b\nfi', ['a', 'b']],
  ['f() { inherit a; }\n{ inherit b }', ['a', 'b']],
  ['# inherit a\n\t# and inherit b\necho "x" # inherit c', []],
  ['#inherit a; inherit b', []],
  ['inherited a\nmy_inherit b\ndie "inherit this"', []],
  ['GIT="git-r3"\n[[ $PV ]] && GIT+=" more"\ninherit $GIT "${GIT}" x', ['git-r3', 'more', 'x']],
  ['LIST=( a b )\ninherit "${LIST[@]}"', ['a', 'b']],
  ['inherit $(echo a) ${X:-b} c', ['c']],
  ['inherit "quoted" \'too\'', ['quoted', 'too']],
  ['inherit a || die', ['a']],
  ['', []],
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: this is shell
])('%j', (text, expected) => {
  expect(inheritedEclasses(text)).toEqual(expected);
});
