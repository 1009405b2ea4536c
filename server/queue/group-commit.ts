// SPDX-License-Identifier: AGPL-3.0-or-later
// A commit costs as much for one row as for ten, so rows that arrive together are written together.
import { outsideFence } from '../../db/open.ts'

const PATIENCE_MS = 2

/** @param write writes all rows in one commit and reports to each its result. It must not throw. */
export class GroupCommit<Row> {
  readonly #write: (rows: Row[]) => Promise<void>
  readonly #most: number
  #waiting: Row[] = []
  /** Rows to wait for: as many as came together last time. */
  #expected = 1
  #isWriting = false
  #timer: NodeJS.Timeout | undefined

  constructor(most: number, write: (rows: Row[]) => Promise<void>) {
    this.#most = most
    this.#write = write
  }

  /** A row that comes alone is written at once; when many came together last time, it waits for them, 2 ms at most. */
  add(row: Row): void {
    this.#waiting.push(row)
    this.#look()
  }

  #look(): void {
    if (this.#isWriting) return
    if (this.#waiting.length >= this.#expected) this.#begin()
    else this.#timer ??= setTimeout(() => this.#begin(), PATIENCE_MS)
  }

  #begin(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#isWriting = true
    // In the next turn of the event loop, so that rows that have already arrived are included.
    setImmediate(() => void outsideFence(() => this.#writeAll()))
  }

  async #writeAll(): Promise<void> {
    this.#expected = Math.max(this.#waiting.length, Math.floor(this.#expected * 0.75), 1)
    while (this.#waiting.length > 0) await this.#write(this.#waiting.splice(0, this.#most))
    this.#isWriting = false
  }
}
