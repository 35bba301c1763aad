import { number, percent } from '@/marks/format';
import { widget } from '@/shell/contract';
import { params } from './params';
import { modelsFor, simulate, trained, work, width, type Inputs, type Result } from './simulate';
import { bins, methodNames } from '@/mechanisms/positional-extrapolation/bench';
import { farther, found, nats, total } from './words';

const rise = ({ inside, outside }: Result['method']): number => (outside ?? inside) - inside;
const pair = (r: Result, method: string, other: string, values: { method: string; other: string }): boolean =>
  values.method === method && values.other === other && r.method.outside !== null;

export default widget({
  slug: 'positional-extrapolation-bench',
  title: `${methodNames.length} ways to read on, on the same text`,
  params,
  simulate: (inputs) => simulate(inputs as Inputs),
  work: (inputs) => work(inputs as Inputs),
  models: (inputs) => modelsFor(inputs as Inputs),

  scenes: [
    {
      id: 'by-parts',
      title: 'By parts, and nothing',
      set: {},
      notice: (r) =>
        `The same model reads the same ${number(r.length)} characters twice. Unchanged it goes from ${nats(r.other)}; with by-parts frequencies from ${nats(r.method)}, and gives ${percent(found(r.method))} of the planted digits where it gave ${percent(found(r.other))}.`,
      claim: (r, values) =>
        pair(r, 'yarn', 'rope', values) && rise(r.other) > 1 && rise(r.method) < 0.25 && found(r.method) > found(r.other),
    },
    {
      id: 'all-keys',
      title: 'Only the distances cut off',
      set: { method: 'ceiling', other: 'rope' },
      notice: (r) =>
        `All keys are seen, and whatever stands farther back than ${trained - 1} is taken to stand ${trained - 1} back. That is the one change: ${nats(r.method)}, against ${nats(r.other)}, and ${percent(found(r.method))} of the digits against ${percent(found(r.other))}. Keys are as many as before, so it was the angles that broke the reading.`,
      claim: (r, values) =>
        pair(r, 'ceiling', 'rope', values) && rise(r.method) < 0.15 && rise(r.other) > 1 && found(r.method) > found(r.other) + 0.5,
    },
    {
      id: 'train-a-little',
      title: 'What a short training does',
      set: { method: 'tuned', other: 'linear' },
      notice: (r) =>
        `Positions divided by 4, in a model that never saw such steps: ${nats(r.other)}. After a short training with them, on rows of ${number(r.method.trained)}: ${nats(r.method)}, with ${percent(found(r.method))} of the digits. Which scaling is best depends on whether one trains.`,
      claim: (r, values) =>
        pair(r, 'tuned', 'linear', values) && r.other.inside > r.method.inside + 1.5 && rise(r.method) < 0.3 && found(r.method) > 0.6,
    },
    {
      id: 'overshoot',
      title: 'Why CLEX starts beyond',
      set: { method: 'clex', other: 'ntk', length: 1024 },
      notice: (r, { scale }) =>
        `NTK-aware scaling for ${scale} times leaves ${number(total(r.other.unseen!))} radians of unseen angle in the pairs between; scaling for ${2 * scale - 1} times, where an untrained CLEX begins, ${number(total(r.method.unseen!))}. The loss follows: ${nats(r.other)} and ${nats(r.method)}.`,
      claim: (r, values) =>
        pair(r, 'clex', 'ntk', values) &&
        total(r.method.unseen!) < 0.7 * total(r.other.unseen!) &&
        r.method.outside! < r.other.outside! - 0.15,
    },
    {
      id: 'low-loss',
      title: 'Low loss, nothing known',
      set: { method: 'band', other: 'yarn' },
      notice: (r, { band }) =>
        `A band of ${band} keys has the better loss, ${nats(r.method)} against ${nats(r.other)}. Of the lines farther back than the band it gives ${farther(r, r.method, band).join(' of ')} digits, about as many as a guess among ten would; by-parts frequencies give ${farther(r, r.other, band)[0]}. A loss hardly asks for what stands far back.`,
      claim: (r, values) =>
        pair(r, 'band', 'yarn', values) &&
        r.method.outside! < r.other.outside! &&
        farther(r, r.other, Number(values.band))[0] - farther(r, r.method, Number(values.band))[0] >= 4,
    },
    {
      id: 'ceiling',
      title: 'First tokens, recent keys',
      set: { method: 'lambda', other: 'band' },
      notice: (r) =>
        `The Λ mask adds four first tokens, at a distance that is cut off. This model never learned to rest on them, so they change little: ${nats(r.method)} against ${nats(r.other)} for the band alone. In models with sinks they are what holds the reading together.`,
      claim: (r, values) => pair(r, 'lambda', 'band', values) && Math.abs(r.method.outside! - r.other.outside!) < 0.05,
    },
    {
      id: 'from-scratch',
      title: 'Penalties, or no positions',
      set: { method: 'alibi', other: 'nope' },
      notice: (r) =>
        `Two twins, trained from scratch alike. ALiBi stays level, ${nats(r.method)}, its attention held near by its slopes. Without any positions it is ${nats(r.other)}: that model counted by its first token, and the count does not reach past its training.`,
      claim: (r, values) => pair(r, 'alibi', 'nope', values) && rise(r.method) < 0.2 && rise(r.other) > 0.5,
    },
    {
      id: 'only-sharper',
      title: 'Sharper does not turn back',
      set: { method: 'sharper', other: 'rope' },
      notice: (r) =>
        `Scores multiplied with ln n keep the entropy down, ${number(r.method.entropy)} against ${number(r.other.entropy)} nats, and do not help: ${nats(r.method)} against ${nats(r.other)}. Where angles are wrong, sharper is only surer.`,
      claim: (r, values) => pair(r, 'sharper', 'rope', values) && r.method.entropy < r.other.entropy && rise(r.method) > 1,
    },
  ],

  describe: (r) => {
    const trainedOn = [r.method, r.other].find((one) => one.trained !== trained);
    const rows = trainedOn
      ? ` The model of “${trainedOn.name}” was trained on ${number(trainedOn.trained)} at a time, not ${trained}.`
      : '';
    const where = r.method.outside === null ? '' : `, in the first ${trained} and after them`;
    return `Compared over ${number(r.length)} characters: “${r.method.name}” and “${r.other.name}”. They pay ${nats(r.method)} and ${nats(r.other)} a character${where}; ${percent(found(r.method))} and ${percent(found(r.other))} of the digits of three planted lines come out right.${rows}`;
  },
  outcomes: (r) => {
    const where = r.method.outside === null ? 'loss' : `loss after character ${trained}`;
    return [
      { name: where, value: r.method.outside ?? r.method.inside },
      { name: `${where}, of the other`, value: r.other.outside ?? r.other.inside },
      { name: 'digits found', value: found(r.method), say: percent },
      { name: 'digits found by the other', value: found(r.other), say: percent },
    ];
  },
  tables: (r) => [
    {
      name: 'Loss',
      columns: ['to character', `${r.method.name} (nats)`, `${r.other.name} (nats)`],
      rows: r.method.curve.map((loss, i) => [(i + 1) * width, loss, r.other.curve[i]!]),
    },
    {
      name: `Attention by distance, after character ${trained}`,
      columns: [
        'distance from (characters)',
        ...[r.method, r.other].flatMap(({ name }) => [`${name} (mean weight of a key)`, `${name} (share of attention)`]),
      ],
      rows: bins.map((from, i) => [
        from,
        ...[r.method, r.other].flatMap(({ weight, attention }) => [weight[i] ?? 'no key', attention[i]!]),
      ]),
    },
    {
      name: 'Planted lines',
      columns: ['line', 'stands back (characters)', `${r.method.name} (digits of 4)`, `${r.other.name} (digits of 4)`],
      rows: r.facts.map(({ line, back }, i) => [line, back, r.method.right[i]!, r.other.right[i]!]),
    },
    {
      name: 'Pairs',
      columns: ['pair', `unseen, ${r.method.name} (rad)`, `unseen, ${r.other.name} (rad)`],
      rows: Array.from({ length: 16 }, (_, i) => [i, r.method.unseen?.[i] ?? 'not turned', r.other.unseen?.[i] ?? 'not turned']),
    },
    {
      name: 'Cost',
      columns: [
        'method',
        'multiplications a character, hidden keys not counted',
        'layers',
        'training in its papers',
        'rows of training here',
      ],
      rows: [r.method, r.other].map(({ name, products, layers, training, trained: rows }) => [name, products, layers, training, rows]),
    },
  ],
  caveat:
    'One very small model of characters and two twins of it, one text, three facts: that something helps here says the effect is real, not how large it is elsewhere. Methods that their papers train with are put in untrained, but for one. The twins have three layers and not four, so their level is not to be compared, only its course.',
});
