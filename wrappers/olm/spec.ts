/** Where an overlay comes from, and how it is to be treated. @public */
export interface OverlaySpec {
  readonly name: string;
  readonly type: 'git' | 'rsync' | 'local';
  /** URL, or absolute path of a local one. */
  readonly uri: string;
  readonly branch?: string;
  /** In the place of layout.conf's. */
  readonly masters?: readonly string[];
  /** Path of an OpenPGP key, file or directory: commits must be signed by it. */
  readonly key?: string;
  /** Where the signed branch is, when `uri` is a mirror that adds the metadata cache. */
  readonly upstream?: string;
  /** Whether its package.unmask is copied. */
  readonly unmask: boolean;
  /** Whether its sets.conf and sets/ are copied. */
  readonly sets: boolean;
  /** The file or URL that said so. */
  readonly origin: string;
  readonly description?: string;
}
