import { widget } from '@/shell/contract';
import { params } from './params';
import { scenes } from './scenes';
import { simulate, work } from './simulate';
import { caveat, describe, outcomes, tables } from './told';

export default widget({
  slug: 'lm-infinite',
  title: 'A mask shaped like Λ, and a ceiling for the distance',
  params,
  constrain: (values) => {
    // A text that ends with the trained length would have nothing past it.
    const length = Math.max(values.length, 2 * values.window);
    return {
      ...values,
      length,
      query: Math.min(values.query, length - 1),
      // The last query asks; it is not itself what it asks for.
      needle: Math.min(values.needle, length - 2),
    };
  },
  simulate: (settings) => simulate(settings),
  work: (settings) => work(settings),
  models: ({ measured }) => (measured === 'head' ? [] : [measured]),
  scenes,
  describe,
  outcomes,
  tables,
  caveat,
});
