/** An import: a document of organisations, Things and devices ▸ one change. */
import type { CheckedImport } from './import-document.ts';
import { planDevice } from './plan-device.ts';
import { planThing } from './plan-thing.ts';
import type { Planner } from './planner.ts';
import type { DeviceModels, ImportReport } from './port.ts';

/** Throws CodedError request.body with the path of the wrong field. */
export function planImport(
  plan: Planner,
  document: CheckedImport,
  models: DeviceModels,
): Omit<ImportReport, 'requeued'> {
  for (const one of document.organisations) {
    const properties = one.properties ?? plan.organisation(one.id)?.properties ?? {};
    plan.put(['Organisations', { ...one, properties }]);
  }
  document.things.forEach((one, i) => {
    planThing(plan, one, `things[${i}]`);
  });
  let datastreams = 0;
  document.devices.forEach((one, i) => {
    datastreams += planDevice(plan, models, one, `devices[${i}]`);
  });
  return {
    organisations: document.organisations.length,
    things: document.things.length,
    devices: document.devices.length,
    datastreams,
  };
}
