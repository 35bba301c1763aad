import { number, percent } from '@/marks/format';
import { sources, type Stretching } from '@/mechanisms/positional-extrapolation/long-clip';
import { widget } from '@/shell/contract';
import { params } from './params';
import { early, knownPast, last, neighbours, ratio, scenes, skill } from './scenes';
import { attributes, clip, methods, objectives, run, simulate, work } from './simulate';

export default widget({
  slug: 'long-clip',
  title: 'Longer captions without forgetting the short ones',
  params,
  constrain: (values) => ({
    ...values,
    row: Math.min(values.row, sources(values.method as Stretching, clip.rows, values).length - 1),
  }),
  trains: ({ part }) => part === 'training',
  work,
  simulate: (settings) => simulate(settings),
  scenes,

  describe(r, { method, keep, factor, trained, kept, named }) {
    const most = Math.min(kept, r.matched?.most ?? attributes);
    const components = most === 1 ? 'one main component' : `${most} main components`;
    if (r.positions) {
      const { chosen, baseline, old, length } = r.positions;
      const past = knownPast(r.positions, { method, keep, trained });
      const start = (head: typeof old.head) => percent(skill(head, 1, early));
      const how: Record<Stretching, string> = {
        kps:
          factor === 1
            ? 'with no row stretched'
            : `${keep === 0 ? 'all its rows' : `its first ${keep === 1 ? 'row' : `${keep} rows`} kept and the others`} stretched ${factor} times, ${length} positions`,
        linear: `stretched evenly to ${length} positions`,
        repeat: `with its last row repeated up to ${length} positions`,
        truncate: 'as it is',
      };
      return `A table of 77 learned positions, trained up to about row ${trained}, ${how[method as Stretching]}. In the first ${early} positions a head that looks one token back puts ${start(chosen.head)} of its attention there: ${start(old.head)} before, ${start(baseline.head)} with the whole table stretched evenly.${past ? ` In positions ${keep} to ${trained} these are ${past[1]}, ${past[0]} and ${past[2]}.` : ''} Neighbours among the first ${early} have a cosine of ${number(neighbours(chosen.alike, early), 3)}, ${number(neighbours(old.alike, early), 3)} before and ${number(neighbours(baseline.alike, early), 3)} evenly stretched.`;
    }
    if (r.matched)
      return `Image features with 16 attributes, short captions with ${named}: their mean cosine is ${number(r.matched.whole.short, 3)}, and ${number(r.matched.coarse.short, 3)} once the images are cut to ${components} of the batch (${number(r.matched.coarse.long, 3)} with long captions, ${number(r.matched.whole.long, 3)} whole).`;
    const { long, mixed, pcm } = last(r);
    return `After ${run.steps} steps, long captions find their image in ${percent(pcm.long)} of cases where short ones were matched with ${components}, ${percent(mixed.long)} with whole features, ${percent(long.long)} without short captions; of the images that fit a short caption, ${percent(pcm.short)}, ${percent(mixed.short)} and ${percent(long.short)} are found. ${named === attributes ? 'Short captions name all attributes here, and there is no rest to compare them with' : `The named ${named === 1 ? 'attribute is' : 'attributes are'} ${[pcm, mixed, long].map(({ gains }) => number(ratio(gains, named), 2)).join(', ')} times as strong as the others`}.`;
  },

  outcomes(r, { named }) {
    if (r.positions)
      return [
        { name: 'attention on the token before, first 20 positions', value: skill(r.positions.chosen.head, 1, early), say: percent },
        { name: 'the same, all stretched evenly', value: skill(r.positions.baseline.head, 1, early), say: percent },
        { name: 'positions', value: r.positions.chosen.source.length },
      ];
    if (r.matched)
      return [
        { name: 'cosine of the coarse image with its short caption', value: r.matched.coarse.short },
        { name: 'cosine of the whole image with it', value: r.matched.whole.short },
        { name: 'cosine of the coarse image with the long caption', value: r.matched.coarse.long },
      ];
    const { mixed, pcm } = last(r);
    return [
      { name: 'images found by short captions, main components', value: pcm.short, say: percent },
      { name: 'the same, whole features', value: mixed.short, say: percent },
      { name: 'images found by long captions, main components', value: pcm.long, say: percent },
      ...(named < attributes ? [{ name: 'strength of what is named, against the rest', value: ratio(pcm.gains, named) }] : []),
    ];
  },

  tables(r, { method }) {
    if (r.positions) {
      const { chosen, baseline, old } = r.positions;
      const names = ['before', methods[method as Stretching], methods.linear];
      return [
        {
          name: 'Where new rows are read',
          columns: ['new position', 'old position'],
          rows: chosen.source.map((source, t) => [t, source]),
        },
        {
          name: 'How far the vector at each position is from the old one, as a share of its length',
          columns: ['position', ...names.slice(1), 'how well trained'],
          rows: old.trained.map((share, t) => [t, chosen.moved[t]!, baseline.moved[t]!, share]),
        },
        {
          name: 'Cosine of each position with the one before',
          columns: ['position', ...names],
          rows: old.alike.slice(1).map((_, t) => [t + 1, ...[old, chosen, baseline].map(({ alike }) => alike[t + 1]![t]!)]),
        },
        {
          name: 'Attention on the token before',
          columns: ['position', ...names],
          rows: [...new Set([old.head, chosen.head, baseline.head].flatMap(({ at }) => at))]
            .sort((a, b) => a - b)
            .map((t) => [t, ...[old.head, chosen.head, baseline.head].map(({ at, share }) => share[at.indexOf(t)] ?? 'not asked')]),
        },
      ];
    }
    if (r.matched) {
      const { variance, byKept, energy } = r.matched;
      return [
        {
          name: 'Components of the batch',
          columns: [
            'components kept',
            'variance of the last one',
            'cosine, coarse image and short caption',
            'coarse image and long caption',
          ],
          rows: byKept.map(({ short, long }, i) => [i + 1, variance[i]!, short, long]),
        },
        {
          name: 'Mean square of each attribute in the image features',
          columns: ['attribute', 'whole', 'coarse'],
          rows: energy.whole.map((whole, a) => [a + 1, whole, energy.coarse[a]!]),
        },
      ];
    }
    const runs = Object.entries(objectives).map(([objective, name]) => ({ name, at: r.training![objective as keyof typeof objectives] }));
    return [
      {
        name: 'Retrieval during training',
        columns: [
          'steps',
          ...runs.flatMap(({ name }) => [`recall at 1 of long captions, ${name}`, `R-precision of short captions, ${name}`]),
        ],
        rows: runs[0]!.at.map((_, i) => [i * run.every, ...runs.flatMap(({ at }) => [at[i]!.long, at[i]!.short])]),
      },
      {
        name: 'Strength of each attribute in the image features',
        columns: ['attribute', 'at the start', ...runs.map(({ name }) => `after training, ${name}`)],
        rows: Array.from({ length: attributes }, (_, a) => [
          a + 1,
          runs[0]!.at[0]!.gains[a]!,
          ...runs.map(({ at }) => at.at(-1)!.gains[a]!),
        ]),
      },
    ];
  },

  caveat:
    "No weights of CLIP are here. The table of positions is made of waves and noise, so that it has the few well-trained rows that the paper found in CLIP's; attributes are independent and each has a direction of its own, where real ones are entangled; and in the training an encoder is one gain per attribute. Its logit scale of 8 was chosen: from 20 on gains come out ragged. It shows which way the losses push, not by how much they push a large model: with clearer images whole features do nearly as well, and where a caption names a single attribute, or two in very noisy images, what is named can end weaker than the rest.",
});
