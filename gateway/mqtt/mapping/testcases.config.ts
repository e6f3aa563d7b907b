/** The mappings of the recorded cases. */
import { type Mapping, mapping } from './options.ts';

export const mappings: readonly Mapping[] = [
  {
    topic: 'sensors/+site/+id',
    device: '{site}-{id}',
    time: '.at',
    values: { waterLevel: { path: '.water.level', per: 100 }, battery: '.battery[0]["volt age"]' },
  },
  { topic: 'bays/+town/+bay', device: '{town}/{bay}', values: { occupied: { path: '.v', type: 'number' } } },
  {
    topic: 'zigbee/+name/state',
    device: '{.serial}',
    time: { path: '.t', format: 's' },
    values: {
      open: { path: '.contact', type: 'boolean' },
      state: { path: '.state', type: 'text' },
      airTemperature: { path: '.f', scale: 5, per: 9, offset: -17.5 },
    },
  },
  { topic: 'plain/+id', device: '{id}', values: { level: '.' } },
].map((given) => mapping.parse(given));
