import { number, percent } from '@/marks/format';
import type { Law } from '@/mechanisms/positional-extrapolation/task-hinting';
import { hints as allHints, stepKinds } from '@/mechanisms/positional-extrapolation/task-hinting-tasks';
import { widget, type Outcome, type Table } from '@/shell/contract';
import { longestOf } from './lists';
import { batches, gaps, lengths, seeds, trained, values, workOf } from './course';
import { hintNames, params } from './params';
import { exactAt, finely, mean, scenes } from './scenes';
import { betas, simulate, type Result, type Settings } from './simulate';

export const armNames = { none: 'sorting alone', more: 'more sorting', hints: 'sorting and hints' } as const;
export const lawNames: Record<Law, string> = { fixed: 'fixed sharpness', log: 'sharpness ∝ ln n' };

export default widget({
  slug: 'task-hinting',
  title: 'A hundred steps, each from one value to the next larger',
  params,
  constrain: (v) => ({
    ...v,
    n: Math.min(v.n, v.look === 'step' ? longestOf(v.q, v.repeats) : 100),
    share: v.look === 'train' ? Math.max(0.1, v.share) : v.share,
  }),
  trains: ({ look }) => look === 'train',
  work(inputs) {
    const { look, law, q, trials, decode, share, step } = inputs as Settings;
    if (look === 'train') return workOf(share, step);
    if (look === 'hints') return 2e6;
    // For each list a hundred draws; for each law and some ten lengths a pass over the alphabet; the thresholds, pairs of values, or a pass for each
    // sharpness. A pass with masses has an exponential for each value.
    const laws = law === 'fixed' ? 12 : 24;
    return 4e4 + trials * (decode === 'argmax' ? 4000 + laws * (q + 60) : 2500 + (laws + betas.length) * 8 * (q + 60));
  },

  simulate: (inputs): Result => simulate(inputs as Settings),

  scenes,

  describe({ step, hints, train }, { n, q, law, repeats, decode, share, hint }) {
    if (step)
      return `Lists of ${n} of ${q} values${repeats ? '' : ', none twice'}, ${lawNames[law]}, β = ${number(step.sharp)} at this length: ${finely(step.chosen.step)} of the steps and ${percent(step.chosen.exact)} of the lists are right${law === 'log' ? `; with fixed sharpness ${finely(step.baseline.step)} and ${percent(step.baseline.exact)}` : ''}. ${step.at ? `After ${step.at.from} comes ${step.at.next}; ${decode === 'sample' ? `drawn by the attention is ${step.at.pick}` : step.at.pick === step.at.next ? 'it has the most attention' : `${step.at.pick} has the most attention`}.` : 'All values of the list are equal.'}`;
    if (hints)
      return `Hint: ${hintNames[hint]}, ${percent(hint === 'none' ? 0 : share)} of the examples. Of the steps of sorting ${n} values ${percent(hints.coverage.share.next)} go to the next larger value, ${percent(hints.coverage.share.copy)} write a copy. Exercised by a hint for the next larger value ${percent(hints.coverage.total.successor)} of all steps, for the next smaller ${percent(hints.coverage.total.predecessor)}.`;
    const now = train!;
    if (!now[0]!.loss.length)
      return `Three times ${seeds} networks that are to sort up to ${trained} of ${values} values: with nothing else, with more sorting, with hints. None is trained yet.`;
    return `After ${now[0]!.loss.length * batches} batches with lists of up to ${trained}, lists of ${2 * trained} sorted without an error, means of ${seeds} seeds: ${now.map(({ arm }) => `${armNames[arm]} ${percent(mean(exactAt(now, arm)))}`).join(', ')}.`;
  },

  outcomes({ step, hints, train }): Outcome[] {
    if (step)
      return [
        { name: 'lists without an error', value: step.chosen.exact, say: percent },
        { name: 'steps that are right', value: step.chosen.step, say: finely },
        { name: 'sharpness at this length', value: step.sharp },
      ];
    if (hints)
      return [
        { name: 'steps that the successor hint exercises', value: hints.coverage.total.successor, say: percent },
        { name: 'tokens of hints', value: hints.tokens.hint },
        { name: 'tokens of sorting', value: hints.tokens.sort },
      ];
    return train!.map(({ arm }) => ({
      name: `lists of ${2 * trained} right, ${armNames[arm]}`,
      value: mean(exactAt(train!, arm)),
      say: percent,
    }));
  },

  tables({ step, hints, train }, { law }): Table[] {
    if (step) {
      const laws = [[lawNames.fixed, step.fixed] as const, ...(law === 'fixed' ? [] : [[lawNames[law], step.curve] as const])];
      return [
        {
          name: 'Right steps and lists by length',
          columns: [
            'length',
            ...laws.flatMap(([name]) => [`steps, ${name}`, `lists, ${name}`, `lists if errors were independent, ${name}`]),
          ],
          rows: step.fixed.map(({ n }, i) => [n, ...laws.flatMap(([, curve]) => [curve[i]!.step, curve[i]!.exact, curve[i]!.independent])]),
        },
        {
          name: 'Lists without an error by sharpness',
          columns: ['sharpness', 'share'],
          rows: betas.map((beta, i) => [beta, step.scan[i]!]),
        },
        {
          name: 'The run',
          columns: ['from', 'next', 'written', 'attention on the next'],
          rows: step.steps.map((s) => [s.from, s.next, s.pick, s.right]),
        },
      ];
    }
    if (hints)
      return [
        {
          name: 'Steps of sorting that a hint exercises',
          columns: ['hint', ...stepKinds, 'of all'],
          rows: allHints.map((one) => [
            hintNames[one],
            ...stepKinds.map((kind) => hints.coverage.exercised[one][kind]),
            hints.coverage.total[one],
          ]),
        },
        {
          name: 'The batch',
          columns: ['task', 'tokens, those in the loss in brackets'],
          rows: hints.shown.map(({ task, tokens }) => [task, tokens.map(({ text, loss }) => (loss ? `[${text}]` : text)).join(' ')]),
        },
      ];
    return [
      {
        name: 'Lists without an error, means of the seeds',
        columns: ['length', ...train!.map(({ arm }) => armNames[arm])],
        rows: train![0]!.exact.length ? lengths.map((n, i) => [n, ...train!.map(({ arm }) => mean(exactAt(train!, arm, i)))]) : [],
      },
      {
        name: `Lists of ${2 * trained} without an error, seed by seed`,
        columns: ['seed', ...train!.map(({ arm }) => armNames[arm])],
        rows: exactAt(train!, 'none').map((none, i) => [i + 1, none, exactAt(train!, 'more')[i]!, exactAt(train!, 'hints')[i]!]),
      },
      {
        name: 'What was learned, means of the seeds',
        columns: ['', ...train!.map(({ arm }) => armNames[arm])],
        rows: train![0]!.fall.length
          ? [
              ...Array.from({ length: gaps }, (_, i) => [`logit of gap 1 above gap ${i + 1}`, ...train!.map(({ fall }) => fall[i]!)]),
              ['spread of the shortcut’s logits', ...train!.map(({ spread }) => spread)],
            ]
          : [],
      },
    ];
  },

  caveat:
    'No transformer is trained here. The step of the first view is set by hand, its law of length is ours, and the first value and the copies are taken as right. That the successor is the best of several hints is the paper’s finding, not something this page measured; how the other hints are written is ours. The trained network is a table with a shortcut that was built in so that there is something for a hint to do without, at a setting that was searched for: it is no evidence for the paper’s claim, and with a weaker shortcut or fewer hints the gain all but vanishes.',
});
