import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where what is fetched is kept: with what is installed, never with what is committed. */
export const kept = fileURLToPath(new URL('../../../node_modules/.peers', import.meta.url));

/** The folders in which repositories are looked for: those that LENGTHWISE_PEERS names, then our own. */
export const places = [...(process.env.LENGTHWISE_PEERS ?? '').split(delimiter).filter(Boolean), join(kept, 'git')];
