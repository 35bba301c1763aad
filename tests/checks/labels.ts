/**
 * labels() says, in the page, where the words of a figure's pictures lie on one another or leave the figure: a line for each of the first few.
 * Lines of one paragraph may touch; what is not shown counts for nothing.
 */
export function labels(): string[] {
  const wrong: string[] = [];
  const room = document.querySelector('.lengthwise')!.getBoundingClientRect();
  const said = (text: Element) => `“${text.textContent!.trim().replace(/\s+/g, ' ')}”`;
  for (const svg of document.querySelectorAll('.lengthwise .picture svg')) {
    const texts = [...svg.querySelectorAll('text')]
      .filter((text) => text.textContent!.trim() && text.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
      .map((text) => ({ text, box: text.getBoundingClientRect() }));
    texts.forEach(({ text, box }, i) => {
      if (box.right > room.right || box.left < room.left) wrong.push(`${said(text)} leaves the figure`);
      for (const other of texts.slice(i + 1)) {
        const x = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
        const y = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
        if (x > 2 && y > 0.35 * Math.min(box.height, other.box.height))
          wrong.push(`${said(text)} and ${said(other.text)} lie on one another`);
      }
    });
  }
  return wrong.slice(0, 5);
}
