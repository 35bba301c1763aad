/** offlineFile(url, query): the figure's single file, made to open at this state. */
export async function offlineFile(url: string, query: string): Promise<Blob> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status}`);
  const text = await response.text();
  // A file that is opened by a double click has no query of its own; what a query holds needs no escaping but this.
  return new Blob([text.replace('data-query=""', `data-query="${query.replaceAll('&', '&amp;')}"`)], { type: 'text/html;charset=utf-8' });
}
