import address from 'virtual:worker-address';
import { remote } from './remote';
import { modelWords } from './words-model';

/** The worker of a page: one for all its figures. It is started before they are there, so nothing of theirs may be imported here. */
export default remote(
  () => new Worker(address, { type: 'module' }),
  async (name, progress, anew) => {
    const { weights } = await import('./weights').catch(() => {
      throw new Error(modelWords.unreachable);
    });
    return weights(name, '/', progress, anew);
  },
);
