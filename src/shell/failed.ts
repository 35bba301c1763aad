/** failed(figure) uncovers the line, written with the page, which says that the figure stays as it was drawn. */
export function failed(figure: HTMLElement): void {
  const line = figure.nextElementSibling;
  if (line instanceof HTMLElement && line.matches('.load-failed')) line.hidden = false;
}
