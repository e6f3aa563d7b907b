/** Two towns and a utility. All are marked as a simulation. */
import type { City, TownId } from './types.ts';

export const ORGANISATIONS: City['organisations'] = [
  {
    id: 'solingen',
    name: 'Stadt Solingen (Simulation)',
    properties: { simulation: true, colour: '#00549f', contact: 'simulation@example.org' },
  },
  {
    id: 'ulm',
    name: 'Stadt Ulm (Simulation)',
    properties: { simulation: true, colour: '#c8102e', contact: 'simulation@example.org' },
  },
  {
    id: 'stadtwerke',
    name: 'Stadtwerke (Simulation)',
    properties: { simulation: true, colour: '#2e8b57', contact: 'simulation@example.org' },
  },
];

/** The utility looks after the waters of Ulm and all meters; the towns after the rest. */
export function owner(town: TownId, domain: string): string {
  return domain === 'energy' || (town === 'ulm' && domain === 'water') ? 'stadtwerke' : town;
}
