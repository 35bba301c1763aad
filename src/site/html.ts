/** html(text) answers with a page that was written whole. */
export const html = (text: string): Response => new Response(text, { headers: { 'content-type': 'text/html; charset=utf-8' } });
