/** The pages that list what the hub knows: device models of the decoders, quantities of the model. */
import { models } from '../../ingest/decoders/index.ts';
import { DOMAINS, QUANTITIES, type Quantity, quantityOf } from '../../services/model/index.ts';
import type { GeneratedFile } from './generated.ts';

export async function cataloguePages(): Promise<readonly GeneratedFile[]> {
  return [
    { path: 'docs/reference/devices.md', text: devicesPage() },
    { path: 'docs/reference/quantities.md', text: quantitiesPage() },
  ];
}

function devicesPage(): string {
  const all = [...models.values()];
  const lines = [
    '# Device models',
    '',
    `The hub reads ${all.length} models. Register a device with the id as its \`model\` ([fields](import.md)). Units and plausible ranges`,
    'of the quantities are in [quantities.md](quantities.md). Generated from `ingest/decoders`; `npm run check -- --write` writes it anew.',
  ];
  for (const domain of sortedDomains(all.map((model) => model.domain))) {
    lines.push('', `## ${title(domain)}`);
    for (const model of all.filter((one) => one.domain === domain).sort((a, b) => (a.id < b.id ? -1 : 1))) {
      lines.push('', `### \`${model.id}\``, '', `${model.name}. ${model.summary}`, '');
      lines.push(...row('Channel', 'Quantity', 'Unit', 'Resolution', 'Accuracy'), '| --- | --- | --- | --- | --- |');
      for (const [name, channel] of Object.entries(model.channels)) {
        const quantity = quantityOf(channel.quantity);
        if (quantity === undefined) throw new Error(`${model.id}: there is no quantity ${channel.quantity}`);
        lines.push(
          ...row(
            `\`${name}\``,
            `[${quantity.name.en}](quantities.md#${quantity.id})${quantity.diagnostic ? ' (diagnostic)' : ''}`,
            unitOf(quantity),
            channel.resolution === undefined ? '' : String(channel.resolution),
            channel.accuracy ?? '',
          ),
        );
      }
      const ports = [...new Set(model.vectors.flatMap((one) => (one.fails === undefined ? [one.fPort] : [])))];
      lines.push(
        '',
        `Tested on FPort ${ports.sort((a, b) => a - b).join(', ')}. Source: [${model.source.title}](${model.source.url})`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

function quantitiesPage(): string {
  const all: readonly Quantity[] = Object.values(QUANTITIES);
  const lines = [
    '# Quantities',
    '',
    `What can be observed: ${all.length} quantities. For a device without a model, \`channels\` names them by id ([fields](import.md)).`,
    'Diagnostic ones (battery, signal …) stay internal unless a registration names them in `publish`. Generated from',
    '`services/model/quantities`; `npm run check -- --write` writes it anew.',
  ];
  for (const domain of sortedDomains(all.map((quantity) => quantity.domain))) {
    lines.push('', `## ${title(domain)}`, '');
    lines.push(
      ...row('Id', 'English', 'German', 'Unit', 'Plausible', 'Diagnostic'),
      '| --- | --- | --- | --- | --- | --- |',
    );
    for (const one of all.filter((quantity) => quantity.domain === domain)) {
      lines.push(
        ...row(
          `<a id="${one.id}"></a>\`${one.id}\``,
          one.name.en,
          one.name.de,
          unitOf(one),
          one.range === null || one.range === undefined ? '' : `${one.range[0]} to ${one.range[1]}`,
          one.diagnostic ? 'yes' : '',
        ),
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

/** In the order of DOMAINS, others after them by name: a domain that is new is not left out. */
function sortedDomains(used: readonly string[]): readonly string[] {
  const known = Object.keys(DOMAINS);
  const rank = (domain: string): number => (known.includes(domain) ? known.indexOf(domain) : known.length);
  return [...new Set(used)].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

function title(domain: string): string {
  return domain.charAt(0).toUpperCase() + domain.slice(1);
}

function unitOf(quantity: Quantity): string {
  return quantity.kind === 'number' ? quantity.unit.symbol || quantity.unit.name.en : quantity.kind;
}

function row(...cells: readonly string[]): string[] {
  return [`| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`];
}
