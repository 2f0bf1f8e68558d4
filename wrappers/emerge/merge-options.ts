/** Which of emerge's options shape its graph: _emerge.create_depgraph_params of Portage 3.0.83. Pure. */
import type { MergeOptions } from '../../portage/edges.ts';

const selectiveOptions = [
  '--update',
  '--update-if-installed',
  '--newrepo',
  '--newuse',
  '--reinstall',
  '--noreplace',
];

/** Each implies --usepkg. */
const binaryOptions = ['--usepkgonly', '--getbinpkg', '--getbinpkgonly'];

/** `options` as emerge keeps them (myopts): canonical name -> value, true for one without; `getbinpkg` may come from FEATURES. */
export function mergeOptions(options: ReadonlyMap<string, unknown>, getbinpkg: boolean): MergeOptions {
  const has = (name: string) => options.has(name);
  const emptytree = has('--emptytree');
  const deep = options.get('--deep');
  const bdeps = options.get('--with-bdeps');
  const rootDeps = options.get('--root-deps');
  const selective =
    !emptytree &&
    options.get('--selective') !== 'n' &&
    (selectiveOptions.some(has) ||
      has('--selective') ||
      options.get('--changed-slot') === true ||
      (options.get('--changed-deps') ?? 'n') !== 'n');
  const usepkg = getbinpkg || has('--usepkg') || binaryOptions.some(name => options.get(name) === true);
  const automatic = options.get('--with-bdeps-auto') !== 'n' && !usepkg;
  return {
    update: has('--update') || has('--update-if-installed'),
    emptytree,
    selective,
    nodeps: has('--nodeps'),
    buildpkgonly: has('--buildpkgonly'),
    withBdeps: bdeps === 'y' || bdeps === 'n' ? bdeps : automatic ? 'auto' : 'n',
    ...(has('--newuse')
      ? { reinstall: 'newuse' as const }
      : options.get('--reinstall') === 'changed-use'
        ? { reinstall: 'changed-use' as const }
        : {}),
    ...(emptytree || deep === true
      ? { deep: true as const }
      : typeof deep === 'number' && deep > 0
        ? { deep }
        : {}),
    ...(rootDeps === true || rootDeps === 'True'
      ? { rootDeps: true as const }
      : rootDeps === 'rdeps'
        ? { rootDeps }
        : {}),
  };
}
