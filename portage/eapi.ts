/** What the words of a dependency may be in which EAPI (PMS appendix "Feature Availability by EAPI"). */

export interface EapiRules {
  readonly slotDependencies: boolean;
  /** Slot operators and subslots. */
  readonly slotOperators: boolean;
  readonly useDependencies: boolean;
  readonly useDefaults: boolean;
  readonly strongBlockers: boolean;
  /** `::repo` in atoms, which no EAPI allows in an ebuild. */
  readonly repositories: boolean;
  readonly uriArrows: boolean;
  /** `fetch+` and `mirror+` in SRC_URI. */
  readonly uriRestrictions: boolean;
  /** `??` in REQUIRED_USE. */
  readonly atMostOneOf: boolean;
  /** Whether `|| ( )` holds; from EAPI 7 on it doesn't. */
  readonly emptyGroupsHold: boolean;
}

const everything: EapiRules = {
  slotDependencies: true,
  slotOperators: true,
  useDependencies: true,
  useDefaults: true,
  strongBlockers: true,
  repositories: true,
  uriArrows: true,
  uriRestrictions: true,
  atMostOneOf: true,
  emptyGroupsHold: false,
};

const known = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'].map(
  (_, eapi): EapiRules => ({
    slotDependencies: eapi >= 1,
    slotOperators: eapi >= 5,
    useDependencies: eapi >= 2,
    useDefaults: eapi >= 4,
    strongBlockers: eapi >= 2,
    repositories: false,
    uriArrows: eapi >= 2,
    uriRestrictions: eapi >= 8,
    atMostOneOf: eapi >= 5,
    emptyGroupsHold: eapi <= 6,
  }),
);

/** Without an EAPI, or with one that is not known, everything is allowed. */
export function eapiRules(eapi: string | undefined): EapiRules {
  return (eapi !== undefined && /^\d(?:$|(?<=9)-pre1$)/.test(eapi) && known[Number(eapi[0])]) || everything;
}
