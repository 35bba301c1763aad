import address from 'virtual:worker-address';
import { remote } from './remote';

/** The worker of a page: one for all its figures. */
export default remote(() => new Worker(address, { type: 'module' }));
