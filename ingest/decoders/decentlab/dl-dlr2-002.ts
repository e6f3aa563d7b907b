import { computed, defineDevice, group, rawU16be, skip, u16be } from '../codec/index.ts';
import { battery, protocolV2 } from './protocol-v2.ts';

/** 32 bits, unlike everything else of the protocol with the lower word first. */
const total = computed('total', 4, (b, at) => rawU16be(b, at) + rawU16be(b, at + 2) * 65536);

export const dlDlr2002 = defineDevice({
  id: 'decentlab/dl-dlr2-002',
  name: 'Decentlab DL-DLR2-002',
  summary: 'Pulse counter for water, gas, heat and electricity meters with a pulse output.',
  domain: 'energy',
  revision: 1,
  source: {
    title: 'DL-DLR2-002 decoder documentation and data sheet',
    url: 'https://www.decentlab.com/products/pulse-counter-for-lorawan',
    revision: 'payload protocol version 2',
  },
  channels: {
    // Since the report before.
    pulses: { quantity: 'pulseCount', resolution: 1 },
    // Since the device was started: what survives a lost frame.
    total: { quantity: 'pulseCount', resolution: 1 },
    batteryVoltage: { quantity: 'batteryVoltage', resolution: 0.001 },
  },
  uplink: protocolV2(
    // Between them the length of the interval in seconds, a setting.
    group(u16be('pulses'), skip(2), total),
    battery,
  ),
  vectors: [
    {
      name: 'twelve pulses, beyond 16 bits in all',
      from: 'hand-worked: 0x0bf0 + 1 × 65536',
      fPort: 1,
      hex: '02199e0003000c02580bf000010ce4',
      expect: { pulses: 12, total: 68592, batteryVoltage: 3.3 },
    },
    { name: 'battery only', from: 'hand-worked', fPort: 1, hex: '02199e00020ce4', expect: { batteryVoltage: 3.3 } },
    { name: 'cut total', from: 'hand-worked', fPort: 1, hex: '02199e0001000c02580bf0', fails: 'truncated' },
  ],
});
