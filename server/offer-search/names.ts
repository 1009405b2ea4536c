// SPDX-License-Identifier: AGPL-3.0-or-later
// Texts that come again and again, as numbers.

/** The number of a text that is not there, and of none. */
export const NONE = -1

export class Names {
  readonly #numbers = new Map<string, number>()
  readonly #texts: string[] = []

  /** The number of the text, which gets one if it has none. */
  numberOf(text: string | null): number {
    if (text === null) return NONE
    const known = this.#numbers.get(text)
    if (known !== undefined) return known
    this.#numbers.set(text, this.#texts.length)
    return this.#texts.push(text) - 1
  }

  /** NONE for a text without a number. */
  find(text: string): number {
    return this.#numbers.get(text) ?? NONE
  }

  text(number: number): string {
    return this.#texts[number] ?? ''
  }

  get size(): number {
    return this.#texts.length
  }
}
