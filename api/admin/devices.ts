/** `GET /admin/devices` and `/admin/devices/:key`: which radio devices there are, and how they are. */
import { Router } from 'express';
import { z } from 'zod';
import { CodedError, type Device, isoTime } from '../../services/model/index.ts';
import type { DeviceHealth } from '../../services/registry/index.ts';
import type { AdminPorts } from './ports.ts';
import { limit, query } from './query.ts';

const text = z.string().min(1).max(200).optional();
const time = (ms: number | null) => (ms === null ? null : isoTime(ms));

/** Times as ISO 8601, like everywhere in the API. */
export function healthJson(health: DeviceHealth | null): object | null {
  if (health === null) return null;
  const { lastSeen, lastJoin, lastLog, ...rest } = health;
  return {
    lastSeen: time(lastSeen),
    lastJoin: time(lastJoin),
    ...rest,
    lastLog: lastLog === null ? null : { ...lastLog, at: isoTime(lastLog.at) },
  };
}

/** A DevEUI may be asked for as it is printed on the device: `24-E1-24-…`, upper case. */
function canonical(key: string): string {
  const hex = key.replace(/[\s:.-]/g, '').toLowerCase();
  return /^[0-9a-f]{16}$/.test(hex) ? hex : key;
}

export function devices({ catalogue, health, options }: Pick<AdminPorts, 'catalogue' | 'health' | 'options'>): Router {
  const json = (device: Device) => ({ ...device, health: healthJson(health(device.key)) });
  const router = Router();
  router.get('/devices', (request, response) => {
    const asked = query(request.originalUrl, { organisation: text, model: text, after: text, limit: limit(options) });
    const found = [...catalogue.devices.values()]
      .filter((device) => asked.organisation === undefined || device.organisation === asked.organisation)
      .filter((device) => asked.model === undefined || device.model === asked.model)
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    const rest = found.filter(({ key }) => asked.after === undefined || key > asked.after);
    const page = rest.slice(0, asked.limit);
    const next = rest.length > page.length ? page.at(-1)!.key : null;
    response.json({ count: found.length, devices: page.map(json), next });
  });
  router.get('/devices/:key', (request, response) => {
    query(request.originalUrl, {});
    const device = catalogue.devices.get(canonical(request.params.key));
    if (device === undefined) throw new CodedError('notFound', `there is no device ${request.params.key}`);
    response.json(json(device));
  });
  return router;
}
