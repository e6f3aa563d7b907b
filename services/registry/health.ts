/** What is known of each device beside its readings, in memory: when it was heard, its battery, its last word. */
import type { NetworkEvent } from '../model/index.ts';
import type { DeviceHealth } from './port.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export class DeviceHealthTable {
  private readonly devices = new Map<string, Mutable<DeviceHealth>>();
  private readonly maxDevices: number;

  /** Devices beyond the limit are not remembered: an attacker may invent as many as they like. */
  constructor(maxDevices: number) {
    this.maxDevices = maxDevices;
  }

  get(device: string): DeviceHealth | null {
    return this.devices.get(device) ?? null;
  }

  note(event: NetworkEvent, receivedAt: number): void {
    let health = this.devices.get(event.device);
    if (health === undefined) {
      if (this.devices.size >= this.maxDevices) return;
      health = { lastSeen: null, lastJoin: null, batteryLevel: null, margin: null, lastRssi: null, lastLog: null };
      this.devices.set(event.device, health);
    }
    switch (event.kind) {
      case 'up':
        health.lastSeen = receivedAt;
        if (event.receptions.length > 0) health.lastRssi = strongest(event.receptions);
        break;
      case 'join':
        health.lastSeen = receivedAt;
        health.lastJoin = receivedAt;
        break;
      case 'status':
        health.lastSeen = receivedAt;
        health.batteryLevel = event.batteryLevel;
        health.margin = event.margin;
        break;
      case 'log':
        health.lastLog = { at: receivedAt, level: event.level, code: event.code, description: event.description };
        break;
      default:
        break;
    }
  }
}

/** dBm of the gateway that heard it best. */
function strongest(receptions: readonly { readonly rssi: number | null }[]): number | null {
  let best: number | null = null;
  for (const { rssi } of receptions) if (rssi !== null && (best === null || rssi > best)) best = rssi;
  return best;
}
