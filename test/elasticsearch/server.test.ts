import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { FROM_SOURCES } from '../from-sources.ts';
import { DISTRIBUTION, distributionFolder } from './distribution.ts';
import { ask } from './request.ts';
import { type Server, startServer } from './server.ts';
import { ownElasticsearchServer } from './servers.ts';

const OWNER = fileURLToPath(new URL('./fixture/owner.ts', import.meta.url));

/** Open to whoever the server runs as. */
const temporary = mkdtempSync(join(tmpdir(), 'hayrick-servers-'));
chmodSync(temporary, 0o711);
vi.stubEnv('TMPDIR', temporary);
const server = await ownElasticsearchServer('kills, restarts and special settings of test servers', {
  settings: ['thread_pool.write.queue_size: 77', 'cluster.routing.allocation.disk.threshold_enabled: true'],
});
afterEach(() => void vi.stubEnv('TMPDIR', temporary));
afterAll(async () => {
  await server?.close();
  rmSync(temporary, { recursive: true });
});

describe.skipIf(server === null)('a server of its own', { timeout: 300_000 }, () => {
  it('takes settings, also in the place of ours', async () => {
    const { text } = await own().ask('/_nodes/_local/settings?flat_settings');
    expect(text).toContain('"thread_pool.write.queue_size":"77"');
    expect(text).toContain('"cluster.routing.allocation.disk.threshold_enabled":"true"');
    expect(text).toContain('"xpack.security.enabled":"false"');
  });

  it.each([
    ['kill', 'a.1'],
    ['stop', 'a.2'],
  ] as const)('after %s has what it acknowledged, at the same address', async (end, id) => {
    const path = `/kept/_doc/${id}`;
    const put = await own().ask(path, { method: 'PUT', body: { text: 'hay' } });
    expect(put.status).toBe(201);
    const { url, processId } = own();
    await own()[end]();
    expect(own().processId).toBe(null);
    await expect(ask(url, '/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await own().start();
    expect(own().url).toBe(url);
    expect(own().processId).not.toBe(processId);
    expect(JSON.parse((await own().ask(path)).text)).toMatchObject({ found: true, _source: { text: 'hay' } });
  });

  it('says what the server said when it does not come up, and leaves nothing behind', async () => {
    const before = readdirSync(temporary);
    await expect(ownElasticsearchServer('never', { settings: ['no.such.setting: 1'] })).rejects.toMatchObject(
      {
        code: 'ENGINE_FAILED',
        message: expect.stringMatching(/ended while it started.*unknown setting \[no\.such\.setting\]/su),
      },
    );
    expect(readdirSync(temporary)).toEqual(before);
  });

  it('says which Java cannot be run', async () => {
    const before = readdirSync(temporary);
    const jdk = { home: join(temporary, 'no-java'), major: 25 };
    const started = startServer({ home: distributionFolder(DISTRIBUTION, process.env), jdk });
    await expect(started).rejects.toMatchObject({
      code: 'ENGINE_FAILED',
      message: expect.stringMatching(/no-java cannot be run.*ENOENT/u),
    });
    expect(readdirSync(temporary)).toEqual(before);
  });

  it('ends with its owner, however that ends, and its files with it', async () => {
    const folder = mkdtempSync(join(temporary, 'owner-'));
    chmodSync(folder, 0o711);
    const owner = spawn(process.execPath, [...FROM_SOURCES, OWNER], {
      env: { ...process.env, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface(owner.stdout), 'line')) as [string];
    const { url, processId } = JSON.parse(line) as { readonly url: string; readonly processId: number };
    expect((await ask(url, '/')).status).toBe(200);
    const [instance = ''] = readdirSync(folder);
    expect(instance).toMatch(/^hayrick-elasticsearch-/u);

    const removed = untilEmpty(folder);
    owner.kill('SIGKILL');
    await removed;
    await expect(ask(url, '/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(() => process.kill(processId, 0)).toThrow('ESRCH');
  });
});

function own(): Server {
  if (server === null) throw new Error('Skipped without a server.');
  return server;
}

/** When the last entry of a folder is gone. Watches from now on, so nothing that is done afterwards is missed. */
function untilEmpty(folder: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(folder, () => {
      if (readdirSync(folder).length > 0) return;
      watcher.close();
      resolve();
    });
  });
}
