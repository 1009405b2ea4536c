// SPDX-License-Identifier: AGPL-3.0-or-later
import { withOneType } from './one-type.ts'

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

export type ReadJson = { ok: true; value: JsonObject; text: string } | { ok: false; reason: JsonRefusal }

/** Bytes of a received body; documents we fetch have the same limit. */
export const MAX_BYTES = 256 * 1024
const MAX_DEPTH = 24
const MAX_NODES = 4000
const MAX_STRING = 64 * 1024
const MAX_CONTEXTS = 16
const MAX_NESTED_CONTEXTS = 8

/** Keys that JSON-LD or a program may read differently; `_meta`, `_local` and `_id` are apex's own marks. */
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

/** Never throws. */
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
  return reason ? { ok: false, reason } : { ok: true, value: withOneType(value as JsonObject, text), text }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d]
const isBetween = (code: number) => code <= 0x20 || code === 0x2c || code === 0x3a
const isStructure = (code: number) => (code | 0x20) === CLOSE_OBJECT || (code | 0x20) === OPEN_OBJECT

/** @param text valid JSON: a parsed value hides repeated keys. Read by codes, because it runs for every activity. */
function structureRefusal(text: string): JsonRefusal | undefined {
  const open: (Set<string> | null)[] = []
  let nodes = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (isBetween(code)) continue
    if (code === CLOSE_OBJECT || code === CLOSE_LIST) {
      open.pop()
      continue
    }
    const from = at
    if (code === QUOTE) {
      at = endOfString(text, at)
      const keys = open.at(-1)
      const isKey = keys != null && isColonNext(text, at + 1)
      const refusal = stringRefusal(text.slice(from, at + 1), isKey ? keys : undefined)
      if (refusal) return refusal
      if (isKey) continue
    } else if (code === OPEN_OBJECT || code === OPEN_LIST) {
      open.push(code === OPEN_OBJECT ? new Set() : null)
      if (open.length > MAX_DEPTH) return 'too_deep'
    } else while (!isOver(text, at + 1)) at++
    if (++nodes > MAX_NODES) return 'too_many_nodes'
  }
  return undefined
}

function endOfString(text: string, from: number): number {
  let at = from + 1
  for (let code = text.charCodeAt(at); code !== QUOTE; code = text.charCodeAt(at)) at += code === BACKSLASH ? 2 : 1
  return at
}

function isColonNext(text: string, from: number): boolean {
  let at = from
  while (text.charCodeAt(at) <= 0x20) at++
  return text.charCodeAt(at) === 0x3a
}

function isOver(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return at >= text.length || isBetween(code) || isStructure(code)
}

function stringRefusal(literal: string, keys: Set<string> | undefined): JsonRefusal | undefined {
  if (literal.length > MAX_STRING) return 'string_too_long'
  const isPlain = !literal.includes('\\')
  // Without an escape it is as well formed as the bytes it was read from.
  if (isPlain && !keys) return undefined
  const value = isPlain ? literal.slice(1, -1) : (JSON.parse(literal) as string)
  if (!isPlain && (value.includes('\0') || !value.isWellFormed())) return 'unsafe_text'
  if (!keys) return undefined
  if (keys.has(value)) return 'duplicate_key'
  keys.add(value)
  return FORBIDDEN.has(value) ? 'forbidden_key' : undefined
}

/** The work of JSON-LD grows with the number of contexts. */
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
