/** The files that ebuild.sh leaves in a build directory when a phase is done (bin/phase-functions.sh). Pure. */

/** mark -> the phase that runs once it is there */
const marks: readonly (readonly [string, string])[] = [
  ['.installed', 'install'],
  ['.tested', 'install'],
  ['.compiled', 'install'],
  ['.configured', 'compile'],
  ['.prepared', 'configure'],
  ['.unpacked', 'prepare'],
  ['.setuped', 'unpack'],
];

/** Whether what is built is packed before it is merged; it may be, in doubt. */
export function isPacked(options: ReadonlyMap<string, unknown>, features: string): boolean {
  const word = options.get('--buildpkg') ?? options.get('--buildpkgonly');
  return word === undefined ? features.split(/\s+/).includes('buildpkg') : word !== 'n';
}

/** The mark that a build leaves last; behind it come only Portage's own checks of what was installed. */
export function lastMark(packed: boolean): string {
  return packed ? '.packaged' : '.installed';
}

/** The phase that the entries of a build directory speak of. */
export function phaseOfMarks(entries: readonly string[]): string | undefined {
  const present = new Set(entries);
  return marks.find(([mark]) => present.has(mark))?.[1];
}
