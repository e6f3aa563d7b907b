/** The units in deploy/systemd are parsed and looked over; systemd does not run them here [systemd.unit(5), systemd.exec(5)]. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from './check.ts';

const FOLDER = 'deploy/systemd';
/** Where the guide installs the hub. */
const INSTALLED = '/opt/stadtpegel/';
/** systemd passes over a key that it does not know, so a mistyped protection would protect nothing. */
const KNOWN: Readonly<Record<string, ReadonlySet<string>>> = {
  Unit: keys('Description Documentation After Wants Requires StartLimitIntervalSec'),
  Install: keys('WantedBy'),
  Timer: keys('OnCalendar RandomizedDelaySec Persistent Unit'),
  Service: keys(
    'Type User Group EnvironmentFile Environment WorkingDirectory ExecStart StateDirectory StateDirectoryMode CacheDirectory ' +
      'Restart RestartSec RestartPreventExitStatus TimeoutStopSec KillMode LimitNOFILE NoNewPrivileges PrivateTmp PrivateDevices ' +
      'ProtectSystem ProtectHome ProtectControlGroups ProtectKernelModules ProtectKernelTunables RestrictAddressFamilies ' +
      'RestrictSUIDSGID LockPersonality CapabilityBoundingSet',
  ),
};
/** Without these a service runs as root, or where its files are not. */
const NEEDED = ['User', 'ExecStart', 'WorkingDirectory', 'NoNewPrivileges', 'ProtectSystem'];

export const systemdCheck: Check = {
  name: FOLDER,
  run: async ({ root }) => {
    const folder = join(root, FOLDER);
    const files = existsSync(folder) ? readdirSync(folder).sort() : [];
    const findings = files.length === 0 ? [`${FOLDER}: has no units`] : [];
    let settings = 0;
    for (const file of files) {
      const found = new Set<string>();
      let section = '';
      readFileSync(join(folder, file), 'utf8')
        .split('\n')
        .forEach((raw, i) => {
          const text = raw.trim();
          if (text === '' || text.startsWith('#')) return;
          const say = (problem: string): number => findings.push(`${FOLDER}/${file}:${i + 1}: ${problem}`);
          const named = /^\[(\w+)\]$/.exec(text)?.[1];
          if (named !== undefined) {
            section = named;
            if (KNOWN[section] === undefined) say(`[${section}] is no section that is used here`);
            return;
          }
          const [key = '', ...value] = text.split('=');
          settings++;
          found.add(key);
          if (KNOWN[section]?.has(key) === false) say(`${key} is no key of [${section}] that is used here`);
          if (key === 'User' && value[0] === 'root') say('runs as root');
          for (const path of installed(value.join('=')))
            if (!existsSync(join(root, path))) say(`names ${path}, which does not exist`);
        });
      if (file.endsWith('.service'))
        for (const key of NEEDED) if (!found.has(key)) findings.push(`${FOLDER}/${file}: lacks ${key}`);
      if (file.endsWith('.timer') && !files.includes(file.replace(/timer$/, 'service')))
        findings.push(`${FOLDER}/${file}: there is no service of this name`);
    }
    return { visited: `${files.length} units, ${settings} settings`, findings };
  },
};

function keys(names: string): ReadonlySet<string> {
  return new Set(names.split(' '));
}

/** Paths of the project in a value. */
function installed(value: string): string[] {
  return value
    .split(/\s+/)
    .filter((word) => word.includes(INSTALLED))
    .map((word) => word.slice(word.indexOf(INSTALLED) + INSTALLED.length));
}
