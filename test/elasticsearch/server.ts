import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { HayrickError } from '@hayrick/core/settings';
import { type Instance, makeInstance } from './instance.ts';
import type { Jdk } from './jdk.ts';
import { freePorts } from './ports.ts';
import { type Ask, ask } from './request.ts';

export interface ServerOptions {
  /** The unpacked distribution. */
  readonly home: string;
  readonly jdk: Jdk;
  /** With TLS, a user and an API key. Default: false. */
  readonly secure?: boolean;
  /** Lines of elasticsearch.yml, also in the place of the launcher's own: 'thread_pool.write.size: 1'. */
  readonly settings?: readonly string[];
  /** Default: 512. */
  readonly heapMegabytes?: number;
  /** More for its Java. Default: the quick compiler alone, with which a start costs half the CPU; to measure the server, give none. */
  readonly javaOptions?: readonly string[];
  readonly name?: string;
  /** Default: free ones. */
  readonly ports?: { readonly http: number; readonly transport: number };
  /** Ends the wait for a server that is not ready yet, and the server. */
  readonly signal?: AbortSignal | undefined;
}

/** How to be let in where security is on. */
export interface Access {
  /** The authority's certificate, PEM, and the file that holds it. */
  readonly ca: string;
  readonly caFile: string;
  /** SHA-256 of that certificate, as `AB:CD:…`. */
  readonly caFingerprint: string;
  readonly user: string;
  readonly password: string;
  /** As clients send it after `ApiKey `; may do everything. */
  readonly apiKey: string;
}

/** A running server of the caller's own. Closing it ends it and removes its data; so does the caller's end, however sudden. */
export interface Server extends AsyncDisposable {
  readonly url: string;
  readonly access: Access | null;
  /** The process that was started; its group holds the server. Null while there is none. */
  readonly processId: number | null;
  /** Settles when the process that runs now ends. */
  readonly ended: Promise<void>;
  /** What it printed last, and the end of its log: for error messages. */
  lastOutput(): string;
  /** As the launcher's: asks the server, let in as the superuser. */
  ask(path: string, options?: Ask): Promise<{ readonly status: number; readonly text: string }>;
  /** Ends it as an administrator does (SIGTERM); the data stays. */
  stop(): Promise<void>;
  /** Ends it as a power cut does (SIGKILL); the data stays. */
  kill(): Promise<void>;
  /** Starts it again with the same data at the same address. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Far beyond the 12 s that it takes on an idle machine: a busy one must not make tests fail. */
const READY_MS = 240_000;
const STOP_MS = 20_000;
const POLL_MS = 100;
const KEPT_OUTPUT = 4000;
const QUICK = ['-XX:TieredStopAtLevel=1'] as const;
const WATCHDOG = fileURLToPath(new URL('./watchdog.sh', import.meta.url));
const LAUNCHER = 'org.elasticsearch.server.launcher.ServerLauncher';

/** Starts a server on the loopback address, about 12 s. @throws ENGINE_FAILED with what it said, where it does not come up */
export async function startServer(options: ServerOptions): Promise<Server> {
  const [http = 0, transport = 0] = options.ports
    ? [options.ports.http, options.ports.transport]
    : await freePorts(2);
  const secure = options.secure ?? false;
  const instance = await makeInstance({
    home: options.home,
    secure,
    name: options.name ?? 'n1',
    httpPort: http,
    transportPort: transport,
    settings: options.settings ?? [],
  });
  const server = new OwnServer(instance, `${secure ? 'https' : 'http'}://127.0.0.1:${http}`, options);
  try {
    await server.start();
    if (secure) await server.makeApiKey();
    return server;
  } catch (error) {
    await server.close();
    throw error;
  }
}

class OwnServer implements Server {
  readonly url: string;
  readonly #instance: Instance;
  readonly #options: ServerOptions;
  readonly #watchdog: ChildProcess;
  #running: Running | null = null;
  #output = '';
  #apiKey = '';

  constructor(instance: Instance, url: string, options: ServerOptions) {
    this.url = url;
    this.#instance = instance;
    this.#options = options;
    this.#watchdog = startWatchdog(instance.directory);
  }

  get processId(): number | null {
    return this.#running?.id ?? null;
  }

  get ended(): Promise<void> {
    return this.#running?.closed ?? Promise.resolve();
  }

  get access(): Access | null {
    const credentials = this.#instance.credentials;
    if (credentials === null) return null;
    const { authority, user, password } = credentials;
    return {
      ca: authority.certificate,
      caFile: authority.file,
      caFingerprint: authority.fingerprint,
      user,
      password,
      apiKey: this.#apiKey,
    };
  }

  lastOutput(): string {
    return this.#output.trim();
  }

  ask(path: string, options: Ask = {}): Promise<{ readonly status: number; readonly text: string }> {
    const access = this.access;
    if (access === null) return ask(this.url, path, options);
    const basic = Buffer.from(`${access.user}:${access.password}`).toString('base64');
    return ask(this.url, path, { ca: access.ca, authorization: `Basic ${basic}`, ...options });
  }

  async makeApiKey(): Promise<void> {
    const answer = await this.ask('/_security/api_key', { method: 'POST', body: { name: 'hayrick-test' } });
    const made = JSON.parse(answer.text) as { readonly encoded?: unknown };
    if (typeof made.encoded !== 'string')
      throw new HayrickError('ENGINE_FAILED', `The server made no API key: HTTP status ${answer.status}.`);
    this.#apiKey = made.encoded;
  }

  async start(): Promise<void> {
    if (this.#running !== null) return;
    this.#output = '';
    const launcher = launch(this.#instance, this.#options);
    const running = await this.#follow(launcher);
    try {
      await this.#untilReady(running);
    } catch (error) {
      await this.kill();
      throw error;
    }
  }

  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  async close(): Promise<void> {
    await this.stop();
    // Root's rights, or the caller's own files: either way it can be removed. The watchdog has nothing left to do then.
    await rm(this.#instance.directory, { recursive: true, force: true, maxRetries: 3 });
    this.#watchdog.kill('SIGKILL');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #follow(launcher: ChildProcess): Promise<Running> {
    const keep = (part: Buffer): void => {
      this.#output = `${this.#output}${part.toString('utf8')}`.slice(-KEPT_OUTPUT);
    };
    launcher.stdout?.on('data', keep);
    launcher.stderr?.on('data', keep);
    // Not `exit`: the server itself holds the launcher's pipes, and its data are free only once both are gone.
    const closed = new Promise<void>((resolve) => launcher.once('close', () => resolve()));
    const id = launcher.pid;
    const file = join(this.#instance.directory, 'pid');
    // At once: from here on the watchdog must know whom to end.
    if (id !== undefined) writeFileSync(file, String(id));
    await once(launcher, 'spawn').catch((error: unknown) => {
      const user = this.#instance.runAs === null ? '' : ` as user ${this.#instance.runAs}`;
      throw new HayrickError('ENGINE_FAILED', `${this.#options.jdk.home} cannot be run${user}: ${error}`, {
        cause: error,
      });
    });
    if (id === undefined) throw new HayrickError('ENGINE_FAILED', 'The launcher has no process id.');
    const running: Running = {
      id,
      closed: closed.then(() => {
        rmSync(file, { force: true });
        if (this.#running === running) this.#running = null;
      }),
    };
    this.#running = running;
    return running;
  }

  async #untilReady(running: Running): Promise<void> {
    const deadline = AbortSignal.any([
      AbortSignal.timeout(READY_MS),
      ...(this.#options.signal ? [this.#options.signal] : []),
    ]);
    while (this.#running === running && !deadline.aborted) {
      const answer = await this.ask('/_cluster/health?wait_for_status=yellow&timeout=1s', {
        timeout: 5000,
      }).catch(() => null);
      if (answer?.status === 200) return;
      await Promise.race([wait(POLL_MS), running.closed]);
    }
    this.#options.signal?.throwIfAborted();
    const what = deadline.aborted ? `was not ready within ${READY_MS / 1000} s` : 'ended while it started';
    throw new HayrickError(
      'ENGINE_FAILED',
      `The test server at ${this.url} ${what}. It said: ${this.lastOutput()}`,
    );
  }

  /** The whole group gets the signal only where nobody may survive; else the launcher hands it on in its own way. */
  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const running = this.#running;
    if (running === null) return;
    send(signal === 'SIGKILL' ? -running.id : running.id, signal);
    const slow = new AbortController();
    const patience = wait(STOP_MS, undefined, { signal: slow.signal, ref: false }).then(
      () => send(-running.id, 'SIGKILL'),
      () => undefined,
    );
    await running.closed;
    slow.abort();
    await patience;
  }
}

interface Running {
  readonly id: number;
  /** When the launcher and all it started have ended. */
  readonly closed: Promise<void>;
}

/** Starts the class that its missing start script would start, in a process group of its own. */
function launch(instance: Instance, options: ServerOptions): ChildProcess {
  const { home } = instance;
  const java = join(options.jdk.home, 'bin/java');
  const heap = `${options.heapMegabytes ?? 512}m`;
  return spawn(
    java,
    [
      ...['-Xms8m', '-Xmx32m', '-XX:+UseSerialGC', `-Djava.io.tmpdir=${instance.temporary}`],
      ...['-cp', join(home, 'lib/tools/server-launcher/*'), LAUNCHER],
    ],
    {
      cwd: home,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: '/usr/bin:/bin',
        LANG: 'C.UTF-8',
        HOME: instance.directory,
        JAVA: java,
        JAVA_TYPE: 'ES_JAVA_HOME',
        ES_JAVA_HOME: options.jdk.home,
        ES_HOME: home,
        ES_PATH_CONF: instance.config,
        ES_DISTRIBUTION_TYPE: 'tar',
        ES_TMPDIR: instance.temporary,
        ES_JAVA_OPTS: [`-Xms${heap} -Xmx${heap}`, ...(options.javaOptions ?? QUICK)].join(' '),
      },
      ...(instance.runAs === null ? {} : { uid: instance.runAs, gid: instance.runAs }),
    },
  );
}

/** In a group of its own, so that a Ctrl-C meant for the owner leaves it its work. */
function startWatchdog(directory: string): ChildProcess {
  const watchdog = spawn('/bin/sh', [WATCHDOG, directory], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watchdog.unref();
  return watchdog;
}

function send(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch {
    // Gone already.
  }
}
