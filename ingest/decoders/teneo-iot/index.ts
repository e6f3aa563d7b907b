/** Device models of Teneo IoT, one file each. */
export { fillingDegreeSensor } from './filling-degree-sensor.ts';
