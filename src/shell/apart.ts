/**
 * What only the worker runs, for states that run a model or train a network: a figure's file `beside.ts`. In the browser it is fetched when the
 * worker first needs it (see site/beside.ts), so that a page does not bring it for those who only look.
 */
const loads: (() => Promise<unknown>)[] = [];

/** register(load) names such a file of a figure that was loaded. */
export const register = (load: () => Promise<unknown>): void => void loads.push(load);

/** ready() resolves when all of them are there. */
export const ready = (): Promise<unknown> => Promise.all(loads.map((load) => load()));
