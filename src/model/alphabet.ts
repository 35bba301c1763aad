/** The characters that the resident models know, in the order of their ids; the same as in seeds/model/train/text.py. */
const characters = '\n abcdefghijklmnopqrstuvwxyz0123456789.,;:!?\'"-()[]=_';

/** The token in front of every text. It stands for no character. */
export const start = 0;
/** What a character that the alphabet has not becomes. */
export const unknown = 1;
/** How many tokens there are. */
export const vocabulary = characters.length + 2;

const ids = new Map(Array.from(characters, (character, i) => [character, i + 2]));

/** How print spells what the alphabet spells otherwise. */
const plain: Readonly<Record<string, string>> = { '‘': "'", '’': "'", '“': '"', '”': '"', '–': '-', '—': '-', '…': '.', '\t': ' ' };

/** encode(text) is the ids of its characters, in lower case and without accents; the start token is not among them. */
export function encode(text: string): Int32Array {
  // One id a character of the given text, so that positions in it are positions in the result.
  return Int32Array.from(Array.from(text), (character) => {
    const [bare = ''] = (plain[character] ?? character).normalize('NFD').toLowerCase();
    return ids.get(bare) ?? unknown;
  });
}

/** decode(tokens) is their text; the start token is left out, an unknown one becomes �. */
export const decode = (tokens: ArrayLike<number>): string =>
  Array.from(tokens, (id) => (id === start ? '' : (characters[id - 2] ?? '\ufffd'))).join('');
