/** `/docs/errors`: where the `type` of every problem document leads [RFC 9457 §3.1.1]. */
import { CODES, type ErrorCode, REMEDIES } from '../../services/model/index.ts';

export function errorPage(): string {
  const rows = Object.entries(CODES).map(
    ([code, { title, status, fault, retry }]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${title}</td><td>${status}</td><td>${fault}</td><td>${retry ? 'yes' : 'no'}</td><td>${marked(REMEDIES[code as ErrorCode])}</td></tr>`,
  );
  return [
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    '<title>Stadtpegel: error codes</title><h1>Error codes</h1>',
    '<table><thead><tr><th>Code</th><th>Meaning</th><th>HTTP</th><th>Who can mend it</th><th>Again later</th><th>What to do</th></tr></thead>',
    `<tbody>${rows.join('\n')}</tbody></table></html>`,
  ].join('\n');
}

/** `<`, `&` and backticks as HTML. */
function marked(text: string): string {
  const safe = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return safe.replace(/`([^`]*)`/g, '<code>$1</code>');
}
