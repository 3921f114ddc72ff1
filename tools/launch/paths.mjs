import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** What this checkout keeps between starts: data, secrets, ports, logs. Not in version control. */
export const localFolder = join(root, '.local');

/** The records of what `npm start` has running. */
export const startRecords = join(localFolder, 'run');
