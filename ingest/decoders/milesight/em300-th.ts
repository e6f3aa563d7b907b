import { byPort, defineDevice, i16le, skip, tagged, u8 } from '../codec/index.ts';

export const em300th = defineDevice({
  id: 'milesight/em300-th',
  name: 'Milesight EM300-TH',
  summary: 'Outdoor temperature and humidity sensor, battery powered.',
  domain: 'climate',
  revision: 1,
  source: {
    title: 'EM300 Series User Guide, device payload; SensorDecoders em300-th',
    url: 'https://github.com/Milesight-IoT/SensorDecoders/tree/1dcaef8800189036ebbbe6c1f2aebe0f5697ee33/em-series/em300-th',
    revision: '1dcaef8 (2025)',
  },
  channels: {
    temperature: { quantity: 'airTemperature', resolution: 0.1, accuracy: '±0.3 °C' },
    humidity: { quantity: 'relativeHumidity', resolution: 0.5, accuracy: '±3 %' },
    battery: { quantity: 'batteryLevel', resolution: 1 },
  },
  // Readings from the device's own memory (20 ce) carry times of their own and are not read yet: a dead letter keeps them.
  uplink: byPort({
    85: tagged({
      '0175': u8('battery'),
      '0367': i16le('temperature', 10),
      '0468': u8('humidity', 2),
      // Sent after a join.
      ff01: skip(1), // protocol version
      ff09: skip(2), // hardware version
      ff0a: skip(2), // firmware version
      ff0b: skip(1), // device on
      ff0f: skip(1), // LoRaWAN class
      ff16: skip(8), // serial number
      fffe: skip(1), // reset
      ffff: skip(2), // version of the data model
      // Replies to commands, under ff or fe.
      ff02: skip(2), // collection interval
      ff03: skip(2), // reporting interval
      ff06: skip(9), // temperature alarm
      ff10: skip(1), // reboot
      ff28: skip(1), // status asked for
      ff68: skip(1), // memory on or off
      ff69: skip(1), // retransmission on or off
      ff6a: skip(3), // retransmission interval
      ffea: skip(3), // calibration
      fe02: skip(2),
      fe03: skip(2),
      fe06: skip(9),
      fe10: skip(1),
    }),
  }),
  vectors: [
    {
      name: 'all channels',
      from: 'hand-worked: 92 %, −6.1 °C, 0x9b = 155 halves of a percent',
      fPort: 85,
      hex: '01755c0367c3ff04689b',
      expect: { battery: 92, temperature: -6.1, humidity: 77.5 },
    },
    {
      name: 'no battery between its six-hourly reports',
      from: 'hand-worked',
      fPort: 85,
      hex: '0367cf00046865',
      expect: { temperature: 20.7, humidity: 50.5 },
    },
    {
      name: 'after a join',
      from: 'EM300 Series User Guide, basic information: versions and a serial number',
      fPort: 85,
      hex: 'ff0bffff0101ff166785c38144050018ff090110ff0a0101ff0f00',
      expect: {},
    },
    { name: 'reply to a new interval', from: 'hand-worked', fPort: 85, hex: 'fe03b004', expect: {} },
    { name: 'cut record', from: 'hand-worked', fPort: 85, hex: '036734', fails: 'truncated' },
    { name: 'half a tag', from: 'hand-worked', fPort: 85, hex: '01755c03', fails: 'truncated' },
    { name: 'a tag of another model', from: 'hand-worked', fPort: 85, hex: '01755c077de704', fails: 'unknown' },
    { name: 'port without meaning', from: 'hand-worked', fPort: 86, hex: '01755c', fails: 'port' },
  ],
});
