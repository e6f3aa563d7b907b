/** Units by the name used in the quantity files. `ucum` is the case sensitive code of the UCUM specification. */
import type { Unit } from './quantity.ts';

export const UNITS = {
  none: { ucum: '1', symbol: '', name: { de: 'ohne Einheit', en: 'dimensionless' } },
  truth: { ucum: null, symbol: '', name: { de: 'ja oder nein', en: 'yes or no' } },
  text: { ucum: null, symbol: '', name: { de: 'Text', en: 'text' } },
  count: { ucum: '{count}', symbol: '', name: { de: 'Anzahl', en: 'count' } },
  percent: { ucum: '%', symbol: '%', name: { de: 'Prozent', en: 'percent' } },
  ppm: { ucum: '[ppm]', symbol: 'ppm', name: { de: 'Teile pro Million', en: 'parts per million' } },
  ppb: { ucum: '[ppb]', symbol: 'ppb', name: { de: 'Teile pro Milliarde', en: 'parts per billion' } },
  second: { ucum: 's', symbol: 's', name: { de: 'Sekunde', en: 'second' } },
  minute: { ucum: 'min', symbol: 'min', name: { de: 'Minute', en: 'minute' } },
  metre: { ucum: 'm', symbol: 'm', name: { de: 'Meter', en: 'metre' } },
  centimetre: { ucum: 'cm', symbol: 'cm', name: { de: 'Zentimeter', en: 'centimetre' } },
  millimetre: { ucum: 'mm', symbol: 'mm', name: { de: 'Millimeter', en: 'millimetre' } },
  micrometre: { ucum: 'um', symbol: 'µm', name: { de: 'Mikrometer', en: 'micrometre' } },
  kilometre: { ucum: 'km', symbol: 'km', name: { de: 'Kilometer', en: 'kilometre' } },
  metrePerSecond: { ucum: 'm/s', symbol: 'm/s', name: { de: 'Meter pro Sekunde', en: 'metre per second' } },
  millimetrePerHour: { ucum: 'mm/h', symbol: 'mm/h', name: { de: 'Millimeter pro Stunde', en: 'millimetre per hour' } },
  degree: { ucum: 'deg', symbol: '°', name: { de: 'Grad', en: 'degree' } },
  celsius: { ucum: 'Cel', symbol: '°C', name: { de: 'Grad Celsius', en: 'degree Celsius' } },
  hectopascal: { ucum: 'hPa', symbol: 'hPa', name: { de: 'Hektopascal', en: 'hectopascal' } },
  kilopascal: { ucum: 'kPa', symbol: 'kPa', name: { de: 'Kilopascal', en: 'kilopascal' } },
  lux: { ucum: 'lx', symbol: 'lx', name: { de: 'Lux', en: 'lux' } },
  wattPerSquareMetre: {
    ucum: 'W/m2',
    symbol: 'W/m²',
    name: { de: 'Watt pro Quadratmeter', en: 'watt per square metre' },
  },
  microsiemensPerCentimetre: {
    ucum: 'uS/cm',
    symbol: 'µS/cm',
    name: { de: 'Mikrosiemens pro Zentimeter', en: 'microsiemens per centimetre' },
  },
  ntu: {
    ucum: '{NTU}',
    symbol: 'NTU',
    name: { de: 'nephelometrische Trübungseinheit', en: 'nephelometric turbidity unit' },
  },
  ph: { ucum: '[pH]', symbol: 'pH', name: { de: 'pH', en: 'pH' } },
  milligramPerLitre: { ucum: 'mg/L', symbol: 'mg/l', name: { de: 'Milligramm pro Liter', en: 'milligram per litre' } },
  microgramPerCubicMetre: {
    ucum: 'ug/m3',
    symbol: 'µg/m³',
    name: { de: 'Mikrogramm pro Kubikmeter', en: 'microgram per cubic metre' },
  },
  perCubicCentimetre: {
    ucum: '{count}/cm3',
    symbol: '1/cm³',
    name: { de: 'Anzahl pro Kubikzentimeter', en: 'count per cubic centimetre' },
  },
  cubicMetre: { ucum: 'm3', symbol: 'm³', name: { de: 'Kubikmeter', en: 'cubic metre' } },
  cubicMetrePerHour: {
    ucum: 'm3/h',
    symbol: 'm³/h',
    name: { de: 'Kubikmeter pro Stunde', en: 'cubic metre per hour' },
  },
  cubicMetrePerSecond: {
    ucum: 'm3/s',
    symbol: 'm³/s',
    name: { de: 'Kubikmeter pro Sekunde', en: 'cubic metre per second' },
  },
  kilowattHour: { ucum: 'kW.h', symbol: 'kWh', name: { de: 'Kilowattstunde', en: 'kilowatt hour' } },
  watt: { ucum: 'W', symbol: 'W', name: { de: 'Watt', en: 'watt' } },
  volt: { ucum: 'V', symbol: 'V', name: { de: 'Volt', en: 'volt' } },
  millivolt: { ucum: 'mV', symbol: 'mV', name: { de: 'Millivolt', en: 'millivolt' } },
  ampere: { ucum: 'A', symbol: 'A', name: { de: 'Ampere', en: 'ampere' } },
  // The level units of UCUM: B[SPL] is the bel of sound pressure, d its tenth; A-weighting is an annotation.
  decibelA: { ucum: 'dB[SPL]{A}', symbol: 'dB(A)', name: { de: 'Dezibel (A)', en: 'decibel (A)' } },
  decibel: { ucum: 'dB', symbol: 'dB', name: { de: 'Dezibel', en: 'decibel' } },
  // UCUM knows no bel milliwatt; dB with the reference as an annotation is well-formed.
  decibelMilliwatt: { ucum: 'dB{mW}', symbol: 'dBm', name: { de: 'Dezibel Milliwatt', en: 'decibel milliwatt' } },
} as const satisfies Record<string, Unit>;
