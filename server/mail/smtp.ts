// SPDX-License-Identifier: AGPL-3.0-or-later
import { Worker } from 'node:worker_threads'
import type { SendMailOptions } from 'nodemailer'

/** What nodemailer says of a mail that the server did not take. */
export type SmtpFault = { code?: string; command?: string; response?: string; responseCode?: number }

/** After so long without a mail, the thread ends and gives its memory back: the library takes some 20 MB. */
const IDLE_MS = 60_000

/** Sends mails one after the other, in a thread of its own that is there while there are mails. */
export class Smtp {
  readonly #url: string
  #thread: Worker | undefined
  #idle: NodeJS.Timeout | undefined

  constructor(url: string) {
    this.#url = url
  }

  /** The next mail is given only when this one is sent. @throws an Error with what SmtpFault names. */
  async send(mail: SendMailOptions): Promise<void> {
    clearTimeout(this.#idle)
    const thread = (this.#thread ??= this.#start())
    const fault = await new Promise<(SmtpFault & { message: string }) | null>((resolve, reject) => {
      const ended = () => reject(new Error('the thread that sends mails ended'))
      thread.once('exit', ended)
      thread.once('error', reject)
      thread.once('message', (answer) => {
        thread.off('exit', ended)
        thread.off('error', reject)
        resolve(answer)
      })
      thread.postMessage(mail)
    })
    this.#idle = setTimeout(() => this.close(), IDLE_MS).unref()
    if (fault) throw Object.assign(new Error(fault.message), fault)
  }

  close(): void {
    clearTimeout(this.#idle)
    void this.#thread?.terminate()
    this.#thread = undefined
  }

  #start(): Worker {
    const thread = new Worker(new URL('./smtp-thread.ts', import.meta.url), { workerData: { url: this.#url } })
    thread.unref()
    thread.once('exit', () => {
      if (this.#thread === thread) this.#thread = undefined
    })
    return thread
  }
}
