/** The simulator as a client of the hub: registers the city, and asks how far the history is known already. */
import type { ImportDocument, ImportReport } from '../../services/registry/index.ts';
import { reason } from './sender.ts';

export interface HubOptions {
  /** Without a slash at the end. */
  readonly url: string;
  readonly token: string | undefined;
  /** Milliseconds. */
  readonly patience: number;
  /** Devices per request. */
  readonly importDevices: number;
}

/** Registers everything, in parts, parents first. Throws an Error that says what to do. */
export async function register(hub: HubOptions, document: Required<ImportDocument>): Promise<ImportReport> {
  const total = { organisations: 0, things: 0, devices: 0, datastreams: 0, requeued: 0 };
  const add = (report: ImportReport) => {
    for (const key of Object.keys(total) as (keyof ImportReport)[]) total[key] += report[key] ?? 0;
  };
  const size = hub.importDevices;
  add(await post(hub, { organisations: document.organisations, things: document.things.slice(0, size) }));
  for (let i = size; i < document.things.length; i += size)
    add(await post(hub, { things: document.things.slice(i, i + size) }));
  for (let i = 0; i < document.devices.length; i += size)
    add(await post(hub, { devices: document.devices.slice(i, i + size) }));
  return total;
}

async function post(hub: HubOptions, part: ImportDocument): Promise<ImportReport> {
  const response = await ask(hub, '/admin/import', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${hub.token}` },
    body: JSON.stringify(part),
  });
  const text = await response.text();
  if (response.status === 401 || response.status === 403) {
    throw new Error(`the hub at ${hub.url} refuses the token: give its admin token with --token`);
  }
  if (!response.ok) throw new Error(`the hub did not take the devices (${response.status}): ${text.slice(0, 300)}`);
  return JSON.parse(text) as ImportReport;
}

async function ask(hub: HubOptions, path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(hub.url + path, { ...init, signal: AbortSignal.timeout(hub.patience) });
  } catch (error) {
    throw new Error(`no hub answers at ${hub.url} (${reason(error)}): start it (npm start) or say --hub`, {
      cause: error,
    });
  }
}

/**
 * The time of the newest Observation before `now` that the hub has, or null: then the history was sent in an earlier run
 * and is not sent again over it. A hub that can't say is treated as empty.
 */
export async function newestReading(hub: HubOptions, now: number): Promise<number | null> {
  const filter = encodeURIComponent(`phenomenonTime lt ${new Date(now).toISOString()}`);
  const query = `$filter=${filter}&$orderby=${encodeURIComponent('phenomenonTime desc')}&$top=1&$select=phenomenonTime`;
  try {
    const response = await ask(hub, `/v1.1/Observations?${query}`, {});
    if (!response.ok) return null;
    const body = (await response.json()) as { value?: { phenomenonTime?: unknown }[] };
    const time = Date.parse(String(body.value?.[0]?.phenomenonTime));
    return Number.isNaN(time) ? null : time;
  } catch {
    return null;
  }
}
