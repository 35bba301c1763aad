import { number, percent } from '@/marks/format';
import type { Scene } from '@/shell/contract';
import type { params } from './params';
import { textModel, type Compared } from './row';
import type { Result } from './simulate';
import { share } from './words';

/** The last point of one of the compared lines. */
export const last = (r: Result, which: Compared, key: 'mass' | 'entropy' = 'mass'): number => r.lines[which][key].at(-1) ?? NaN;
/** What the chosen variant, put in the place of the softmax, costs more. */
const dearer = ({ text }: Result, where: 'inside' | 'outside'): number => (text ? text.put[where] - text.unchanged[where] : NaN);

export const scenes: readonly Scene<typeof params, Result>[] = [
  {
    id: 'sharp',
    title: 'One key of thousands',
    set: {},
    notice: (r) =>
      `Of ${number(r.row.n)} keys one fits the query. A softmax gives it ${share(r.row.plain.mass)}. Softplus alone gives ${share(r.row.before)}: after stage one it stands out by little. Cut at the average and raised to a high power, the same row gives it ${share(r.row.chosen.mass)}.`,
    claim: (r) => r.row.n >= 1024 && r.row.plain.mass < 0.1 && r.row.before < r.row.plain.mass && r.row.chosen.mass > 0.9,
  },
  {
    id: 'diluted',
    title: 'Softmax dilutes',
    set: { positive: 'exp', scale: 'plain', sharpen: false, n: 16384 },
    notice: (r) =>
      `Scores stay as they are and the row grows: from ${share(r.mine.mass[2]!)} of ${r.lengths[2]} keys the needle falls to ${share(r.row.chosen.mass)} of ${number(r.row.n)}. Each random key takes a little, and there are many. Entropy is ${number(r.row.chosen.entropy, 2)} nats; an even row would have ${number(Math.log(r.row.n), 2)}.`,
    claim: (r) => r.same === 'softmax' && r.text === null && r.mine.mass[2]! > 0.4 && r.row.chosen.mass < 0.01,
  },
  {
    id: 'log-scaled',
    title: 'Scores that grow with ln N',
    set: { positive: 'exp', scale: 'entropy', sharpen: false, n: 16384 },
    notice: (r, { trained }) =>
      `The same softmax with scores times ln N / ln ${trained}: the needle keeps ${share(r.row.chosen.mass)} where it had ${share(r.row.plain.mass)}. Scores that grow as fast as entropy does hold a row together for much longer, and slowly lose too.`,
    claim: (r) =>
      r.same === 'entropy' && r.text === null && r.row.chosen.mass > 20 * r.row.plain.mass && r.row.chosen.mass < r.mine.mass[2]! / 2,
  },
  {
    id: 'softplus-alone',
    title: 'Softplus alone dilutes more',
    set: { sharpen: false, n: 16384 },
    notice: (r) =>
      `Stage one by itself, LSSA: ${share(r.row.chosen.mass)} for the needle, less than the ${share(r.row.plain.mass)} of the softmax. Where scores are large a softplus is nearly a straight line: a key twice as good gets twice as much, not its square. In this row, stage one is no cure.`,
    claim: (r) => r.same === 'lssa' && r.text === null && r.row.chosen.mass < r.row.plain.mass / 3,
  },
  {
    id: 'unnormalised',
    title: 'Without the row’s own sum',
    set: { positive: 'sigmoid', scale: 'plain', sharpen: false, l1: false, n: 16384 },
    notice: (r, { trained }) =>
      `A sigmoid for each key, divided by the trained length ${trained} and not by the sum of the row: at ${r.lengths[2]} keys the weights sum to ${number(r.mine.sum[2]!)}, at ${number(r.row.n)} to ${number(r.row.chosen.sum)}. The layer above gets an output of a size it has never seen. This is the part of softmax that the paper finds cannot go.`,
    claim: (r, { l1, sharpen }) => !l1 && !sharpen && r.text === null && r.row.chosen.sum > 50 * r.mine.sum[2]!,
  },
  {
    id: 'real-row',
    title: 'A row of a trained model',
    set: { source: 'model' },
    notice: (r) =>
      `Asked for the planted line, this head of a trained model looks at its digits: ${share(r.row.plain.mass)} of the softmax it was trained with. On the same queries and keys softplus alone would give ${share(r.row.before)}, both stages ${share(r.row.chosen.mass)}. The rows become about as sharp as before, but they are others: put into a model not trained for them, they cost ${number(dearer(r, 'inside'), 2)} nats.`,
    claim: (r) =>
      r.text !== null &&
      r.same === 'sharp' &&
      r.row.plain.mass > 0.9 &&
      r.row.before < 0.05 &&
      r.row.chosen.mass > 0.8 &&
      Math.abs(last(r, 'sharp', 'entropy') - last(r, 'softmax', 'entropy')) < 1 &&
      dearer(r, 'inside') > 0.4,
  },
  {
    id: 'real-cut',
    title: 'The cut costs nothing',
    set: { source: 'model', positive: 'exp', scale: 'plain', p: 1, head: 4 },
    notice: (r) =>
      `Only the cut, behind the model’s own softmax: keys with less than the even share are dropped, ${percent(1 - r.row.kept)} of them in the wide row drawn here and ${percent(1 - (r.text?.kept ?? NaN))} in the mean over all heads. Nothing is raised to a power. The model pays ${number(r.text?.put.inside ?? NaN, 2)} nats inside its window, ${number(r.text?.unchanged.inside ?? NaN, 2)} unchanged; past it ${number(r.text?.put.outside ?? NaN, 2)} and ${number(r.text?.unchanged.outside ?? NaN, 2)}. What was dropped was hardly read.`,
    claim: (r, { p, positive }) =>
      r.text !== null &&
      p === 1 &&
      positive === 'exp' &&
      r.text.kept < 0.1 &&
      Math.abs(dearer(r, 'inside')) < 0.06 &&
      Math.abs(dearer(r, 'outside')) < 0.06,
  },
  {
    id: 'real-power',
    title: 'The power has to be trained for',
    set: { source: 'model', positive: 'exp', scale: 'plain', head: 6 },
    notice: (r, { p }) =>
      `The same cut, then the power ${p}: rows that weighed a few keys now choose one, as the one drawn here does: it has ${number(r.row.chosen.entropy, 2)} nats of entropy, not ${number(r.row.plain.entropy, 2)}. In a model that was trained to weigh, this costs ${number(dearer(r, 'inside'), 2)} nats a character inside the window. The first version of the paper calls stage two free of fine-tuning, behind its own stage one; behind the softmax of this model it is not.`,
    claim: (r, { p, positive }) =>
      r.text !== null &&
      positive === 'exp' &&
      p > 1 &&
      r.text.kept < 0.1 &&
      r.row.plain.entropy > 1 &&
      r.row.chosen.entropy < 0.05 &&
      dearer(r, 'inside') > 0.5,
  },
  {
    id: 'real-log',
    title: 'ln N, past the window',
    set: { source: 'model', positive: 'exp', scale: 'entropy', sharpen: false, head: 6 },
    notice: (r) =>
      `The model’s softmax with scores times ln N / ln ${textModel.trained}. At ${r.lengths.at(-1)} keys its rows have ${number(r.mine.entropy.at(-1)!, 2)} nats, not ${number(last(r, 'softmax', 'entropy'), 2)}; the row drawn here has ${number(r.row.chosen.entropy, 2)}, not ${number(r.row.plain.entropy, 2)}. Past the window a character costs ${number(-dearer(r, 'outside'), 2)} nats less. Inside, where rows are shorter than ${textModel.trained} and become flatter, it costs ${number(dearer(r, 'inside'), 2)} more.`,
    claim: (r) =>
      r.text !== null &&
      r.same === 'entropy' &&
      r.row.chosen.entropy < r.row.plain.entropy - 0.5 &&
      dearer(r, 'outside') < -0.015 &&
      dearer(r, 'inside') > 0.03,
  },
  {
    id: 'real-positions',
    title: 'Sharp rows do not mend positions',
    set: { source: 'model', positive: 'exp', scale: 'entropy', sharpen: false, positions: 'trained' },
    notice: (r) =>
      `The same, with positions left as they were trained. Past the window both break: ${number(r.text?.put.outside ?? NaN, 2)} nats with scores that grow, ${number(r.text?.unchanged.outside ?? NaN, 2)} without, ${number(r.text?.unchanged.inside ?? NaN, 2)} inside. What breaks here is positions, and scores that grow, put in afterwards, mend nothing of it. Whether training with sharp rows does, as the paper reports, this model cannot say.`,
    claim: (r) =>
      r.text !== null &&
      r.text.unchanged.outside > r.text.unchanged.inside + 0.8 &&
      r.text.put.outside > r.text.unchanged.inside + 0.8 &&
      Math.abs(dearer(r, 'outside')) < 0.2,
  },
];
