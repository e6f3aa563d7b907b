/**
 * Events as ChirpStack v4 publishes them (integration.proto, gw.proto of chirpstack-api 4, protobuf's JSON mapping: fields
 * that are 0, false or "" are left out).
 */
import { Buffer } from 'node:buffer';
import type { CityDevice } from '../city/index.ts';
import { CLOCK_AHEAD } from '../faults.ts';
import { hashText, mix, seededUuid } from '../random.ts';
import type { Heard, Modulation } from './radio.ts';

const TENANT = { id: '5a500700-0000-4000-8000-000000000001', name: 'Stadtpegel Simulation' };

export interface Frame {
  /** LoRaWAN FPort, 1 … 223. */
  readonly fPort: number;
  /** FRMPayload. */
  readonly bytes: Uint8Array;
}

/** What an event of a device is put together from. */
export interface EventContext {
  readonly device: CityDevice;
  /** Of this run: the same run gives the same ids, another one gives others. */
  readonly run: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}

export function topicOf(device: CityDevice, event: 'up' | 'join' | 'status'): string {
  return `application/${applicationId(device)}/device/${device.devEui}/event/${event}`;
}

export function applicationId(device: CityDevice): string {
  return seededUuid(hashText(`${device.organisation}/${device.domain}`), 1, 1);
}

/** Microseconds, as gateways with GPS send them. */
function timestamp(ms: number, salt: number): string {
  return new Date(ms).toISOString().replace('Z', `${(mix(salt, ms) % 1000).toString().padStart(3, '0')}+00:00`);
}

function deviceInfo(device: CityDevice) {
  return {
    tenantId: TENANT.id,
    tenantName: TENANT.name,
    applicationId: applicationId(device),
    applicationName: `${device.organisation}-${device.domain}`,
    deviceProfileId: seededUuid(hashText(device.model), 2, 2),
    deviceProfileName: device.model,
    deviceName: device.name,
    devEui: device.devEui,
    deviceClassEnabled: 'CLASS_A',
    tags: { simulation: 'true', thing: device.thing },
  };
}

export function devAddrOf(device: CityDevice, run: number): string {
  return (mix(hashText(device.devEui), run) & 0x01ffffff).toString(16).padStart(8, '0');
}

export function upEvent(
  { device, run, time }: EventContext,
  frame: Frame,
  fCnt: number,
  heard: readonly Heard[],
  modulation: Modulation,
): object {
  const salt = mix(hashText(device.devEui), run, fCnt);
  const ahead = (gateway: string) => (gateway === CLOCK_AHEAD.gateway ? CLOCK_AHEAD.by : 0);
  return {
    deduplicationId: seededUuid(hashText(device.devEui), run, fCnt),
    // ChirpStack takes the time of the first gateway that gives one
    time: timestamp(time + ahead(heard[0]!.gateway.id), salt),
    deviceInfo: deviceInfo(device),
    devAddr: devAddrOf(device, run),
    adr: true,
    ...(modulation.dataRate === 0 ? {} : { dr: modulation.dataRate }),
    ...(fCnt === 0 ? {} : { fCnt }),
    ...(frame.fPort === 0 ? {} : { fPort: frame.fPort }),
    data: Buffer.from(frame.bytes).toString('base64'),
    rxInfo: heard.map(({ gateway, rssi, snr }, i) => ({
      gatewayId: gateway.id,
      uplinkId: mix(salt, i, 1) || 1,
      gwTime: timestamp(time + ahead(gateway.id), salt + i),
      nsTime: timestamp(time + 40 + (mix(salt, i, 2) % 60), salt - i),
      rssi,
      ...(snr === 0 ? {} : { snr }),
      ...(modulation.channel === 0 ? {} : { channel: modulation.channel }),
      location: { latitude: gateway.position[1], longitude: gateway.position[0], altitude: gateway.mast },
      context: Buffer.from([salt >>> 24, salt >>> 16, salt >>> 8, salt]).toString('base64'),
      metadata: { region_common_name: 'EU868', region_config_id: 'eu868', gateway_name: gateway.name },
      crcStatus: 'CRC_OK',
    })),
    txInfo: {
      frequency: modulation.frequency,
      modulation: {
        lora: { bandwidth: 125_000, spreadingFactor: modulation.spreadingFactor, codeRate: 'CR_4_5' },
      },
    },
    regionConfigId: 'eu868',
  };
}

export function joinEvent({ device, run, time }: EventContext): object {
  return {
    deduplicationId: seededUuid(hashText(device.devEui), run, -1),
    time: timestamp(time, run),
    deviceInfo: deviceInfo(device),
    devAddr: devAddrOf(device, run),
  };
}

/** DevStatusAns: margin in dB, battery in percent. */
export function statusEvent({ device, run, time }: EventContext, day: number, margin: number, battery: number): object {
  return {
    deduplicationId: seededUuid(hashText(device.devEui), run, -2 - day),
    time: timestamp(time, run + 1),
    deviceInfo: deviceInfo(device),
    ...(margin === 0 ? {} : { margin }),
    batteryLevel: battery,
  };
}
