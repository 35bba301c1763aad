import address from 'virtual:worker-address';
import { remote } from './remote';

/** The worker of a page: one for all its figures. */
export default remote(
  () => new Worker(address, { type: 'module' }),
  async (name, progress) => (await import('./weights')).weights(name, '/', progress),
);
