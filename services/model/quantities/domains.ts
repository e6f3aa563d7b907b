/** The fields of city life that readings belong to: filters, colours and tiles go by them. */

export const DOMAINS = {
  parking: { name: { de: 'Parken', en: 'Parking' }, colour: '#2563eb' },
  water: { name: { de: 'Wasser', en: 'Water' }, colour: '#0891b2' },
  climate: { name: { de: 'Klima', en: 'Climate' }, colour: '#ea580c' },
  waste: { name: { de: 'Abfall', en: 'Waste' }, colour: '#65803a' },
  air: { name: { de: 'Luft', en: 'Air' }, colour: '#0d9488' },
  noise: { name: { de: 'Lärm', en: 'Noise' }, colour: '#9333ea' },
  people: { name: { de: 'Menschen', en: 'People' }, colour: '#db2777' },
  energy: { name: { de: 'Energie', en: 'Energy' }, colour: '#b58100' },
  soil: { name: { de: 'Boden', en: 'Soil' }, colour: '#92613a' },
  building: { name: { de: 'Gebäude', en: 'Buildings' }, colour: '#64748b' },
  device: { name: { de: 'Gerät', en: 'Device' }, colour: '#6b7280' },
} as const satisfies Record<
  string,
  { readonly name: { readonly de: string; readonly en: string }; readonly colour: string }
>;

export type Domain = keyof typeof DOMAINS;
