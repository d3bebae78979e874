import type { BackendModule, GenerationWriter } from '@hayrick/core/backend';

/** Holds up who writes, as long as it is shut. */
export class Gate {
  #open: (() => void) | null = null;
  #shut: Promise<void> = Promise.resolve();
  #arrived: () => void = () => undefined;

  /** The next write stops at it; resolves when one does. */
  shut(): Promise<void> {
    this.#shut = new Promise((resolve) => {
      this.#open = resolve;
    });
    return new Promise((resolve) => {
      this.#arrived = resolve;
    });
  }

  open(): void {
    this.#open?.();
  }

  async pass(): Promise<void> {
    this.#arrived();
    await this.#shut;
  }
}

/** The engine, with whatever is written passing the gate before. */
export function gated(module: BackendModule, gate: Gate): BackendModule {
  const behindGate = (writer: GenerationWriter): GenerationWriter => ({
    generation: writer.generation,
    get applied() {
      return writer.applied;
    },
    async write(changes, upTo, options) {
      await gate.pass();
      return writer.write(changes, upTo, options);
    },
    finish: (options) => writer.finish(options),
    close: () => writer.close(),
  });
  return {
    ...module,
    open: async (context) => {
      const backend = await module.open(context);
      return {
        ...backend,
        create: async (fingerprint) => behindGate(await backend.create(fingerprint)),
        writer: async (generation) => behindGate(await backend.writer(generation)),
      };
    },
  };
}
