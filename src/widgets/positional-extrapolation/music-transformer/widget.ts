import { bytes, number, percent } from '@/marks/format';
import { widget } from '@/shell/contract';
import { params } from './params';
import { headName, scenes } from './scenes';
import { simulate, work, type Settings } from './simulate';
import { motifNotes, pieceLength, skewing } from './sizes';
import { tables } from './tables';

export default widget({
  slug: 'music-transformer',
  title: 'From distances to keys by padding and reshaping',
  params,
  constrain(values) {
    const start = Math.min(values.start, pieceLength - 2 * motifNotes);
    return { ...values, start, lag: Math.min(values.lag, pieceLength - motifNotes - start) };
  },
  simulate: (inputs) => simulate(inputs as Settings),
  work: (inputs) => work(inputs as Settings),
  models: ({ show }) => (show === 'model' ? ['rope'] : []),
  scenes,

  describe(r, { step }) {
    switch (r.show) {
      case 'skew': {
        const at = r.moves.shapes[Math.min(step, 3)]!;
        return `${r.kind === 'masked' ? `A sequence of ${r.n} positions` : `A block of ${r.n} that sees all of the one before`}, ${said[skewing[r.kind][step]!]}: a matrix of ${at[0]} by ${at[1]}. ${r.wrong ? `In the end ${r.wrong} of ${r.entries} entries that count hold the product for another distance and ${r.zeros} an added zero` : `In the end all ${r.entries} entries that count agree with a dot product for each pair, ${r.error ? `to within ${number(r.error)}` : 'exactly'}`}. Embeddings held: ${number(r.numbers.distances)} numbers, where a copy for each pair has ${number(r.numbers.pairs)}.`;
      }
      case 'memory': {
        const at = r.curve[step]!;
        return `At ${number(at.length)} positions and width ${r.width}, a layer holds ${bytes(at.gathered)} for an embedding of each pair and ${bytes(at.skewed)} for one of each distance; the logits of ${r.heads} ${r.heads === 1 ? 'head' : 'heads'} take ${bytes(at.logits)} either way, ${bytes(at.localLogits)} in blocks.`;
      }
      case 'heads':
        return `The motif at ${r.start} and again ${r.lag} steps later, trained with it at ${r.starts.length === 1 ? `${r.starts[0]} only` : `${r.starts.length} places`}, always 16 apart: the relative head gives the same note of the first time ${percent(r.relative.found)} of its attention, the absolute head ${percent(r.absolute.found)}.${r.block ? ` The relative head works in blocks of ${r.block}.` : ''}`;
      case 'model':
        return `A small trained model reads “${r.written}” twice, ${r.again - r.first} characters apart: ${number(r.means.first)} nats a character the first time, ${number(r.means.again)} again, ${number(r.means.without)} without distances. ${percent(r.follows.next)} of the attention of ${headName(r.follows)} is on what came next the first time; ${headName(r.fixed)} puts ${percent(r.fixed.back)} one back.`;
    }
  },

  outcomes(r, { step }) {
    switch (r.show) {
      case 'skew':
        return [
          { name: 'entries for another distance', value: r.wrong },
          { name: 'entries that hold an added zero', value: r.zeros },
          { name: 'numbers in the embeddings', value: r.numbers.distances },
        ];
      case 'memory':
        return [
          { name: 'bytes for every pair', value: r.curve[step]!.gathered, say: bytes },
          { name: 'bytes for every distance', value: r.curve[step]!.skewed, say: bytes },
        ];
      case 'heads':
        return [
          { name: 'attention of the relative head on the earlier note', value: r.relative.found, say: percent },
          { name: 'attention of the absolute head on it', value: r.absolute.found, say: percent },
        ];
      case 'model':
        return [
          { name: 'nats per character when it comes back', value: r.means.again },
          { name: 'attention on what came next', value: r.follows.next, say: percent },
        ];
    }
  },

  tables,

  caveat:
    'The two heads know positions alone, are trained on one lag, and a real head mixes content with distance. The absolute one has a number of its own for each pair of positions; the paper’s baseline adds sinusoids, which tie pairs together, so that what was seen at some places can carry over to others. Whether music is good takes the trained model and ears. The resident model has rotary positions and no table of embeddings, reads characters, and looks back at lines of one kind. Memory is counted from shapes of 32-bit numbers alone.',
});

const said: Record<string, string> = {
  start: 'by distance, not yet moved',
  pad: 'with zeros added',
  reshape: 'read off in rows of another length',
  drop: 'with its first row dropped',
  cut: 'cut to rows and columns that count',
  mask: 'masked above the diagonal',
};
