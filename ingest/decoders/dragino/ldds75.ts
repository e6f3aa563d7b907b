import { byLength, byPort, computed, defineDevice, group, layout, rawU16be, skip } from '../codec/index.ts';
import { battery } from './battery.ts';

/**
 * Millimetres; 0: no ultrasonic sensor found; below the dead band of 280 mm the reading is void, and firmware from 1.1.4 on
 * sends 20 for all of that.
 */
function metres(mm: number): number | undefined {
  return mm < 280 ? undefined : mm / 1000;
}

const distance = computed('distance', 2, (b, at) => metres(rawU16be(b, at)));
/** Distance, interrupt, temperature and whether there is an ultrasonic sensor at all. */
const flaggedDistance = computed('distance', 6, (b, at) => (b[at + 5] === 0 ? undefined : metres(rawU16be(b, at))));

export const ldds75 = defineDevice({
  id: 'dragino/ldds75',
  name: 'Dragino LDDS75',
  summary: 'Ultrasonic distance sensor, 28 cm to 7.5 m, for water levels and storm drains.',
  domain: 'water',
  revision: 1,
  source: {
    title: 'LDDS75 – LoRaWAN Distance Detection Sensor User Manual, §2.3 Uplink Payload',
    url: 'https://wiki.dragino.com/xwiki/bin/view/Main/User%20Manual%20for%20LoRaWAN%20End%20Nodes/LDDS75%20-%20LoRaWAN%20Distance%20Detection%20Sensor%20User%20Manual/',
    revision: 'firmware 1.1.4',
  },
  channels: {
    distance: { quantity: 'waterDistance', resolution: 0.001, accuracy: '±(1 cm + 0.3 %)' },
    batteryVoltage: { quantity: 'batteryVoltage', resolution: 0.001 },
  },
  uplink: byPort({
    2: byLength({
      // The vendor's decoder reads a frame without the interrupt byte as "no sensor".
      4: layout(battery, skip(2)),
      5: layout(battery, distance, skip(1)),
      // The temperature of the optional probe is not read: 0 stands for 0 °C as well as for no probe.
      8: layout(battery, group(flaggedDistance)),
    }),
  }),
  vectors: [
    {
      name: 'water 2.8 m below',
      from: 'hand-worked: 3612 mV, 2821 mm',
      fPort: 2,
      hex: '0e1c0b0500',
      expect: { batteryVoltage: 3.612, distance: 2.821 },
    },
    {
      name: 'firmware 1.1.4',
      from: 'hand-worked: 3387 mV, 2799 mm, no interrupt, 0 °C, sensor found',
      fPort: 2,
      hex: '0d3b0aef00000001',
      expect: { batteryVoltage: 3.387, distance: 2.799 },
    },
    {
      name: 'no ultrasonic sensor',
      from: 'hand-worked',
      fPort: 2,
      hex: '0d3b0aef00000000',
      expect: { batteryVoltage: 3.387 },
    },
    {
      name: 'inside the dead band',
      from: 'hand-worked: 20 mm',
      fPort: 2,
      hex: '0d3b001400000001',
      expect: { batteryVoltage: 3.387 },
    },
    { name: 'cut temperature', from: 'hand-worked', fPort: 2, hex: '0d3b0aef0000', fails: 'truncated' },
    { name: 'port without meaning', from: 'hand-worked', fPort: 42, hex: '0e1c0b0500', fails: 'port' },
  ],
});
