/** The headers of a path, as a _headers file asks for them. */
export function headersOf(text: string): (path: string) => Record<string, string>;
