/** Names and entries of the optional packages that a lock names but does not hold. */
export function lockGaps(lock: unknown): Map<string, unknown>;
