import type { Table } from '@/shell/contract';
import type { Result } from './simulate';

/** tables(result): the plotted numbers. */
export function tables(r: Result): Table[] {
  if (r.texts) {
    const { crowd, effective, effectiveBase, weights, weightsBase } = r.texts;
    return [
      {
        name: 'Mean cosine of texts by length',
        columns: [
          'tokens',
          'this temperature',
          'temperature 1',
          'expected of the tokens averaged',
          'tokens averaged in effect',
          'at temperature 1',
        ],
        rows: crowd.sizes.map((n, i) => [n, crowd.own[i]!, crowd.base[i]!, crowd.law![i]!, effective[i]!, effectiveBase[i]!]),
      },
      {
        name: 'Weights of one query, in even shares',
        columns: ['token', 'this temperature', 'temperature 1'],
        rows: weights.map((w, i) => [i, w, weightsBase[i]!]),
      },
      pairs(crowd.longest),
    ];
  }
  if (r.layers) {
    const l = r.layers;
    const after = l.contrast[0]!.slice(1).map((_, i) => `after layer ${i + 1}`);
    return [
      {
        name: 'High over low frequencies, relative to the input, by length',
        columns: ['tokens', ...after, ...after.map((name) => `${name}, temperature 1`), 'law for one layer'],
        rows: l.sizes.map((n, i) => [n, ...l.contrast[i]!.slice(1), ...l.contrastBase[i]!.slice(1), l.law[i]!]),
      },
      {
        name: 'Filter rate of the first layer by length',
        columns: [
          'tokens',
          'measured',
          'measured, temperature 1',
          'law for small deviations',
          'the paper’s bound, as quoted',
          'tokens averaged in effect',
        ],
        rows: l.sizes.map((n, i) => [n, l.rate[i]!, l.rateBase[i]!, l.rateLaw[i]!, l.bound[i]!, l.effective[i]!]),
      },
      {
        name: 'Spectrum along the tokens of the longest text',
        columns: ['cycles in the text', 'input', ...after],
        rows: l.spectra[0]!.map((_, f) => [f, ...l.spectra.map((one) => one[f]!)]),
      },
    ];
  }
  const m = r.model!;
  const layers = m.share.length;
  const names = m.effective.map(
    (_, i) => `layer ${Math.floor(i / (m.effective.length / layers)) + 1}, head ${(i % (m.effective.length / layers)) + 1}`,
  );
  const rated = m.rates[0]!.length;
  return [
    {
      name: 'Mean cosine of texts, and high share of the residual stream, by length',
      columns: [
        'characters',
        'cosine, this temperature',
        'cosine, temperature 1',
        ...m.share.map((_, i) => `high share after layer ${i + 1}`),
      ],
      rows: m.crowd.sizes.map((n, i) => [n, m.crowd.own[i]!, m.crowd.base[i]!, ...m.share.map((one) => one[i]!)]),
    },
    {
      name: 'Tokens averaged in effect, by length',
      columns: ['head', ...m.crowd.sizes.map((n) => `at ${n} characters`)],
      rows: m.effective.map((one, i) => [names[i]!, ...one]),
    },
    {
      name: 'Filter rate of each head, by length',
      columns: ['head', ...m.crowd.sizes.slice(0, rated).map((n) => `at ${n} characters`)],
      rows: [...m.rates.map((one, i) => [names[i]!, ...one]), ['even attention under a causal mask', ...m.ratesEven]],
    },
    pairs(m.crowd.longest),
    {
      name: 'Nats per character',
      columns: ['where', 'this temperature', 'temperature 1'],
      rows: [
        ['inside the window', m.loss.inside, m.lossBase.inside],
        ...(m.loss.past === undefined ? [] : [['past it', m.loss.past, m.lossBase.past!]]),
      ],
    },
  ];
}

const pairs = (cosines: readonly (readonly number[])[]): Table => ({
  name: 'Cosines of the longest texts',
  columns: ['text', ...cosines.map((_, j) => `text ${j + 1}`)],
  rows: cosines.map((row, i) => [i + 1, ...row]),
});
