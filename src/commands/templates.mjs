/** What npm run new-paper writes. Every TODO is to be replaced; the build lists those that are left. */

export const seed = ({ slug, theme }) => `slug: ${slug}
title: "TODO: the exact title"
authors: [TODO one, TODO two]
year: 2024
theme: ${theme}
idea: >-
  TODO: the idea in one sentence of your own, fifteen to thirty-five words, concrete: what is done, and why it helps.
headline: []
related: []
verified: [title]
`;

export const mechanism = ({
  name,
  title,
}) => `/** ${title}. TODO: what the mechanism does, in a sentence, and the section of the paper that it follows. */

/** TODO: everything that happened, step by step, so that a picture can show each step. */
export interface Trace {
  readonly output: Float64Array;
}

/**
 * ${name}(input): TODO shapes, units, errors thrown.
 */
export function ${name}(input: Float64Array): Trace {
  throw new Error(\`TODO: compute the mechanism of \${input.length} numbers\`);
}
`;

export const widget = ({ slug, theme, name }) => `import { number } from '@/marks/format';
import { ${name} } from '@/mechanisms/${theme}/${slug}';
import { widget } from '@/shell/contract';
import { random } from '@/tensor/random';

const scene = (id: string) => ({
  id,
  title: 'TODO',
  set: {},
  notice: () => 'TODO: what to notice, with the numbers of the result in it.',
  claim: () => false,
});

export default widget({
  slug: '${slug}',
  title: 'TODO: what the figure shows',
  params: {
    length: { type: 'integer', label: 'Length, T', help: 'TODO: what turning it does.', default: 16, min: 4, max: 64 },
    seed: { type: 'seed', label: 'Seed', help: 'Another seed, another example.', default: 1 },
  },
  // TODO: about how many elementary operations simulate does.
  work: ({ length }) => length,
  simulate({ length, seed }) {
    const source = random(seed);
    const input = Float64Array.from({ length }, () => source.normal());
    // TODO: the baseline beside the method.
    return { input, method: ${name}(input) };
  },
  scenes: [scene('first'), scene('second'), scene('third'), scene('fourth')],
  describe: (r) => \`TODO: one to three sentences with the numbers in them: \${number(r.input.length)}.\`,
  // TODO: what a listener should hear change, the most telling first.
  outcomes: (r) => [{ name: 'TODO: output at the end', value: r.method.output.at(-1)! }],
  tables: (r) => [{ name: 'Output', columns: ['position', 'input', 'output'], rows: Array.from(r.input, (x, i) => [i, x, r.method.output[i]!]) }],
  caveat: 'TODO: what the toy cannot show.',
});
`;

export const view = () => `<script lang="ts">
  import { scaleLinear } from 'd3-scale';
  import Curve from '@/marks/Curve.svelte';
  import Panel from '@/marks/Panel.svelte';
  import Panels from '@/marks/Panels.svelte';
  import type { ViewProps } from '@/shell/contract';
  import type definition from './widget';

  let { result, values }: ViewProps<typeof definition> = $props();
  const x = $derived(scaleLinear([0, values.length - 1], [10, 350]));
  const y = scaleLinear([-3, 3], [200, 10]);
</script>

<!-- TODO: at least two linked views, the baseline beside the method, labels on the data. -->
<Panels>
  <Panel title="TODO" label="TODO: what is drawn, for those who cannot see it.">
    <Curve points={Array.from(result.method.output, (value, i) => [x(i), y(value)])} />
  </Panel>
</Panels>
`;

export const check = ({ slug }) => `import type { Check } from '@/shell/contract';

/** TODO: replays tests/golden/${slug}.json (made by tests/golden/make/${slug}.py from the authors' code), or compares with a closed form. */
export default function check(): Check[] {
  return [{ what: 'TODO', error: Infinity, tolerance: 1e-9 }];
}
`;

export const test = ({ slug, theme, name }) => `import { expect, it } from 'vitest';
import { ${name} } from '@/mechanisms/${theme}/${slug}';

it('TODO: the closed forms, invariants and golden vectors of ${slug}', () => {
  expect(${name}(Float64Array.of(1, 2, 3)).output).toHaveLength(3);
});
`;

const sections = ['The problem', 'The idea', 'The mathematics', 'What to try', 'Limits', 'Neighbours'];

export const prose = ({ headings }) => `---
description: "TODO: one sentence of 110 to 160 characters, for previews and search."
---

${sections.map((section) => `## ${section}\n\nTODO\n`).join('\n')}
${headings.length ? `{/* TODO: the notes on this paper have these sections; nothing of weight in them should be missing here:\n${headings.map((heading) => `- ${heading}`).join('\n')}\n*/}\n` : ''}`;
