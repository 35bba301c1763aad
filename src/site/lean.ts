import type { Plugin } from 'vite';

const numbers = '\0numbers';
const islands = '\0islands';

/**
 * lean() leaves out of the browser's scripts what nothing there uses but the bundler cannot know:
 * - d3's scales can run through colours and dates, with the code of four colour spaces; ours run through numbers;
 * - Astro's way of waking a component (`client:load`) goes by a renderer of its own; figures wake by `src/shell/loader.ts`.
 */
export function lean(): Plugin {
  return {
    name: 'lengthwise:lean',
    enforce: 'pre',
    applyToEnvironment: ({ name }) => name === 'client',
    resolveId(id) {
      if (id === 'd3-interpolate') return numbers;
      if (/@astrojs[\\/]svelte[\\/].*client\.svelte\.js$/.test(id)) return islands;
      return undefined;
    },
    load(id) {
      if (id === islands) return `export default () => () => { throw new Error('client: directives are left out of this site'); };`;
      if (id === numbers)
        return `
          export const interpolateNumber = (a, b) => ((a = +a), (b = +b), (t) => a * (1 - t) + b * t);
          export const interpolateRound = (a, b) => { const between = interpolateNumber(a, b); return (t) => Math.round(between(t)); };
          export const interpolate = interpolateNumber;
          export const piecewise = () => { throw new Error('scales run through numbers here'); };`;
      return undefined;
    },
  };
}
