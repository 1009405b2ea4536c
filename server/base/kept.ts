// SPDX-License-Identifier: AGPL-3.0-or-later
// Values that cost much to make, kept while a version stays the same and from the second request on: most addresses are
// asked for once, and would only push out the others.

type Limits<T> = {
  /** Of all values together; the oldest are forgotten first. */
  mostBytes: number
  /** Infinity for a value that is never kept. */
  bytesOf(value: T): number
}

/** Keys of which only the first request is remembered. */
const MOST_ASKED = 10_000

export class Kept<T extends object> {
  readonly #limits: Limits<T>
  readonly #values = new Map<string, T>()
  readonly #making = new Map<string, Promise<T | undefined>>()
  readonly #asked = new Set<string>()
  #version = ''
  #bytes = 0

  constructor(limits: Limits<T>) {
    this.#limits = limits
  }

  /**
   * Who asks while a value is made gets the same one.
   * @param version another one than at the last call forgets everything. Read it before what the value is made of.
   * @returns undefined when `make` does, which is called for each who asks then.
   */
  async get(version: string, key: string, make: () => Promise<T | undefined>): Promise<T | undefined> {
    if (version !== this.#version) this.#forgetAll(version)
    const known = this.#values.get(key)
    if (known) return known
    const shared = this.#making.get(key)
    const answer = shared && (await shared)
    if (answer) return answer
    const making = make()
    this.#making.set(key, making)
    try {
      const made = await making
      if (made && version === this.#version) this.#keep(key, made)
      return made
    } finally {
      if (this.#making.get(key) === making) this.#making.delete(key)
    }
  }

  #forgetAll(version: string): void {
    this.#version = version
    this.#bytes = 0
    this.#values.clear()
    this.#asked.clear()
    this.#making.clear()
  }

  #keep(key: string, value: T): void {
    const { mostBytes, bytesOf } = this.#limits
    if (this.#isFirst(key)) return
    const bytes = bytesOf(value)
    if (bytes > mostBytes || this.#values.has(key)) return
    this.#values.set(key, value)
    this.#bytes += bytes
    for (const [oldest, one] of this.#values) {
      if (this.#bytes <= mostBytes) break
      this.#values.delete(oldest)
      this.#bytes -= bytesOf(one)
    }
  }

  #isFirst(key: string): boolean {
    if (this.#asked.has(key)) return false
    if (this.#asked.size >= MOST_ASKED) this.#asked.clear()
    this.#asked.add(key)
    return true
  }
}
