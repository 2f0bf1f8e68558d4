/** What a test says about the private root that it wants; everything left out has a workable default. */

/** The variables of an ebuild, as PMS 7 names them, and what its phases do. */
export interface EbuildDeclaration {
  readonly EAPI?: string;
  readonly DESCRIPTION?: string;
  readonly HOMEPAGE?: string;
  readonly SRC_URI?: string;
  readonly SLOT?: string;
  readonly KEYWORDS?: string;
  readonly IUSE?: string;
  readonly DEPEND?: string;
  readonly BDEPEND?: string;
  readonly RDEPEND?: string;
  readonly PDEPEND?: string;
  readonly IDEPEND?: string;
  readonly REQUIRED_USE?: string;
  readonly LICENSE?: string;
  readonly PROPERTIES?: string;
  readonly RESTRICT?: string;
  /** Eclasses; such an ebuild gets no md5-cache entry, Portage sources it. */
  readonly inherit?: string;
  /** Raw bash below the variables. */
  readonly phases?: string;
  /** DEFINED_PHASES for `phases`, e.g. `compile install`; found from the text where left out. */
  readonly DEFINED_PHASES?: string;
  /** Seconds that src_compile takes, or seconds by phase name (`compile`, `install`, `postinst`, …). */
  readonly sleep?: number | Readonly<Record<string, number>>;
  /** The phase that dies. */
  readonly fail?: string;
}

/** A VDB entry. Values are written as given, so dependencies stand as Portage records them: USE-reduced. */
export interface InstalledDeclaration {
  readonly EAPI?: string;
  readonly SLOT?: string;
  readonly KEYWORDS?: string;
  readonly USE?: string;
  readonly IUSE?: string;
  readonly DEPEND?: string;
  readonly BDEPEND?: string;
  readonly RDEPEND?: string;
  readonly PDEPEND?: string;
  readonly IDEPEND?: string;
  readonly LICENSE?: string;
  readonly PROPERTIES?: string;
  readonly RESTRICT?: string;
  readonly repository?: string;
  readonly BUILD_TIME?: string;
  readonly COUNTER?: string;
  readonly CONTENTS?: string;
  /**
   * Take all that is not given from the ebuild of the same cpv, as Portage records it after a build: USE from
   * the configuration (or `USE` here), conditionals evaluated, slot operators bound to what is installed.
   */
  readonly built?: boolean;
  /** Only with `built`: gone again when all are written; those after it were bound to it. */
  readonly dropped?: boolean;
}

export interface BinaryDeclaration {
  readonly USE?: string;
  /** Variables that the ebuild had otherwise when it was built, as Portage records them: USE-reduced. */
  readonly recorded?: Readonly<Record<string, string>>;
}

interface OverlayDeclaration {
  readonly ebuilds?: Readonly<Record<string, EbuildDeclaration>>;
  readonly eclasses?: Readonly<Record<string, string>>;
  /** Lines of metadata/layout.conf; `masters` defaults to the main repository. */
  readonly layout?: readonly string[];
  /** File below profiles/ -> lines. */
  readonly profiles?: Readonly<Record<string, readonly string[]>>;
}

/** How VDB entries are written: single files, with the `metadata` file of Portage 3.0.82 beside them, or only it. */
export type VdbForm = 'files' | 'both' | 'metadata';

export interface RootDeclaration {
  /** `cat/pf` or `cat/pf::repo` -> ebuild. */
  readonly ebuilds?: Readonly<Record<string, EbuildDeclaration>>;
  /** Eclasses of the main repository: name -> text. */
  readonly eclasses?: Readonly<Record<string, string>>;
  /** `cat/pf` -> VDB entry. */
  readonly installed?: Readonly<Record<string, InstalledDeclaration>>;
  readonly vdbForm?: VdbForm;
  /** Binary packages put into PKGDIR, built from the ebuilds' variables: cpv -> what is peculiar to it. */
  readonly binaries?: Readonly<Record<string, BinaryDeclaration>>;
  readonly world?: readonly string[];
  readonly worldSets?: readonly string[];
  /** etc/portage/sets/NAME -> lines. */
  readonly sets?: Readonly<Record<string, readonly string[]>>;
  /** File of the one profile -> lines (`packages`, `make.defaults`, `package.provided`, `use.mask`, `eapi`, …). */
  readonly profile?: Readonly<Record<string, readonly string[]>>;
  readonly makeConf?: Readonly<Record<string, string>>;
  /** Lines of etc/portage/package.use. */
  readonly packageUse?: readonly string[];
  readonly overlays?: Readonly<Record<string, OverlayDeclaration>>;
  /** Text added to repos.conf. */
  readonly reposConf?: string;
  /** Path below etc/portage -> text. */
  readonly portageConfig?: Readonly<Record<string, string>>;
  /** `observability` in FEATURES, where that Portage knows it (3.0.82); default true. */
  readonly observability?: boolean;
  /** An existing main repository, used in place (never written) instead of one made from `ebuilds`. */
  readonly repository?: { readonly location: string; readonly name: string; readonly profile: string };
}
