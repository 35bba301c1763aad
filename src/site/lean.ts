import type { Plugin } from 'vite';

const numbers = '\0numbers';

const proxies = '\0proxies';

/**
 * lean() leaves out of the browser's scripts what nothing there uses but the bundler cannot know: d3's scales can run through colours and
 * dates, with the code of four colour spaces, where ours run through numbers; and Svelte can watch what is inside of objects, where ours are
 * replaced whole ($state.raw; a test looks for others).
 */
export function lean(): Plugin {
  return {
    name: 'lengthwise:lean',
    enforce: 'pre',
    applyToEnvironment: ({ name }) => name === 'client',
    resolveId: (id, importer) => {
      if (id === 'd3-interpolate') return numbers;
      return /\/proxy\.js$/.test(id) && importer && /\/svelte\/src\/internal\/client\//.test(importer) ? proxies : undefined;
    },
    // What is no module of today's kind needs the bundler's helpers, which then ride along wherever another helper is needed.
    transform: (code, id) =>
      id.endsWith('/fft.js/lib/fft.js') ? { code: code.replace('module.exports = FFT', 'export default FFT'), map: null } : undefined,
    load: (id) => {
      if (id === proxies)
        return `
          export const proxy = (value) => value;
          export const get_proxied_value = proxy;
          export const is = Object.is;`;
      return id === numbers
        ? `
          export const interpolateNumber = (a, b) => ((a = +a), (b = +b), (t) => a * (1 - t) + b * t);
          export const interpolateRound = (a, b) => { const between = interpolateNumber(a, b); return (t) => Math.round(between(t)); };
          export const interpolate = interpolateNumber;
          export const piecewise = () => { throw new Error('scales run through numbers here'); };`
        : undefined;
    },
  };
}
