/** From a device to what the network says about it: radio (who hears it) and ChirpStack's events. */
export * from './chirpstack.ts';
export * from './radio.ts';
