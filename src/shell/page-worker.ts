import address from 'virtual:worker-address';
import { remote } from './remote';
import { words } from './words';

/** The worker of a page: one for all its figures. */
export default remote(
  () => new Worker(address, { type: 'module' }),
  async (name, progress, anew) => {
    const { weights } = await import('./weights').catch(() => {
      throw new Error(words.unreachable);
    });
    return weights(name, '/', progress, anew);
  },
);
