/** docker-compose.yml is parsed and looked over; it is not run here. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import type { Check } from './check.ts';

const FILE = 'docker-compose.yml';
const PORT = /^(?:(?:\d{1,3}\.){3}\d{1,3}:)?(\d{1,5}):(\d{1,5})(?:\/(?:tcp|udp))?$/;
const DURATION = /^\d+(ms|s|m|h)$/;

const Service = z.strictObject({
  image: z.string().optional(),
  build: z.union([z.string(), z.looseObject({ context: z.string() })]).optional(),
  command: z.union([z.string(), z.array(z.string())]).optional(),
  restart: z.enum(['no', 'always', 'on-failure', 'unless-stopped']),
  init: z.boolean().optional(),
  ports: z.array(z.string().regex(PORT, 'write "[address:]host:container"')).optional(),
  environment: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  env_file: z.union([z.string(), z.array(z.string())]).optional(),
  volumes: z.array(z.string()).optional(),
  depends_on: z.array(z.string()).optional(),
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  stop_grace_period: z.string().regex(DURATION).optional(),
  healthcheck: z.looseObject({ test: z.array(z.string()).min(2) }).optional(),
  profiles: z.array(z.string()).optional(),
});
const Compose = z.strictObject({
  name: z.string().optional(),
  services: z
    .record(z.string().regex(/^[a-z][a-z0-9-]*$/), Service)
    .refine((all) => Object.keys(all).length > 0, 'no service'),
  volumes: z.record(z.string(), z.unknown()).default({}),
});

export const composeCheck: Check = {
  name: FILE,
  run: async ({ root }) => {
    if (!existsSync(join(root, FILE))) return { visited: '0 services', findings: [`${FILE}: is missing`] };
    const document = parseDocument(readFileSync(join(root, FILE), 'utf8'), { uniqueKeys: true });
    if (document.errors.length > 0) {
      return {
        visited: '0 services',
        findings: document.errors.map((error) => `${FILE}: ${error.message.split('\n')[0]}`),
      };
    }
    const parsed = Compose.safeParse(document.toJS());
    if (!parsed.success) {
      return {
        visited: '0 services',
        findings: parsed.error.issues.map((issue) => `${FILE}: ${issue.path.join('.')}: ${issue.message}`),
      };
    }
    const findings: string[] = [];
    const { services, volumes } = parsed.data;
    const hostPorts = new Map<string, string>();
    const used = new Set<string>();
    let ports = 0;
    for (const [name, service] of Object.entries(services)) {
      const say = (text: string): number => findings.push(`${FILE}: services.${name}: ${text}`);
      if (service.image === undefined && service.build === undefined) say('has neither image nor build');
      const context = typeof service.build === 'string' ? service.build : service.build?.context;
      if (context !== undefined && !existsSync(join(root, context, 'Dockerfile')))
        say(`build: no Dockerfile in ${context}`);
      for (const port of service.ports ?? []) {
        ports++;
        const [, host = '', inside = ''] = PORT.exec(port) ?? [];
        if (Number(host) < 1 || Number(host) > 65_535 || Number(inside) < 1 || Number(inside) > 65_535)
          say(`port ${port} is out of range`);
        const taken = hostPorts.get(host);
        if (taken !== undefined) say(`port ${host} of the host is taken by ${taken}`);
        hostPorts.set(host, name);
      }
      for (const volume of service.volumes ?? []) {
        const [source = '', target = ''] = volume.split(':');
        if (!target.startsWith('/')) say(`volume ${volume}: the path inside must begin with /`);
        if (/^[./~]/.test(source)) continue;
        used.add(source);
        if (!Object.hasOwn(volumes, source)) say(`volume ${source} is not declared under volumes`);
      }
      for (const other of service.depends_on ?? [])
        if (!Object.hasOwn(services, other)) say(`depends on ${other}, which does not exist`);
    }
    for (const volume of Object.keys(volumes))
      if (!used.has(volume)) findings.push(`${FILE}: volume ${volume} is not used`);
    return { visited: `${Object.keys(services).length} services, ${ports} ports, ${used.size} volumes`, findings };
  },
};
