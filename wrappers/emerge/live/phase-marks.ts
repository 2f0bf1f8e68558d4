/** The files that ebuild.sh leaves in a build directory when a phase is done (bin/phase-functions.sh). Pure. */

/** mark -> the phase that runs once it is there */
const marks: readonly (readonly [string, string])[] = [
  ['.instprepped', 'merge'],
  ['.installed', 'instprep'],
  ['.tested', 'install'],
  ['.compiled', 'install'],
  ['.configured', 'compile'],
  ['.prepared', 'configure'],
  ['.unpacked', 'prepare'],
  ['.setuped', 'unpack'],
];

/** The phase that the entries of a build directory speak of. */
export function phaseOfMarks(entries: readonly string[]): string | undefined {
  const present = new Set(entries);
  return marks.find(([mark]) => present.has(mark))?.[1];
}
