import { number, percent } from '@/marks/format';
import { passages, type Passage } from '@/model/passages';
import type { Outcome, Table } from '@/shell/contract';
import { modelNames, shortNames, trained } from './names';
import type { Result } from './simulate';
import { stretch, type Settings } from './text';
import { onFirsts } from './words';

const two = (x: number) => number(x, 2);
const cell = (x: number | null | undefined) => x ?? 'not seen';

/** A name at the beginning of a sentence. */
const begun = (name: string) => name[0]!.toUpperCase() + name.slice(1);

export function describe(r: Result, values: Settings): string {
  const isCapped = r.pattern === 'ceiling' || r.pattern === 'lambda';
  const name = begun(shortNames[r.pattern]) + (isCapped && values.ceiling !== 1 ? `, its ceiling at ${values.ceiling * r.window}` : '');
  const cost = `It takes ${number(r.pairs.chosen)} products of a query and a key, full attention ${number(r.pairs.full)}.`;
  if (r.text) {
    const { full, chosen } = r.text;
    return `${name}, in ${modelNames[values.measured]} that reads ${passages[values.passage as Passage]}: ${two(chosen.inside)} nats per character inside its trained window of ${trained}, ${two(chosen.outside)} past it (full attention ${two(full.outside)}, a window alone ${two(r.text.window.outside)}, LM-Infinite ${two(r.text.lambda.outside)}). The entropy past it is ${two(chosen.entropy.outside)} nats, full attention’s ${two(full.entropy.outside)}, and the first four tokens get ${percent(chosen.share.outside)} and ${percent(full.share.outside)}. ${cost}`;
  }
  const { full, chosen, logits } = r.head!;
  return `${name}, on a synthetic head with a trained length of ${r.window} that reads ${r.n} tokens: the entropy past it is ${two(chosen.entropy.outside)} nats (${two(chosen.entropy.inside)} inside; full attention ${two(full.entropy.outside)}), the output’s cosine with that inside ${two(chosen.direction.outside)} (full attention ${two(full.direction.outside)}), and a fitted logit ${!r.far ? 'is asked for no distance that it was not fitted on' : `reaches ${number(logits.chosenOutside)}`} (${number(logits.freeOutside)} where nothing is capped). The needle gets ${percent(chosen.onNeedle)} of the last query. ${cost}`;
}

export function outcomes(r: Result): readonly Outcome[] {
  if (r.text) {
    const { chosen } = r.text;
    return [
      { name: 'nats per character past the window', value: chosen.outside, say: two },
      { name: 'nats per character inside it', value: chosen.inside, say: two },
      { name: 'entropy past the window, nats', value: chosen.entropy.outside, say: two },
      { name: 'attention on the first four tokens past it', value: chosen.share.outside, say: percent },
    ];
  }
  const { chosen, logits } = r.head!;
  return [
    { name: 'entropy past the trained length, nats', value: chosen.entropy.outside, say: two },
    { name: 'cosine of the output with that inside', value: chosen.direction.outside, say: two },
    { name: 'attention of the last query on the needle', value: chosen.onNeedle, say: percent },
    ...(r.far ? [{ name: 'largest fitted logit past the trained length', value: logits.chosenOutside }] : []),
  ];
}

export function tables(r: Result, values: Settings): readonly Table[] {
  const name = shortNames[r.pattern];
  const cost: Table = {
    name: 'Cost of one head',
    columns: ['', name, 'full attention'],
    rows: [
      ['products of a query and a key', r.pairs.chosen, r.pairs.full],
      ['tokens that a cache holds', r.held.chosen, r.held.full],
      ['share of products at a distance beyond the trained length', r.unseen.chosen, r.unseen.full],
    ],
  };
  if (r.text) {
    const { full, chosen, window, lambda, heads } = r.text;
    return [
      {
        name: 'Nats per character by position',
        columns: ['from position', name, 'full attention', 'window alone', 'LM-Infinite'],
        rows: chosen.loss.map((nats, i) => [i * stretch, nats, full.loss[i]!, window.loss[i]!, lambda.loss[i]!]),
      },
      {
        name: 'Attention by position of the query, mean over heads',
        columns: [
          'from position',
          'entropy (nats)',
          'entropy, full attention (nats)',
          'keys seen',
          'share on the first four tokens',
          'the same, full attention',
        ],
        rows: chosen.entropies.map((h, i) => [
          i * stretch,
          cell(h),
          cell(full.entropies[i]),
          cell(chosen.seen[i]),
          cell(chosen.shares[i]),
          cell(full.shares[i]),
        ]),
      },
      {
        name: 'Root mean square of scores by distance',
        columns: ['from distance', name, 'full attention'],
        rows: full.scores.map((score, i) => [i * stretch, cell(chosen.scores[i]), cell(score)]),
      },
      {
        name: 'Share on the first four tokens past the window, by head',
        columns: ['layer', 'head', name, 'full attention'],
        rows: chosen.heads.map((share, i) => [Math.floor(i / heads) + 1, (i % heads) + 1, share, full.heads[i]!]),
      },
      cost,
    ];
  }
  const { full, chosen, positions, logits } = r.head!;
  const weight = (w: number | undefined) => (w === undefined || w < 0 ? 'not seen' : w);
  return [
    {
      name: 'By position of the query',
      columns: [
        'position',
        'entropy (nats)',
        'entropy, full attention (nats)',
        'keys seen',
        'cosine of the output',
        'cosine, full attention',
      ],
      rows: positions.map((at, i) => [
        at,
        chosen.entropies[i]!,
        full.entropies[i]!,
        chosen.seen[i]!,
        chosen.directions[i]!,
        full.directions[i]!,
      ]),
    },
    {
      name: 'Fitted logit by distance',
      columns: ['distance', name, 'full attention'],
      rows: logits.free.map((logit, i) => [i, !r.far && i >= r.window ? 'not seen' : logits.chosen[i]!, logit]),
    },
    {
      name: `Attention of query ${values.query} (first four tokens: ${number(onFirsts(chosen.looked))}, full attention ${number(onFirsts(full.looked))})`,
      columns: ['key', name, 'full attention'],
      rows: full.looked.map((w, key) => [key, weight(chosen.looked[key]), w]),
    },
    cost,
  ];
}

export const caveat =
  'The synthetic head takes three effects apart that a trained model has together: its logit is fitted, its first tokens are planted, and its needle lies along a direction that hardly turns. The trained models are tiny, read characters, and are read to at most twice their window, where the ceiling alone still does well; that entropy does harm at lengths a hundred times the trained one, as the paper has it, does not show here. Staying fluent is not remembering: nothing between the first tokens and the window can be found.';
