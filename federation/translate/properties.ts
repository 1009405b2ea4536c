// SPDX-License-Identifier: AGPL-3.0-or-later
// Reads a property of other software, however its JSON-LD spells it: plain, `_:joinMode`, under its full address, as
// `{ "type": "mz:joinModeType", "@value": "free" }`, or alone in an array.
import type { JsonObject, JsonValue } from '../plain-json.ts'
import { textOfHtml } from './plain-text.ts'
import { cleanText } from './text.ts'

/** Literals unwrapped; empty when the property is missing. */
export function allOf(object: JsonObject, name: string): JsonValue[] {
  const key = Object.hasOwn(object, name) ? name : Object.keys(object).find((one) => one.split(/[:#/]/).at(-1) === name)
  const value = key === undefined ? undefined : object[key]
  return value === undefined || value === null ? [] : [value].flat().map(plain)
}

export function oneOf(object: JsonObject, name: string): JsonValue | undefined {
  return allOf(object, name)[0]
}

/** Plain text of one or several lines; '' when it is missing or no text. */
export function textOf(object: JsonObject, name: string): string {
  const value = oneOf(object, name)
  return typeof value === 'string' ? textOfHtml(value) : ''
}

/** As `textOf`, on one line. */
export function lineOf(object: JsonObject, name: string): string {
  return cleanText(textOf(object, name)).replaceAll(/\s*\n\s*/g, ' ')
}

export function numberOf(object: JsonObject, name: string): number | null {
  const value = oneOf(object, name)
  const number = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : null
}

/** The instant in ISO UTC; null for anything that is none. */
export function instantOf(object: JsonObject, name: string): string | null {
  const value = oneOf(object, name)
  const at = typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? null : new Date(at).toISOString()
}

/** Without the address of its vocabulary. */
export function typeOf(object: JsonObject): string {
  return typeof object['type'] === 'string' ? (object['type'].split(/[:#/]/).at(-1) ?? '') : ''
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function plain(value: JsonValue): JsonValue {
  return isObject(value) && value['@value'] !== undefined ? value['@value'] : value
}
