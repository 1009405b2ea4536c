// SPDX-License-Identifier: AGPL-3.0-or-later
// apex puts every value in an array; we use plain documents. Converts both ways.
import type { JsonObject, JsonValue } from './plain-json.ts'
import { PUBLIC } from './vocabulary.ts'

export type Boxed = { id: string; type: string; [key: string]: unknown }

/** The only name of the public address that apex knows. */
const APEX_PUBLIC = 'as:Public'
/** Values of ours that apex must not touch, and those it reads as texts. */
const PLAIN = new Set(['id', 'type', '@context', 'terms', 'stats', 'sealed', 'sealKey'])
/** Sent as arrays even with one member, because gancio refuses an event otherwise. */
const LISTS = new Set(['to', 'cc', 'tag', 'attachment', 'items', 'orderedItems', 'implements'])

export function box(document: JsonObject): Boxed {
  const entries = Object.entries(document).filter(([key, value]) => key !== '@context' && value !== null)
  return Object.fromEntries(
    entries.map(([key, value]) => [key, PLAIN.has(key) ? value : [value].flat().map(boxValue)]),
  ) as Boxed
}

/** apex's own marks begin with `_`; `_:address` is a term that the sender's context does not define. */
const MARK = /^_(?!:[A-Za-z])/

export function unbox(document: Record<string, unknown>): JsonObject {
  const entries = Object.entries(document).filter(
    ([key, value]) => !MARK.test(key) && value !== undefined && value !== null,
  )
  return Object.fromEntries(entries.map(([key, value]) => [key, unboxProperty(key, value)]))
}

function boxValue(value: JsonValue): unknown {
  if (value === PUBLIC) return APEX_PUBLIC
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? box(value) : value
}

function unboxProperty(key: string, value: unknown): JsonValue {
  if (PLAIN.has(key)) return value as JsonValue
  const values = ([value].flat() as unknown[]).map(unboxValue)
  return values.length === 1 && !LISTS.has(key) ? (values[0] ?? null) : values
}

function unboxValue(value: unknown): JsonValue {
  if (value === APEX_PUBLIC) return PUBLIC
  return typeof value === 'object' && value !== null ? unbox(value as Record<string, unknown>) : (value as JsonValue)
}
