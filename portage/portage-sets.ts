/** The sets that every Portage has: cnf/sets/portage.conf of Portage 3.0.83, and what earlier ones had. */

/** Names of its sections, each the name of a set but `usersets`. */
export const portageSetSections: ReadonlySet<string> = new Set([
  'changed-deps',
  'changed-subslot',
  'deprecated-live-rebuild',
  'downgrade',
  'golang-rebuild',
  'installed',
  'live-rebuild',
  'module-rebuild',
  'preserved-rebuild',
  'profile',
  'rebuilt-binaries',
  'rust-rebuild',
  'security',
  'selected',
  'selected-packages',
  'selected-sets',
  'system',
  'unavailable',
  'unavailable-binaries',
  'usersets',
  'world',
  'x11-module-rebuild',
]);

export function isPortageSet(name: string): boolean {
  return name !== 'usersets' && portageSetSections.has(name);
}
