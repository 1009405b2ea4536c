// SPDX-License-Identifier: AGPL-3.0-or-later
// Is this text JSON that every program would read alike, and small enough to be worth reading?

export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject
export type JsonObject = { [key: string]: JsonValue }
export type JsonRefusal =
  | 'not_utf8'
  | 'not_json'
  | 'not_an_object'
  | 'too_big'
  | 'too_deep'
  | 'too_many_nodes'
  | 'string_too_long'
  | 'unsafe_text'
  | 'duplicate_key'
  | 'forbidden_key'
  | 'too_many_contexts'

export type ReadJson = { ok: true; value: JsonObject } | { ok: false; reason: JsonRefusal }

/** Limits of design/federation.md §5.2. Bytes of a received body; documents we fetch have the same. */
export const MAX_BYTES = 256 * 1024
const MAX_DEPTH = 24
const MAX_NODES = 4000
const MAX_STRING = 64 * 1024
const MAX_CONTEXTS = 16
const MAX_NESTED_CONTEXTS = 8

/**
 * Keys with which a document could mean one thing as plain JSON and another as JSON-LD, or reach into a program.
 * `_meta`, `_local` and `_id` are apex's own marks; other keys that begin with `_` are common and harmless.
 */
const FORBIDDEN = new Set([
  '__proto__',
  'constructor',
  'prototype',
  '_meta',
  '_local',
  '_id',
  '_:_meta',
  '@graph',
  '@included',
  '@reverse',
])

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Reads a body as one JSON object within the limits. Never throws. */
export function readPlainJson(body: Buffer): ReadJson {
  if (body.length > MAX_BYTES) return { ok: false, reason: 'too_big' }
  let text: string
  try {
    text = strictUtf8.decode(body)
  } catch {
    return { ok: false, reason: 'not_utf8' }
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { ok: false, reason: 'not_json' }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { ok: false, reason: 'not_an_object' }
  const reason = structureRefusal(text) ?? contextRefusal(value as JsonObject)
  return reason ? { ok: false, reason } : { ok: true, value: value as JsonObject }
}

/** Walks the text itself, because a parsed value no longer shows a key that came twice. The text is valid JSON. */
function structureRefusal(text: string): JsonRefusal | undefined {
  const open: (Set<string> | null)[] = []
  const token = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]]|[^\s{}[\]",:]+/g
  const colon = /\s*:/y
  let nodes = 0
  for (let found = token.exec(text); found; found = token.exec(text)) {
    const [word] = found
    if (word === '}' || word === ']') {
      open.pop()
      continue
    }
    const keys = open.at(-1)
    colon.lastIndex = token.lastIndex
    const isKey = word[0] === '"' && keys != null && colon.test(text)
    if (word[0] === '"') {
      const refusal = stringRefusal(word, isKey ? keys : undefined)
      if (refusal) return refusal
    }
    if (isKey) continue
    if (++nodes > MAX_NODES) return 'too_many_nodes'
    if (word === '{' || word === '[') {
      open.push(word === '{' ? new Set() : null)
      if (open.length > MAX_DEPTH) return 'too_deep'
    }
  }
  return undefined
}

function stringRefusal(literal: string, keys: Set<string> | undefined): JsonRefusal | undefined {
  if (literal.length > MAX_STRING) return 'string_too_long'
  const value = literal.includes('\\') ? (JSON.parse(literal) as string) : literal.slice(1, -1)
  if (value.includes('\0') || !value.isWellFormed()) return 'unsafe_text'
  if (!keys) return undefined
  if (keys.has(value)) return 'duplicate_key'
  keys.add(value)
  return FORBIDDEN.has(value) ? 'forbidden_key' : undefined
}

/** How many contexts there are on top and in one nested object; JSON-LD work grows with them. */
function contextRefusal(value: JsonValue, isTop = true): JsonRefusal | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const contexts = Array.isArray(value) ? undefined : value['@context']
  const count = Array.isArray(contexts) ? contexts.length : Number(contexts !== undefined)
  if (count > (isTop ? MAX_CONTEXTS : MAX_NESTED_CONTEXTS)) return 'too_many_contexts'
  for (const [key, inner] of Object.entries(value)) {
    if (key === '@context') continue
    const refusal = contextRefusal(inner, false)
    if (refusal) return refusal
  }
  return undefined
}
