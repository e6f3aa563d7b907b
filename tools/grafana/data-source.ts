/** `uid` of the data source, see `deploy/grafana/provisioning/datasources`. */
export const DATA_SOURCE = { type: 'influxdb', uid: 'stadtpegel' } as const;
