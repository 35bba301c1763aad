import { parse, type DefaultTreeAdapterTypes } from 'parse5';
import { html } from './built';

export type Element = DefaultTreeAdapterTypes.Element;

/** elements(path): all elements of a page of the built site, as a browser without scripts reads it. */
export function elements(path: string): Element[] {
  const all: Element[] = [];
  const visit = (node: DefaultTreeAdapterTypes.Node) => {
    if ('tagName' in node) all.push(node);
    if ('childNodes' in node) node.childNodes.forEach(visit);
  };
  visit(parse(html(path), { scriptingEnabled: false }));
  return all;
}

/** attribute(element, name): its value, if it has one. */
export const attribute = (element: Element, name: string): string | undefined => element.attrs.find((one) => one.name === name)?.value;

/** has(element, word): whether it is of a class. */
export const has = (element: Element, word: string): boolean => (attribute(element, 'class') ?? '').split(' ').includes(word);

/** text(node): what it says, without its scripts. */
export const text = (node: DefaultTreeAdapterTypes.Node): string =>
  'value' in node
    ? node.value
    : 'childNodes' in node && !('tagName' in node && node.tagName === 'script')
      ? node.childNodes.map(text).join('')
      : '';

/** inside(element, test): the elements in it that pass, however deep. */
export const inside = (element: Element, test: (one: Element) => boolean): Element[] =>
  element.childNodes.flatMap((node) => ('tagName' in node ? [...(test(node) ? [node] : []), ...inside(node, test)] : []));
