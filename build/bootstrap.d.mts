/** The oldest Portage that is supported. */
export const oldestPortage: string;
/** Path of that version's emerge, in a venv made once; throws where no package index can be reached. */
export function portageOfVersion(version: string): string;
