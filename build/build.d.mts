/** Makes the tree in `finished`, dist/ unless told. */
export function build(finished?: string): Promise<void>;
