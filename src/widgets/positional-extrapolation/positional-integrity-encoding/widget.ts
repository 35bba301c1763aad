import { number, percent } from '@/marks/format';
import { methods } from '@/mechanisms/positional-extrapolation/positional-integrity-encoding';
import { passages, type Passage } from '@/model/passages';
import { widget } from '@/shell/contract';
import { params } from './params';
import { scenes } from './scenes';
import { share } from './share';
import { simulate } from './simulate';
import { textWork } from './text';
import { toyWork } from './toy';
import { count, names, small } from './words';

export default widget({
  slug: 'positional-integrity-encoding',
  title: 'What becomes of a cache when its text is edited',
  params,
  constrain(values) {
    const at = Math.min(values.at, values.length);
    // Of a text that is taken out whole no token would be left to look at.
    const least = at || values.inserted ? 0 : 1;
    return { ...values, at, removed: Math.min(values.removed, values.length - at - least) };
  },
  models: ({ source }) => (source === 'toy' ? [] : ['rope']),
  work: (inputs) => (inputs.source === 'toy' ? toyWork(inputs) : textWork(inputs)),

  simulate: (settings) => simulate(settings),

  scenes,

  describe(r, { passage }) {
    const { doubled, holes, ahead } = r.held.conflict;
    const positions = `A text of ${count(r.length, 'token')} is edited; its cache is brought up to date. With old keys left as they were, ${count(doubled.length, 'position')} ${doubled.length === 1 ? 'is' : 'are'} doubled, ${holes.length} empty, and ${count(ahead, 'key')} ahead of the next token; ${r.cost.pie.turn ? 'PIE turns each kept key by how far its token moved, and all are in place' : `no kept key ${r.behind ? 'has moved' : 'stands behind the edit'}, so that PIE turns none`}.`;
    const costs = `It takes ${percent(share(r.cost.pie.total, r.cost.full.total))} of the multiplications of full recomputation.`;
    if (r.errors) {
      const error = (method: 'pie' | 'conflict' | 'drop' | 'stale') => percent(r.errors![method].at(-1)!);
      return `${positions} The state that comes next is off by ${error('pie')} with PIE, ${error('conflict')} with the conflict, ${error('drop')} with the suffix dropped, ${error('stale')} with nothing done. ${costs}`;
    }
    if (r.prose)
      return `${positions} A trained model that goes on in ${passages[passage as Passage]} pays ${methods.map((method) => `${number(r.prose!.loss[method], 3)} nats a character (${names[method].toLowerCase().replace('pie', 'PIE')})`).join(', ')}. ${costs}`;
    const { before, after } = r.fact!;
    return `${positions} Asked for ${after}, ${after === before ? 'which was not changed' : `once ${before}`}, a trained model gives the four digits a mean probability of ${methods.map((method) => `${small(r.fact!.now.probability[method])} (${names[method].toLowerCase().replace('pie', 'PIE')})`).join(', ')}. ${costs}`;
  },

  outcomes: (r) => [
    r.errors
      ? { name: 'error of the next state with PIE', value: r.errors.pie.at(-1)!, say: percent }
      : r.prose
        ? { name: 'nats a character with PIE', value: r.prose.loss.pie, say: (x: number) => number(x, 3) }
        : { name: 'mean probability of the right digits with PIE', value: r.fact!.now.probability.pie, say: small },
    r.errors
      ? { name: 'error of the next state with the conflict', value: r.errors.conflict.at(-1)!, say: percent }
      : r.prose
        ? { name: 'nats a character with the conflict', value: r.prose.loss.conflict, say: (x: number) => number(x, 3) }
        : { name: 'mean probability of the right digits after full recomputation', value: r.fact!.now.probability.full, say: small },
    { name: 'positions doubled in the conflict', value: r.held.conflict.doubled.length },
    { name: 'multiplications, of those of full recomputation', value: share(r.cost.pie.total, r.cost.full.total), say: percent },
  ],

  tables: (r) => [
    {
      name: 'Ways to bring the cache up to date',
      columns: [
        'method',
        'keys held',
        'positions doubled',
        'positions empty',
        'keys ahead of the next token',
        'multiplications',
        'of them to turn keys',
        ...(r.errors ? ['relative error of the next state'] : []),
        ...(r.prose ? ['nats a character', 'same likeliest character (share)'] : []),
        ...(r.fact ? ['says', 'mean probability of the right digits'] : []),
        ...(r.fact?.old ? ['asked for the old name, says', 'mean probability of the old value'] : []),
      ],
      rows: methods.map((method) => {
        const { segments, doubled, holes, ahead } = r.held[method];
        return [
          names[method],
          segments.reduce((sum, { from, to }) => sum + to - from, 0),
          doubled.length,
          holes.length,
          ahead,
          r.cost[method].total,
          r.cost[method].turn,
          ...(r.errors ? [r.errors[method].at(-1)!] : []),
          ...(r.prose ? [r.prose.loss[method], r.prose.agrees[method]] : []),
          ...(r.fact ? [r.fact.now.said[method], r.fact.now.probability[method]] : []),
          ...(r.fact?.old ? [r.fact.old.said[method], r.fact.old.probability[method]] : []),
        ];
      }),
    },
    {
      name: 'By layer: mean cosine of the kept keys behind the edit with those of full recomputation',
      columns: ['layer', 'PIE', 'conflict', ...(r.errors ? methods.map((method) => `error of the next state, ${names[method]}`) : [])],
      rows: r.pie.map.map((_, layer) => [
        layer + 1,
        r.pie.mean[layer] ?? 'none kept',
        r.conflict.mean[layer] ?? 'none kept',
        ...(r.errors ? methods.map((method) => r.errors![method][layer]!) : []),
      ]),
    },
    ...(r.prose
      ? [
          {
            name: 'Divergence from full recomputation by character (nats)',
            columns: ['character', ...methods.map((method) => names[method])],
            rows: Array.from(r.prose.next, (character, i) => [character, ...methods.map((method) => r.prose!.divergence[method][i]!)]),
          },
        ]
      : []),
  ],

  caveat:
    'Random weights mix context into keys as no trained model does: the toy shows what is exact and what is not, not how much it matters, and how far off its states are changes much with the seed; with PIE it is nearly always less than with the conflict. The trained model is very small and reads characters of novels, not code; one passage and one edit are measured at a time, and prose forgives an edit so far back that even a cache that nobody updated goes on well. How accurate code completion stays is the paper’s finding, not shown here. Where new tokens stand under the conflict, and how a second edit follows the first, is our reading of the method.',
});
