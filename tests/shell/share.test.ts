import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bibtex, element, iframe, paperEntry } from '@/shell/share/code';
import { csv, json } from '@/shell/share/data';
import { readBibtex } from '@tests/bibtex';

const table = {
  name: 'Sums, and so on',
  columns: ['t', 'sum'],
  rows: [
    [0, 1 / 3],
    [1, 'a "quoted" one'],
    [2, '=1+1'],
  ] as const,
};

it('CSV follows RFC 4180, keeps all digits, and disarms formulas', () => {
  expect(csv([table])).toBe('"Sums, and so on"\r\nt,sum\r\n0,0.3333333333333333\r\n1,"a ""quoted"" one"\r\n2,\'=1+1\r\n');
  expect(csv([table, table]).split('\r\n\r\n')).toHaveLength(2);
});

it('CSV can be read back, whatever stands in the cells', () => {
  /** A reader of RFC 4180, character by character. */
  const read = (text: string): string[][] => {
    const rows: string[][] = [];
    let row: string[] = [];
    let at = 0;
    while (at < text.length) {
      let value = '';
      if (text[at] === '"') {
        for (at++; text[at] !== '"' || text[at + 1] === '"'; at++) {
          value += text[at];
          if (text[at] === '"') at++;
        }
        at++;
      } else while (at < text.length && text[at] !== ',' && text[at] !== '\r') value += text[at++];
      row.push(value);
      if (text[at] === ',') at++;
      else {
        at += 2;
        rows.push(row);
        row = [];
      }
    }
    return rows;
  };
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.double({ noNaN: true })), { minLength: 1 }), (rows) => {
      const back = read(csv([{ name: 'a', columns: ['text', 'number'], rows }])).slice(2);
      expect(back.map(([text, number]) => [text!.replace(/^'(?='*[=+\-@\t\r])/, ''), Number(number)])).toEqual(
        rows.map(([text, number]) => [text, number === 0 ? Math.abs(number) : number]),
      );
    }),
  );
});

it('JSON holds the tables and what they came from', () => {
  const text = json({ title: 'T', link: 'https://a.org/papers/x/?k=1', values: { k: 1 }, text: 'Said.' }, [
    { ...table, rows: [[0, Infinity]] },
  ]);
  expect(JSON.parse(text)).toEqual({
    title: 'T',
    link: 'https://a.org/papers/x/?k=1',
    parameters: { k: 1 },
    description: 'Said.',
    tables: [{ ...table, rows: [[0, 'Infinity']] }],
  });
});

it('the code of a frame escapes what it is given', () => {
  expect(iframe('https://a.org/embed/x/?a=1&b=2', 'A "title" <b>', 801.2)).toBe(
    '<iframe src="https://a.org/embed/x/?a=1&amp;b=2" title="A &quot;title&quot; &lt;b&gt;" width="100%" height="802" loading="lazy" style="border:0" allow="fullscreen; clipboard-write"></iframe>',
  );
});

it('the code of an element has the parameters as attributes, and a link for those without script', () => {
  expect(element('https://a.org', 's4', 'n=4&input=chirp', 'https://a.org/papers/s4/?n=4', 'A <title>')).toBe(
    `<script src="https://a.org/embed.js" async></script>
<lengthwise-widget paper="s4" n="4" input="chirp" style="display:block;min-height:100vh"><a href="https://a.org/papers/s4/?n=4">A &lt;title&gt;</a></lengthwise-widget>`,
  );
  expect(element('https://a.org', 's4', '', '', '')).toContain('<lengthwise-widget paper="s4" style=');
});

const s4 = {
  slug: 's4',
  title: 'Modeling 100% & more',
  authors: ['Albert Gu', 'Natesan Ramamurthy, Karthikeyan'],
  year: 2021,
  published: { type: 'inproceedings', where: 'International Conference on Learning Representations (ICLR)', year: 2022 },
  arxiv: '2111.00396',
} as const;

it('BibTeX of a paper and of its page', () => {
  const text = bibtex(s4, 'https://a.org/papers/s4/?n=4', new Date('2026-01-02T03:04:05Z'));
  expect(readBibtex(text)).toEqual([
    {
      type: 'inproceedings',
      key: 's42022',
      fields: {
        title: '{Modeling 100\\% \\& more}',
        author: 'Albert Gu and Natesan Ramamurthy, Karthikeyan',
        booktitle: 'International Conference on Learning Representations (ICLR)',
        year: '2022',
        eprint: '2111.00396',
        archivePrefix: 'arXiv',
      },
    },
    {
      type: 'misc',
      key: 'lengthwise-s4',
      fields: {
        title: '{Modeling 100\\% \\& more: an interactive figure}',
        author: '{Lengthwise}',
        year: '2026',
        url: 'https://a.org/papers/s4/?n=4',
        urldate: '2026-01-02',
      },
    },
  ]);
});

it('BibTeX of a paper in a journal, of one at arXiv alone, and of one that got another title', () => {
  const journal = { ...s4, published: { type: 'article', where: 'TMLR', year: 2024 } } as const;
  expect(readBibtex(paperEntry(journal))[0]).toMatchObject({ type: 'article', key: 's42024', fields: { journal: 'TMLR', year: '2024' } });
  const [alone] = readBibtex(paperEntry({ ...s4, published: undefined }));
  expect(alone).toMatchObject({ type: 'misc', key: 's42021', fields: { year: '2021' } });
  expect(Object.keys(alone!.fields)).not.toEqual(expect.arrayContaining(['booktitle']));
  const [renamed, page] = readBibtex(bibtex({ ...s4, firstTitle: 'Before' }, 'https://a.org', new Date(0)));
  expect(renamed!.fields).toMatchObject({ title: '{Modeling 100\\% \\& more}', note: 'First titled: Before' });
  expect(page!.fields.title).toBe('{Before: an interactive figure}');
});
