import { describe, expect, test } from 'vitest';
import { composeCheck } from './compose.ts';
import { dockerfileCheck } from './dockerfile.ts';
import { checkPlanted } from './planted.ts';
import { systemdCheck } from './systemd-units.ts';

const COMPOSE = `services:
  hub:
    build: .
    restart: unless-stopped
    ports: ['8080:8080', '127.0.0.1:1883:1883']
    volumes: ['data:/data']
volumes:
  data: {}
`;
const DOCKERFILE = `# the hub
FROM node:24-bookworm-slim
WORKDIR /app
COPY package.json ./
RUN npm ci \\
    --omit=dev
USER node
EXPOSE 8080
HEALTHCHECK CMD ["node", "-e", "0"]
ENTRYPOINT ["node", "x.mjs"]
`;

describe('the check of docker-compose.yml', () => {
  const check = async (text: string) => checkPlanted(composeCheck, { 'docker-compose.yml': text, Dockerfile: '' });
  test('accepts a sane file and says what it visited', async () => {
    const result = await check(COMPOSE);
    expect(result.findings).toEqual([]);
    expect(result.visited).toBe('1 services, 2 ports, 1 volumes');
  });
  test.each([
    ['broken YAML', COMPOSE.replace('build: .', 'build: ['), 'docker-compose.yml:'],
    ['a key that is written twice', COMPOSE.replace('build: .', 'build: .\n    build: .'), 'unique'],
    ['an unknown key', COMPOSE.replace('restart:', 'restrat: x\n    restart:'), 'restrat'],
    ['no service', 'services: {}\n', 'no service'],
    ['neither image nor build', COMPOSE.replace('    build: .\n', ''), 'neither image nor build'],
    ['a build folder without a Dockerfile', COMPOSE.replace('build: .', 'build: ./docs'), 'no Dockerfile'],
    ['a port that is none', COMPOSE.replace('8080:8080', '8080:http'), 'host:container'],
    ['a port out of range', COMPOSE.replace('8080:8080', '80800:8080'), 'out of range'],
    ['a port taken twice', COMPOSE.replace('127.0.0.1:1883', '8080'), 'taken by hub'],
    ['a volume that is not declared', COMPOSE.replace('data:/data', 'date:/data'), 'date is not declared'],
    ['a volume that is not used', `${COMPOSE}  more: {}\n`, 'more is not used'],
    ['a service that is missing', COMPOSE.replace('build: .', 'build: .\n    depends_on: [db]'), 'depends on db'],
  ])('finds %s', async (_name, text, problem) => {
    expect((await check(text)).findings.join('\n')).toContain(problem);
  });
  test('finds that the file is missing', async () => {
    expect((await checkPlanted(composeCheck, {})).findings).toEqual(['docker-compose.yml: is missing']);
  });
});

describe('the check of the Dockerfile', () => {
  const check = async (text: string) => checkPlanted(dockerfileCheck, { Dockerfile: text, 'package.json': '{}' });
  test('accepts a sane file and says what it visited', async () => {
    const result = await check(DOCKERFILE);
    expect(result.findings).toEqual([]);
    expect(result.visited).toBe('8 instructions');
  });
  test.each([
    ['another Node', DOCKERFILE.replace('node:24-', 'node:20-'), 'FROM node:24'],
    ['npm install', DOCKERFILE.replace('npm ci', 'npm install'), 'npm ci'],
    ['no user', DOCKERFILE.replace('USER node\n', ''), 'runs as root'],
    ['root as user', DOCKERFILE.replace('USER node', 'USER root'), 'runs as root'],
    ['a user of an earlier stage only', `${DOCKERFILE}${DOCKERFILE.replace('USER node\n', '')}`, 'runs as root'],
    ['no port', DOCKERFILE.replace('EXPOSE 8080\n', ''), 'lacks EXPOSE'],
    ['no health check', DOCKERFILE.replace(/HEALTHCHECK.*\n/, ''), 'lacks HEALTHCHECK'],
    ['no entry', DOCKERFILE.replace(/ENTRYPOINT.*\n/, ''), 'lacks ENTRYPOINT'],
    ['an entry through a shell', DOCKERFILE.replace('["node", "x.mjs"]', 'node x.mjs'), 'JSON array'],
    [
      'a file that does not exist',
      DOCKERFILE.replace('package.json', 'package.jsn'),
      'package.jsn, which does not exist',
    ],
    ['an unknown instruction', DOCKERFILE.replace('EXPOSE', 'EXPOES'), 'EXPOES'],
  ])('finds %s', async (_name, text, problem) => {
    expect((await check(text)).findings.join('\n')).toContain(problem);
  });
});

describe('the check of the systemd units', () => {
  const UNIT = `# the hub
[Service]
User=stadtpegel
WorkingDirectory=/opt/stadtpegel
ExecStart=/usr/bin/node /opt/stadtpegel/bin/x.mjs start --data /var/lib/x
NoNewPrivileges=yes
ProtectSystem=strict
`;
  const check = async (text: string, name = 'hub.service') =>
    checkPlanted(systemdCheck, { [`deploy/systemd/${name}`]: text, 'bin/x.mjs': '' });
  test('accepts a sane unit and says what it visited', async () => {
    expect(await check(UNIT)).toEqual({ findings: [], visited: '1 units, 5 settings' });
  });
  test.each([
    ['a mistyped key', UNIT.replace('NoNewPrivileges', 'NoNewPriviledges'), 'NoNewPriviledges is no key'],
    ['an unknown section', UNIT.replace('[Service]', '[Servise]'), '[Servise] is no section'],
    ['a service of root', UNIT.replace('=stadtpegel', '=root'), 'runs as root'],
    ['a service without a user', UNIT.replace('User=stadtpegel\n', ''), 'lacks User'],
    ['a program that is not there', UNIT.replace('x.mjs', 'y.mjs'), 'names bin/y.mjs'],
  ])('finds %s', async (_name, text, problem) => {
    expect((await check(text)).findings.join('\n')).toContain(problem);
  });
  test('finds a timer without its service, and that there are no units', async () => {
    expect((await check('[Timer]\nOnCalendar=daily\n', 'x.timer')).findings).toEqual([
      'deploy/systemd/x.timer: there is no service of this name',
    ]);
    expect((await checkPlanted(systemdCheck, {})).findings).toEqual(['deploy/systemd: has no units']);
  });
});
