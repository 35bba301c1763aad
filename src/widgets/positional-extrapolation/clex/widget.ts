import { number, percent } from '@/marks/format';
import type { CurveName } from '@/mechanisms/positional-extrapolation/clex';
import { passages, type Passage } from '@/model/passages';
import { widget } from '@/shell/contract';
import { params } from './params';
import { count, scenes } from './scenes';
import { beside, flowWork, grid, lengthOf, methods, pairs, simulate, titled, trained, unseen } from './simulate';

export default widget({
  slug: 'clex',
  title: 'Frequencies that flow with the length',
  params,
  constrain: (values) => ({
    ...values,
    // Passages are as long as a phone can read in a few seconds, and longer than the window.
    t: values.measured === 'text' ? Math.min(4, Math.max(1.2, values.t)) : values.t,
  }),
  models: ({ measured }) => (measured === 'text' ? ['rope'] : []),
  // The flow, the curves over t of six methods, and of the model, a token's multiplications and those of its attention, some four in the time that
  // others take for one.
  work(inputs) {
    const length = lengthOf(inputs.t);
    const reads = inputs.measured === 'text' ? (beside(inputs) ? 2 : 1) : 0;
    return 170e3 + 40e3 * (inputs.practised - 1) + flowWork(inputs) + reads * (180e3 * length + 115 * length ** 2);
  },

  simulate: (settings) => simulate(settings),

  scenes,

  describe: (r, { method, t, passage, schedule }) =>
    r.text
      ? `${titled(r, method)}, in a small trained model that reads ${passages[passage as Passage]}${method === 'rope' ? '' : schedule === 'growing' ? `, t growing with the text to ${r.t}` : `, t = ${number(t)} throughout`}: ${number(r.text.chosen.inside)} nats per character inside its window of ${trained}, ${number(r.text.chosen.outside!)} past it${r.text.compared ? `; ${r.text.compared.name} pays ${number(r.text.compared.inside)} and ${number(r.text.compared.outside!)}` : ''}.`
      : `${methods[method as CurveName]} at ${number(t)} times the trained length: ${unseen(r.chosen)} (RoPE ${number(r.baseline.radians, 2)}). The fastest pair turns at ${percent(r.chosen.resolution)} of its speed.${r.error > 1e-6 ? ` The solver is off by up to ${percent(r.error)}.` : ''}`,

  outcomes: (r) =>
    r.text
      ? [
          { name: 'nats per character past the window', value: r.text.chosen.outside! },
          { name: 'nats per character inside it', value: r.text.chosen.inside },
          { name: 'pairs that show new angles', value: count(r.chosen) },
        ]
      : [
          { name: 'radians never seen', value: r.chosen.radians, say: (v) => number(v, 2) },
          { name: 'pairs that show new angles', value: count(r.chosen) },
          { name: 'speed of the fastest pair', value: r.chosen.resolution, say: percent },
          { name: 'error of the solver', value: r.error, say: (v) => number(v) },
        ],

  tables: (r, { method }) => [
    {
      name: 'Curves compared at t',
      columns: ['curve', 'pairs that show new angles', 'radians never seen', 'speed of the fastest pair', 'speed of the slowest pair'],
      rows: r.all.map((m) => [methods[m.name], count(m), m.radians, m.resolution, m.theta[pairs - 1]! / r.baseline.theta[pairs - 1]!]),
    },
    {
      name: 'Frequencies at t, radians per position',
      columns: ['pair', ...r.all.map(({ name }) => methods[name])],
      rows: Array.from(r.baseline.theta, (_, i) => [i, ...r.all.map(({ theta }) => theta[i]!)]),
    },
    {
      name: `Speed over t under ${methods[method as CurveName]}, as a share of RoPE's`,
      columns: ['t', ...r.speeds.map((_, i) => `pair ${i}`)],
      rows: grid.map((t, k) => [t, ...r.speeds.map((speed) => speed[k]!)]),
    },
    ...(r.text
      ? [
          {
            name: 'Nats per character by position',
            columns: ['from position', titled(r, method), ...(r.text.compared ? [r.text.compared.name] : [])],
            rows: r.text.chosen.loss.map((nats, i) => [i * 64, nats, ...(r.text!.compared ? [r.text!.compared.loss[i]!] : [])]),
          },
        ]
      : [
          {
            name: 'Radians never seen, over t',
            columns: ['t', ...r.all.map(({ name }) => methods[name])],
            rows: grid.map((t, k) => [t, ...r.all.map(({ course }) => course[k]!)]),
          },
        ]),
  ],

  caveat:
    'Nothing is trained here: two weights stand in for a network that the paper trains together with the language model, which also learns to read the new angles. An angle that was seen is no promise that a model copes, and neither sum nor share is a measure of the paper. The language model is very small and reads characters; weights found for it say nothing about another.',
});
