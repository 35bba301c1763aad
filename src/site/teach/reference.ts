import { options, parts, type OptionName } from '@/shell/embed/options';
import type { toFrame, toHost } from '@/shell/embed/protocol';
import { fieldWords, messageWords, optionWords, partWords, rangeWords } from './words';

/** A row of the table of messages. */
export interface MessageRow {
  readonly type: string;
  readonly meaning: string;
  readonly fields: readonly { name: string; takes: string; meaning: string }[];
}

/** messages(schema) is the table of what goes one way, read from the schema that frames check messages with. */
export const messages = (schema: typeof toFrame | typeof toHost): MessageRow[] =>
  schema.options.map(({ entries }) => {
    const { lengthwise: _, type, ...fields } = entries as Record<string, Field>;
    const name = type!.literal as keyof typeof messageWords;
    return {
      type: name,
      meaning: messageWords[name],
      fields: Object.entries(fields).map(([field, takenAs]) => ({ name: field, takes: takes(takenAs), meaning: fieldWords[field] ?? '' })),
    };
  });

/** What is read of a schema: enough for those that the protocol uses. */
interface Field {
  readonly type: string;
  readonly literal?: unknown;
  readonly options?: readonly unknown[];
  readonly wrapped?: Field;
  readonly pipe?: readonly { type: string; requirement?: number }[];
}

/** takes(field) says in words what a field may hold. Throws at a kind of field that it has no words for. */
export function takes(field: Field): string {
  const bound = (type: string) => field.pipe?.find((step) => step.type === type)?.requirement;
  switch (field.type) {
    case 'optional':
      return `${takes(field.wrapped!)}, or left out`;
    case 'literal':
      return JSON.stringify(field.literal);
    case 'picklist':
      return field.options!.map((one) => JSON.stringify(one)).join(' or ');
    case 'boolean':
      return 'true or false';
    case 'string':
      return `text, up to ${bound('max_length')}`;
    case 'number':
      return `whole number, ${bound('min_value')} to ${bound('max_value')}`;
    default:
      throw new Error(`no words for a field of type ${field.type}`);
  }
}

/** A row of the table of options: its words with their meaning, the usual one first. */
export interface OptionRow {
  readonly name: string;
  readonly words: readonly (readonly [word: string, meaning: string])[];
  readonly meaning: string;
}

/** optionRows() is the table of what an embed reads from its query beside the figure's parameters. */
export const optionRows = (): OptionRow[] => [
  ...(Object.keys(options) as OptionName[]).map((name) => ({
    name,
    words: options[name].map((one) => [one, (optionWords[name].words as Record<string, string>)[one]!] as const),
    meaning: optionWords[name].help,
  })),
  {
    name: 'hide',
    words: parts.map((part) => [part, partWords[part]] as const),
    meaning: 'Parts to leave out, joined by dots.',
  },
  ...Object.entries(rangeWords).map(([name, meaning]) => ({ name, words: [], meaning })),
];
