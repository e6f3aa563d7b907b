/** Device models of NOAH, one file each. */
export { trashbinSensor } from './trashbin-sensor.ts';
