/** What network servers send, in full, as their documentation shows it: the hub must find its few fields in there. */

export interface Frame {
  readonly devEui: string;
  /** Bytes of the sensor, hexadecimal. */
  readonly hex: string;
  readonly fPort: number;
  readonly fCnt: number;
  /** ISO 8601; null leaves it out. */
  readonly time: string | null;
}

const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64');

/** Topic and body of a ChirpStack v4 `up` event, JSON encoding, two gateways. */
export function chirpstackUp(frame: Frame, deduplicationId: string): { topic: string; body: string } {
  const { devEui, hex, fPort, fCnt, time } = frame;
  const reception = (gatewayId: string, rssi: number, snr: number) => ({
    gatewayId,
    uplinkId: 4217106255,
    ...(time === null ? {} : { gwTime: time, nsTime: time }),
    rssi,
    snr,
    channel: 2,
    rfChain: 1,
    location: { latitude: 51.1707, longitude: 7.0847, altitude: 221 },
    context: 'EFwMtA==',
    metadata: { region_common_name: 'EU868', region_config_id: 'eu868' },
    crcStatus: 'CRC_OK',
  });
  const body = {
    deduplicationId,
    ...(time === null ? {} : { time }),
    deviceInfo: {
      tenantId: '52f14cd4-c6f1-4fbd-8f87-4025e1d49242',
      tenantName: 'Stadtwerke',
      applicationId: 'ca739e26-7b67-4f14-b69e-d568c22a5a75',
      applicationName: 'city',
      deviceProfileId: '605d08d4-65f5-4d2c-8a5a-3d2457662f79',
      deviceProfileName: 'class A',
      deviceName: `sensor ${devEui}`,
      devEui,
      deviceClassEnabled: 'CLASS_A',
      tags: {},
    },
    devAddr: '00189440',
    adr: true,
    dr: 5,
    fCnt,
    fPort,
    confirmed: false,
    data: base64(hex),
    object: { whatever: 'a codec of the network made of it' },
    rxInfo: [reception('0016c001ff10a235', -57, 9.8), reception('0016c001f1541bc5', -112, -3.5)],
    txInfo: {
      frequency: 867100000,
      modulation: { lora: { bandwidth: 125000, spreadingFactor: 7, codeRate: 'CR_4_5' } },
    },
    regionConfigId: 'eu868',
  };
  return {
    topic: `application/${body.deviceInfo.applicationId}/device/${devEui}/event/up`,
    body: JSON.stringify(body),
  };
}

/** Topic and body of a The Things Stack v3 `up` message. */
export function thingsStackUp(frame: Frame, sessionKeyId: string): { topic: string; body: string } {
  const { devEui, hex, fPort, fCnt, time } = frame;
  const ids = {
    device_id: `eui-${devEui.toLowerCase()}`,
    application_ids: { application_id: 'water' },
    dev_eui: devEui.toUpperCase(),
    join_eui: '70B3D57ED0000000',
    dev_addr: '260B4F2A',
  };
  const body = {
    end_device_ids: ids,
    correlation_ids: ['gs:uplink:01J5R4CS1DCJYT9T9HG3D6RBVX', 'rpc:/ttn.lorawan.v3.AppAs/SimulateUplink:01J5R4'],
    received_at: time,
    uplink_message: {
      session_key_id: sessionKeyId,
      f_port: fPort,
      f_cnt: fCnt,
      frm_payload: base64(hex),
      decoded_payload: { whatever: 'a payload formatter of the network made of it' },
      rx_metadata: [
        {
          gateway_ids: { gateway_id: 'rathaus', eui: '58A0CBFFFE800B2C' },
          time,
          timestamp: 2463457000,
          rssi: -87,
          channel_rssi: -87,
          snr: 7.25,
          location: { latitude: 51.17, longitude: 7.08, altitude: 230, source: 'SOURCE_REGISTRY' },
          uplink_token: 'Ch4KHAoQcmF0aGF1cy1nYXRld2F5EghYoMv//oALLBDovtuWCRo=',
          received_at: time,
        },
      ],
      settings: {
        data_rate: { lora: { bandwidth: 125000, spreading_factor: 7, coding_rate: '4/5' } },
        frequency: '868300000',
        timestamp: 2463457000,
        time,
      },
      received_at: time,
      consumed_airtime: '0.056576s',
      network_ids: { net_id: '000013', ns_id: 'EC656E0000000181', tenant_id: 'ttn', cluster_id: 'eu1' },
    },
  };
  return { topic: `v3/water@ttn/devices/${ids.device_id}/up`, body: JSON.stringify(body) };
}
