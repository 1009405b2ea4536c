// SPDX-License-Identifier: AGPL-3.0-or-later
import { Worker } from 'node:worker_threads'
import type { SendMailOptions } from 'nodemailer'

/** What nodemailer says of a mail that the server did not take. */
export type SmtpFault = { code?: string; command?: string; response?: string; responseCode?: number }
/** `round`: another one after each time that the server was away. */
export type ToSend = { id: number; round: number; mail: SendMailOptions }
type Answer = { id: number; isUntried?: true; fault?: SmtpFault & { message: string } }
type Waiting = { done: () => void; failed: (error: unknown) => void }

/** The server went away before the turn of this mail. */
export class Untried extends Error {}

/** False when the server does not answer or refuses the connection (codes of nodemailer). */
export function isAboutThisMail(error: unknown): boolean {
  const { code, responseCode } = error as SmtpFault
  return responseCode !== undefined && (code === 'EENVELOPE' || code === 'EMESSAGE')
}

/** After so long without a mail, the thread ends and gives its memory back: the library takes some 20 MB. */
const IDLE_MS = 60_000

/** Sends mails in the order in which they are given, in a thread of its own that is there while there are mails. */
export class Smtp {
  readonly #url: string
  readonly #waiting = new Map<number, Waiting>()
  #thread: Worker | undefined
  #idle: NodeJS.Timeout | undefined
  #last = 0
  #round = 0

  constructor(url: string) {
    this.#url = url
  }

  /** Several can be given at once. @throws an Error with what SmtpFault names, or Untried. */
  send(mail: SendMailOptions): Promise<void> {
    clearTimeout(this.#idle)
    this.#thread ??= this.#start()
    const id = ++this.#last
    return new Promise((done, failed) => {
      this.#waiting.set(id, { done, failed })
      this.#thread!.postMessage({ id, round: this.#round, mail } satisfies ToSend)
    })
  }

  close(): void {
    clearTimeout(this.#idle)
    void this.#thread?.terminate()
    if (this.#thread) this.#forget(this.#thread)
  }

  #start(): Worker {
    const thread = new Worker(new URL('./smtp-thread.ts', import.meta.url), { workerData: { url: this.#url } })
    thread.unref()
    thread.on('message', (answer: Answer) => this.#hear(answer))
    thread.once('error', (error) => this.#forget(thread, error))
    thread.once('exit', () => this.#forget(thread))
    return thread
  }

  #hear({ id, isUntried, fault }: Answer): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (this.#waiting.size === 0) this.#idle = setTimeout(() => this.close(), IDLE_MS).unref()
    if (isUntried) return waiting?.failed(new Untried())
    if (!fault) return waiting?.done()
    if (!isAboutThisMail(fault)) this.#round += 1
    waiting?.failed(Object.assign(new Error(fault.message), fault))
  }

  /** The next mail begins another. @param error why it ended. */
  #forget(thread: Worker, error = new Error('the thread that sends mails ended')): void {
    if (this.#thread !== thread) return
    this.#thread = undefined
    for (const { failed } of this.#waiting.values()) failed(error)
    this.#waiting.clear()
  }
}
