/** What each of emerge's actions does to what is installed, and whether its targets may be sets: emerge(1), ACTIONS. */
import type { EmergeAction } from './emerge-options.ts';

export interface ActionEffect {
  /** `named`: its targets, whoever holds them; `unneeded`: what no set and no package wants; `old`: other versions. */
  readonly removes?: 'named' | 'unneeded' | 'old';
  readonly takesSets: boolean;
}

const harmless: ActionEffect = { takesSets: false };

const actionEffects: Readonly<Record<EmergeAction, ActionEffect>> = {
  'check-news': harmless,
  clean: { removes: 'old', takesSets: true },
  config: harmless,
  depclean: { removes: 'unneeded', takesSets: true },
  deselect: { takesSets: true },
  help: harmless,
  info: { takesSets: true },
  'list-sets': harmless,
  metadata: harmless,
  moo: harmless,
  prune: { removes: 'unneeded', takesSets: true },
  'rage-clean': { removes: 'named', takesSets: true },
  regen: harmless,
  search: harmless,
  status: harmless,
  sync: harmless,
  unmerge: { removes: 'named', takesSets: true },
  version: harmless,
};

const merge: ActionEffect = { takesSets: true };

/** Without an action packages are merged. */
export function actionEffect(action: EmergeAction | undefined): ActionEffect {
  return action === undefined ? merge : actionEffects[action];
}
