import type { Plugin } from 'vite';

const numbers = '\0numbers';

/**
 * lean() leaves out of the browser's scripts what nothing there uses but the bundler cannot know: d3's scales can run through colours and
 * dates, with the code of four colour spaces; ours run through numbers.
 */
export function lean(): Plugin {
  return {
    name: 'lengthwise:lean',
    enforce: 'pre',
    applyToEnvironment: ({ name }) => name === 'client',
    resolveId: (id) => (id === 'd3-interpolate' ? numbers : undefined),
    load: (id) =>
      id === numbers
        ? `
          export const interpolateNumber = (a, b) => ((a = +a), (b = +b), (t) => a * (1 - t) + b * t);
          export const interpolateRound = (a, b) => { const between = interpolateNumber(a, b); return (t) => Math.round(between(t)); };
          export const interpolate = interpolateNumber;
          export const piecewise = () => { throw new Error('scales run through numbers here'); };`
        : undefined,
  };
}
