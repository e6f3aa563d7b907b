/**
 * A simulated city that sends what real networks send: ChirpStack v4 events over MQTT with real payload bytes, from about
 * 320 devices in Solingen and Ulm, with seven planted faults and three incidents on a button. Everything is marked
 * "Simulation". Start with `simulate.ts`; `world.ts` is the simulation without a network, `city/` what stands where,
 * `processes/` what happens, `behaviours/` what each device makes of it, `encoders/` the bytes, `network/` the events.
 * `main.ts` is the command line.
 */
export { buildCity, type City, type CityDevice, importDocument, USUAL_DEVICES } from './city/index.ts';
export { FAULTS, type Fault } from './faults.ts';
export { INCIDENT_NAMES, INCIDENTS, type IncidentName } from './incidents.ts';
export { type Options, type OptionsInput, options } from './options.ts';
export { type Simulation, type SimulationPorts, type SimulationStatus, simulate } from './simulate.ts';
export { type NetworkMessage, World, type WorldOptions } from './world.ts';

/** The program of the simulator, for whoever starts it as a process of its own. */
export const program = new URL('./main.ts', import.meta.url);
