import { expect, test } from 'vitest';
import { apiRoot, mqttEndpoints } from './endpoints.ts';

test.each([
  ['https://iot.example.org/v1.1', '0.0.0.0', ['mqtt://iot.example.org:1883', 'wss://iot.example.org/mqtt']],
  ['https://example.org/sensors/v1.1', '::', ['mqtt://example.org:1883', 'wss://example.org/sensors/mqtt']],
  ['http://localhost:8080/v1.1', '127.0.0.1', ['mqtt://localhost:1883', 'ws://localhost:8080/mqtt']],
  ['http://[::1]:8080/v1.1', '127.0.0.1', ['mqtt://[::1]:1883', 'ws://[::1]:8080/mqtt']],
  // a broker on loopback is not there for those who come from elsewhere
  ['http://10.0.0.7:8080/v1.1', '127.0.0.1', ['ws://10.0.0.7:8080/mqtt']],
])('the client of %s finds the broker on %s', (root, host, endpoints) => {
  expect(mqttEndpoints(root, { host, port: 1883 }, [])).toEqual(endpoints);
});

test('what the operator has set stands instead', () => {
  const given = ['mqtts://mqtt.example.org:8883'];
  expect(mqttEndpoints('https://iot.example.org/v1.1', { host: '::', port: 1883 }, given)).toBe(given);
});

test.each([
  ['https://iot.example.org/v1.1/', '127.0.0.1', 'https://iot.example.org/v1.1'],
  ['', '127.0.0.1', 'http://127.0.0.1:8080/v1.1'],
  ['', '0.0.0.0', 'http://localhost:8080/v1.1'],
  ['', '::', 'http://localhost:8080/v1.1'],
  ['', '::1', 'http://[::1]:8080/v1.1'],
])('with the public address %o and a server on %s, messages link to %s', (publicUrl, host, root) => {
  expect(apiRoot(publicUrl, { host, port: 8080 })).toBe(root);
});
