/** The tables of emerge's command line: emerge(1); _emerge.main of Portage 3.0.83. */

export const actions = [
  'clean',
  'check-news',
  'config',
  'depclean',
  'help',
  'info',
  'list-sets',
  'metadata',
  'moo',
  'prune',
  'rage-clean',
  'regen',
  'search',
  'status',
  'sync',
  'unmerge',
  'version',
] as const;

/** `deselect` is the action of `--deselect` alone. */
export type EmergeAction = (typeof actions)[number] | 'deselect';

/** Options that never take a value. */
export const flags =
  words(`--alphabetical --ask-enter-invalid --buildpkgonly --changed-use --columns --debug --digest
  --emptytree --verbose-conflicts --fetchonly --fetch-all-uri --ignore-default-opts --noconfmem --newrepo --newuse
  --nobindeps --nodeps --noreplace --nospinner --oneshot --onlydeps --pretend --quiet-repo-display
  --quiet-unmerge-warn --resume --searchdesc --skipfirst --tree --unordered-display --update --update-if-installed`);

/** Short and second names of flags and actions. */
const flagNames: Readonly<Record<string, string>> = {
  '-1': '--oneshot',
  '-B': '--buildpkgonly',
  '-c': '--depclean',
  '-C': '--unmerge',
  '-d': '--debug',
  '-e': '--emptytree',
  '-f': '--fetchonly',
  '-F': '--fetch-all-uri',
  '-h': '--help',
  '-n': '--noreplace',
  '-N': '--newuse',
  '-o': '--onlydeps',
  '-O': '--nodeps',
  '-p': '--pretend',
  '-P': '--prune',
  '-r': '--resume',
  '-s': '--search',
  '-S': '--searchdesc',
  '-t': '--tree',
  '-u': '--update',
  '-U': '--changed-use',
  '-V': '--version',
  '--cols': '--columns',
  '--skip-first': '--skipfirst',
};

/**
 * What becomes of a value. A missing value reads `True`.
 * yes: y is true, n leaves the option out; keep: y is true, n stays n; letter: y or n; boolean: true or false;
 * choice: as it stands; atoms: may come often, collected; text: as it stands; the others are numbers.
 */
export type ValueKind =
  | 'yes'
  | 'keep'
  | 'letter'
  | 'boolean'
  | 'choice'
  | 'atoms'
  | 'text'
  | 'backtrack'
  | 'deep'
  | 'jobs'
  | 'gigabytes'
  | 'load'
  | 'timestamp'
  | 'similarity';

export interface ValueOption {
  readonly kind: ValueKind;
  readonly short?: string;
  readonly choices?: readonly string[];
  /** What a following word must be to count as the value; without it a value is compulsory. */
  readonly optional?: 'letter' | 'integer' | 'float' | 'integer-or-letter' | readonly string[];
}

const shortNames: Readonly<Record<string, string>> = {
  '--alert': '-A',
  '--ask': '-a',
  '--buildpkg': '-b',
  '--deep': '-D',
  '--deselect': '-W',
  '--exclude': '-X',
  '--getbinpkg': '-g',
  '--getbinpkgonly': '-G',
  '--jobs': '-j',
  '--load-average': '-l',
  '--quiet': '-q',
  '--select': '-w',
  '--usepkg': '-k',
  '--usepkgonly': '-K',
  '--verbose': '-v',
};

/** Options with a value, canonical name -> how it is read. */
export const valueOptions: ReadonlyMap<string, ValueOption> = new Map<string, ValueOption>([
  ...letters(
    'yes',
    `--alert --ask --autounmask-only --changed-slot --complete-graph --keep-going --quiet --read-news
     --rebuild-if-new-rev --rebuild-if-new-ver --rebuild-if-unbuilt --usepkg-exclude-live --verbose --with-test-deps`,
  ),
  ...letters(
    'keep',
    `--autounmask --autounmask-continue --autounmask-unrestricted-atoms --autounmask-keep-keywords
     --autounmask-keep-masks --autounmask-write --buildpkg --deselect --depclean-lib-check --fail-clean --fuzzy-search
     --ignore-world --package-moves --rebuilt-binaries --select --selective --use-ebuild-visibility`,
  ),
  ...letters(
    'letter',
    `--binpkg-changed-deps --binpkg-respect-use --binpkg-respect-user-patches --changed-deps --changed-deps-report
     --quiet-build --quiet-fail --rebuild-if-new-slot`,
  ),
  ...letters('boolean', '--getbinpkg --getbinpkgonly --usepkg --usepkgonly'),
  ...letters(
    'choice',
    '--onlydeps-with-ideps --onlydeps-with-rdeps --verbose-missing-ebuilds --verbose-slot-rebuilds',
  ),
  ...compulsory(
    `--autounmask-backtrack --autounmask-license --autounmask-use --color --complete-graph-if-new-use
     --complete-graph-if-new-ver --dynamic-deps --ignore-built-slot-operator-deps --ignore-soname-deps
     --implicit-system-deps --misspell-suggestions --quickpkg-direct --regex-search-auto --search-index --with-bdeps
     --with-bdeps-auto`,
    { kind: 'choice', choices: ['y', 'n'] },
  ),
  ...compulsory(
    `--accept-properties --accept-restrict --config-root --pkg-format --prefix --quickpkg-direct-root --root
     --sysroot`,
    { kind: 'text' },
  ),
  ...compulsory(
    `--buildpkg-exclude --exclude --getbinpkg-exclude --getbinpkg-include --rebuild-exclude --rebuild-ignore
     --reinstall-atoms --useoldpkg-atoms --usepkg-exclude --usepkg-include`,
    { kind: 'atoms' },
  ),
  ['--sync-submodule', { kind: 'atoms', choices: ['glsa', 'news', 'profiles'] }],
  ['--merge-wait-scope', { kind: 'choice', choices: ['deep', 'system', 'toolchain', 'none'] }],
  ['--reinstall', { kind: 'choice', choices: ['changed-use'] }],
  ['--root-deps', { kind: 'keep', choices: ['True', 'rdeps'], optional: ['rdeps'] }],
  [
    '--circular-deps-report',
    { kind: 'choice', choices: ['True', 'text', 'json'], optional: ['text', 'json'] },
  ],
  ['--backtrack', { kind: 'backtrack' }],
  ['--rebuilt-binaries-timestamp', { kind: 'timestamp' }],
  ['--search-similarity', { kind: 'similarity' }],
  ['--deep', { kind: 'deep', optional: 'integer', short: '-D' }],
  ['--jobs', { kind: 'jobs', optional: 'integer-or-letter', short: '-j' }],
  ['--jobs-tmpdir-require-free-gb', { kind: 'gigabytes', optional: 'integer' }],
  ['--load-average', { kind: 'load', optional: 'float', short: '-l' }],
]);

/** Every spelling -> canonical name; what argparse looks abbreviations up in. */
export const optionNames: ReadonlyMap<string, string> = new Map([
  ...actions.map((name): [string, string] => [`--${name}`, `--${name}`]),
  ...flags.map((name): [string, string] => [name, name]),
  ...Object.entries(flagNames),
  ...[...valueOptions.keys()].map((name): [string, string] => [name, name]),
  ...Object.entries(shortNames).map(([name, short]): [string, string] => [short, name]),
]);

function letters(kind: ValueKind, names: string): [string, ValueOption][] {
  return compulsory(names, { kind, choices: ['True', 'y', 'n'], optional: 'letter' });
}

function compulsory(names: string, option: ValueOption): [string, ValueOption][] {
  return words(names).map(name => {
    const short = shortNames[name];
    return [name, short === undefined ? option : { ...option, short }];
  });
}

function words(text: string): readonly string[] {
  return text.split(/\s+/);
}
