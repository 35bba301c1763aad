import { number, percent } from '@/marks/format';
import { passages, type Passage } from '@/model/passages';
import { widget } from '@/shell/contract';
import { params } from './params';
import { operationsOf, scenes } from './scenes';
import { kinds, probability, simulate, work } from './simulate';
import { tables } from './tables';

export default widget({
  slug: 'prolong',
  title: 'What a row of training holds',
  params,
  constrain: (values) => ({
    ...values,
    distance: Math.min(values.distance, values.row),
    // A document behind itself would have nothing new in it.
    second: values.second === values.first ? (values.first === 'mansfield' ? 'persuasion' : 'mansfield') : values.second,
  }),
  models: ({ look }) => (look === 'text' ? ['rope'] : []),
  work,
  simulate: (settings) => simulate(settings),
  scenes,

  describe(r, { row, share, distance, mask, devices, turns, first, second }) {
    if (r.text)
      return `A small trained model reads ${passages[second as Passage]} behind ${passages[first as Passage]}. Its prose costs ${number(r.text.alone.prose)} nats a character alone, ${number(r.text.masked.prose)} with the document mask and ${number(r.text.open.prose)} without, where ${percent(r.text.open.elsewhere)} of its attention is on the first. The digits of ${r.text.line}, which stands in both, get a probability of ${percent(probability(r.text.open.digits))} without the mask and ${percent(probability(r.text.masked.digits))} with it.`;
    if (r.work)
      return `In rows of ${row}K a token attends to ${number(Math.round(r.work.masked))} keys on average with the document mask and to ${number(Math.round(r.work.open))} without: ${percent(1 - r.work.masked / r.work.open)} of those scores are between documents. With all matrices of an 8B model the mask leaves ${percent(operationsOf(r, r.work.masked) / operationsOf(r, r.work.open))} of the operations.`;
    if (r.devices)
      return `${devices} devices with ${turns} rows each wait ${percent(r.devices.idle.asTheyCome)} of their time when rows are read as they come and ${percent(r.devices.idle.sorted)} when each device reads its dearest first: ${number(r.devices.gain)} times as fast.`;
    const supply = r.supply!;
    return `Rows of ${row}K tokens, ${percent(share)} of them in long documents: ${percent(supply.own)} of the tokens have a key of their own document ${distance}K back. ${mask ? 'Under the mask they see no other document.' : `Without the mask another ${percent(supply.others)} see only other documents there.`}`;
  },

  outcomes(r) {
    if (r.text)
      return [
        { name: 'probability of the digits without the mask', value: probability(r.text.open.digits), say: percent },
        { name: 'probability of the digits with the mask', value: probability(r.text.masked.digits), say: percent },
        { name: 'nats per character without the mask', value: r.text.open.prose },
        { name: 'nats per character with the mask', value: r.text.masked.prose },
      ];
    if (r.work)
      return [
        { name: 'keys a token attends to', value: Math.round(r.work.masked) },
        { name: 'scores that the mask leaves', value: r.work.masked / r.work.open, say: percent },
      ];
    if (r.devices)
      return [
        { name: 'gain from sorting', value: r.devices.gain },
        { name: 'time spent waiting, sorted', value: r.devices.idle.sorted, say: percent },
        { name: 'time spent waiting, as they come', value: r.devices.idle.asTheyCome, say: percent },
      ];
    return [{ name: 'tokens that see so far back', value: r.supply!.own, say: percent }];
  },

  tables,

  caveat: `No large model is trained here: which data and lengths make a better one is the paper’s finding, and the figure shows what they supply and cost. Document lengths are drawn from distributions of ours (${kinds.short} log-normal, and unfiltered long ones with a median of 96K). Seeing far is not needing to: a count of distances says nothing of whether a text has something worth looking back for. Devices do nothing but compute, and rows of 512K, which the authors share among eight devices, are read by one. The model that reads two novels is very small, has 256 characters of training window, and was not trained on packed rows; one pair of passages and one planted line are one trial.`,
});
