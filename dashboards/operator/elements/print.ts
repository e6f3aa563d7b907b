/** Prints a text alone, without the page around it. */
export function printText(page: Document, title: string, text: string, note: string): void {
  const frame = page.createElement('iframe');
  // out of sight, yet there: some browsers print nothing of a frame that is not displayed
  Object.assign(frame.style, { position: 'fixed', right: '0', bottom: '0', width: '0', height: '0', border: '0' });
  frame.ariaHidden = 'true';
  page.body.append(frame);
  const inside = frame.contentDocument;
  const view = frame.contentWindow;
  if (inside === null || view === null) {
    frame.remove();
    return;
  }
  inside.title = title;
  const heading = inside.createElement('h1');
  heading.textContent = title;
  const body = inside.createElement('pre');
  body.textContent = text;
  body.style.whiteSpace = 'pre-wrap';
  body.style.overflowWrap = 'anywhere';
  const foot = inside.createElement('p');
  foot.textContent = note;
  foot.style.overflowWrap = 'anywhere';
  inside.body.append(heading, body, foot);
  view.addEventListener('afterprint', () => frame.remove());
  view.focus();
  view.print();
}
