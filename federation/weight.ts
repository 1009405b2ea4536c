// SPDX-License-Identifier: AGPL-3.0-or-later
// JSON-LD copies every known term for each context, so a few kilobytes could take seconds of processor time.
import type { JsonObject, JsonValue } from './plain-json.ts'

/** `nodes`: values outside of contexts. `scoped`: contexts inside terms, in force again wherever the term is used. */
export type Weight = { nodes: number; contexts: number; terms: number; scoped: number }

/** No known document has more: Mobilizon defines a hundred terms, a proof adds one context. */
const MOST_CONTEXTS = 24
const MOST_TERMS = 400

/** @param document within the limits of plain-json.ts. */
export function weigh(document: JsonObject): Weight {
  const weight = { nodes: 0, contexts: 0, terms: 0, scoped: 0 }
  add(document, weight)
  return weight
}

/** Measured: JSON-LD takes 0.1 s for the largest activity within these limits. */
export function isBearable({ contexts, terms, scoped }: Weight): boolean {
  return contexts <= MOST_CONTEXTS && terms <= MOST_TERMS && scoped === 0
}

function add(value: JsonValue, weight: Weight): void {
  weight.nodes += 1
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    if (key === '@context') addContext(inner, weight)
    else add(inner, weight)
  }
}

function addContext(value: JsonValue, weight: Weight): void {
  if (Array.isArray(value)) return value.forEach((one) => addContext(one, weight))
  weight.contexts += 1
  if (typeof value !== 'object' || value === null) return
  for (const term of Object.values(value)) {
    weight.terms += 1
    if (typeof term === 'object' && term !== null && '@context' in term) weight.scoped += 1
  }
}
