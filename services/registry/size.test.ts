import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { options } from './index.ts';
import { testRegistry, thing } from './testing/index.ts';

test('an entity more than there may be is refused; changing and replacing go on [limit registry.maxEntities]', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'registry-size-'));
  const hub = await testRegistry(folder, { options: options.parse({ maxEntities: 100 }) });
  const { registry } = hub;
  const add = (count: number) =>
    registry.change('test', (plan) => {
      for (let i = 0; i < count; i++) plan.put(['Things', thing(plan.newId('Things'))]);
    });
  try {
    await add(99);
    await expect(add(2)).rejects.toMatchObject({ code: 'hub.full', message: expect.stringContaining('maxEntities') });
    expect(registry.catalogue.set('Things').size).toBe(99);
    await add(1);
    await expect(add(1)).rejects.toMatchObject({ code: 'hub.full' });
    await registry.change('test', (plan) => plan.put(['Things', thing(1, { name: 'another name' })]));
    await registry.change('test', (plan) => {
      plan.remove('Things', 1);
      plan.put(['Things', thing(plan.newId('Things'))]);
    });
    expect(registry.catalogue.set('Things').size).toBe(100);
  } finally {
    await hub.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
