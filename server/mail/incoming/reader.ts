// SPDX-License-Identifier: AGPL-3.0-or-later
import { Worker } from 'node:worker_threads'
import type { IncomingMail, Setting } from './read-mail.ts'

/** A mail of the greatest size is read in less than a second. */
const PATIENCE_MS = 10_000
const MOST_MEMORY_MB = 128

/** Reads mails one after the other in a thread of its own, which is there from the first one until `close`. */
export class Reader {
  readonly #setting: Setting
  readonly #patience: number
  #thread: Worker | undefined
  #answer: (mail: IncomingMail | null) => void = () => {}

  /** @param patience milliseconds after which a mail cannot be read. */
  constructor(setting: Setting, patience = PATIENCE_MS) {
    this.#setting = setting
    this.#patience = patience
  }

  /** Undefined for what cannot be read, or not in time. Not to be called again before it has answered. */
  async read(bytes: Uint8Array): Promise<IncomingMail | undefined> {
    const thread = (this.#thread ??= this.#start())
    let timer: NodeJS.Timeout | undefined
    const mail = await new Promise<IncomingMail | null>((resolve) => {
      this.#answer = resolve
      timer = setTimeout(() => resolve(null), this.#patience)
      thread.postMessage(bytes)
    })
    clearTimeout(timer)
    // It may have ended, or still be reading.
    if (!mail) await this.close()
    return mail ?? undefined
  }

  async close(): Promise<void> {
    const thread = this.#thread
    this.#thread = undefined
    await thread?.terminate()
  }

  #start(): Worker {
    const thread = new Worker(new URL('./read-thread.ts', import.meta.url), {
      workerData: this.#setting,
      resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB },
    })
    thread.unref()
    const hear = (mail: IncomingMail | null) => {
      if (this.#thread === thread) this.#answer(mail)
    }
    thread.on('message', hear)
    thread.on('error', () => hear(null))
    thread.on('exit', () => hear(null))
    return thread
  }
}
