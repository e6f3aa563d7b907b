/**
 * ChirpStack v4 `up` events as bytes, cheaply: the text around the few fields that change is made once. Two sizes: about 400
 * bytes (one gateway, the fields that the hub reads) and about 2 kB (three gateways, as real networks send them).
 */

/** The payload of a Milesight EM300-TH on port 85: battery, temperature, humidity, so three Observations. */
export const CHANNELS_PER_UPLINK = 3;
export const MODEL = 'milesight/em300-th';

export function devEui(index: number): string {
  return (0x24e124000000n * 0x10000n + BigInt(index)).toString(16).padStart(16, '0');
}

export function topicOf(index: number): string {
  return `application/bench/device/${devEui(index)}/event/up`;
}

export type EventSize = 'small' | 'large';

/** Text of the event. `sequence` makes it unique, `time` is ISO 8601. */
export function eventText(size: EventSize, device: number, sequence: number, time: string): string {
  return size === 'small' ? small(device, sequence, time) : large(device, sequence, time);
}

function dedup(sequence: number): string {
  return `5b1e0000-0000-4000-8000-${sequence.toString(16).padStart(12, '0')}`;
}

function payload(sequence: number): string {
  const temperature = 150 + (sequence % 200);
  const humidity = 60 + (sequence % 100);
  return Buffer.from([0x01, 0x75, 80, 0x03, 0x67, temperature & 255, temperature >> 8, 0x04, 0x68, humidity]).toString(
    'base64',
  );
}

function small(device: number, sequence: number, time: string): string {
  return (
    `{"deduplicationId":"${dedup(sequence)}","time":"${time}","deviceInfo":{"tenantId":"t1","applicationId":"bench",` +
    `"deviceName":"bench-${device}","devEui":"${devEui(device)}"},"devAddr":"01${(device & 0xffffff).toString(16).padStart(6, '0')}",` +
    `"adr":true,"dr":5,"fCnt":${sequence % 65536},"fPort":85,"data":"${payload(sequence)}",` +
    `"rxInfo":[{"gatewayId":"a84041ffff1e0001","rssi":-71,"snr":9.2}],"txInfo":{"frequency":868100000}}`
  );
}

const CONTEXT = 'AAAAAAAAAAAAAAAAAAAAAA==';

function reception(gateway: number, time: string): string {
  return (
    `{"gatewayId":"a84041ffff1e00${String(gateway).padStart(2, '0')}","uplinkId":${1_000_000 + gateway},"gwTime":"${time}","nsTime":"${time}",` +
    `"timeSinceGpsEpoch":"1420070400.000s","rssi":-${70 + gateway * 9},"snr":${9 - gateway * 3}.5,"channel":${gateway},"rfChain":1,` +
    `"location":{"latitude":51.17${gateway}123,"longitude":7.08${gateway}456,"altitude":221},"context":"${CONTEXT}",` +
    `"metadata":{"region_config_id":"eu868","region_common_name":"EU868"},"crcStatus":"CRC_OK"}`
  );
}

function large(device: number, sequence: number, time: string): string {
  return (
    `{"deduplicationId":"${dedup(sequence)}","time":"${time}","deviceInfo":{"tenantId":"52f14cd4-c6f1-4fbd-8f87-4025e1d49242",` +
    `"tenantName":"Stadtwerke","applicationId":"17c82e96-be03-4f38-aef3-f83d48582d97","applicationName":"Klimamessnetz",` +
    `"deviceProfileId":"14855bf7-d10d-4aee-b618-ebfcb64dc7ad","deviceProfileName":"Milesight EM300-TH","deviceName":"bench-${device}",` +
    `"devEui":"${devEui(device)}","deviceClassEnabled":"CLASS_A","tags":{"quarter":"Mitte","mounted":"lamp post","height":"3 m"}},` +
    `"devAddr":"01${(device & 0xffffff).toString(16).padStart(6, '0')}","adr":true,"dr":5,"fCnt":${sequence % 65536},"fPort":85,"confirmed":false,` +
    `"data":"${payload(sequence)}","object":{"battery":80,"temperature":21.5,"humidity":52.5,"decoder":{"name":"em300","version":"1.4.2","warnings":[]}},` +
    `"rxInfo":[${reception(1, time)},${reception(2, time)},${reception(3, time)}],` +
    `"txInfo":{"frequency":868100000,"modulation":{"lora":{"bandwidth":125000,"spreadingFactor":7,"codeRate":"CR_4_5"}}},"regionConfigId":"eu868"}`
  );
}
