/**
 * For every check, a way to break the site that it must notice. `npm run broken` tries each on a copy: the check has to fail there, and
 * for that reason (`says` is part of what it then prints).
 *
 * `file` is a source, which is then built anew, or a built file below dist/. `from` is replaced by `to`; where it is null the file is not
 * there, and is written. With `built: false` nothing is built: the check reads the sources, or builds by itself.
 */
import { access } from './access.mjs';
import { house } from './house.mjs';
import { robustness } from './robustness.mjs';
import { security } from './security.mjs';
import { speed } from './speed.mjs';

export const breaks = [...house, ...access, ...speed, ...robustness, ...security];
