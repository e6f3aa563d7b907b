/** `/docs/errors`: where the `type` of every problem document leads [RFC 9457 §3.1.1]. */
import { CODES } from '../../services/model/index.ts';

export function errorPage(): string {
  const rows = Object.entries(CODES).map(
    ([code, { title, status, fault, retry }]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${title}</td><td>${status}</td><td>${fault}</td><td>${retry ? 'yes' : 'no'}</td></tr>`,
  );
  return [
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    '<title>Stadtpegel: error codes</title><h1>Error codes</h1>',
    '<table><thead><tr><th>Code</th><th>Meaning</th><th>HTTP</th><th>Who can mend it</th><th>Again later</th></tr></thead>',
    `<tbody>${rows.join('\n')}</tbody></table></html>`,
  ].join('\n');
}
