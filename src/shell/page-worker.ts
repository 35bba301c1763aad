import { remote } from './remote';

/** The worker of a page: one for all its figures. */
export default remote(() => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }));
