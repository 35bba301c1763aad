const [size, middle] = [624, 397];

/**
 * mersenne(seed): MT19937 of Matsumoto and Nishimura as a stream of whole numbers from 0 to 2³² - 1, its state spread from a seed of 32 bits by
 * their rule, so that streams of seeds that are near have nothing in common. The same as pure-rand's of that name, which would bring to every page
 * a table for jumps ahead, 2.7 kB compressed, that nothing here uses.
 */
export function mersenne(seed: number): () => number {
  const state = new Uint32Array(size);
  state[0] = seed;
  for (let i = 1; i < size; i++) state[i] = Math.imul(1812433253, state[i - 1]! ^ (state[i - 1]! >>> 30)) + i;
  let at = size;
  return () => {
    if (at === size) {
      at = 0;
      for (let i = 0; i < size; i++) {
        const joined = (state[i]! & 0x80000000) | (state[(i + 1) % size]! & 0x7fffffff);
        state[i] = state[(i + middle) % size]! ^ (joined >>> 1) ^ (joined & 1 ? 0x9908b0df : 0);
      }
    }
    let x = state[at++]!;
    x ^= x >>> 11;
    x ^= (x << 7) & 0x9d2c5680;
    x ^= (x << 15) & 0xefc60000;
    return (x ^ (x >>> 18)) >>> 0;
  };
}
