// SPDX-License-Identifier: AGPL-3.0-or-later
// Reads a property of other software, however its JSON-LD spells it: plain, `_:joinMode`, under its full address, as
// `{ "type": "mz:joinModeType", "@value": "free" }`, or alone in an array.
import { DAY, HOUR, MINUTE } from '../../server/base/clock.ts'
import { endOfDay, instantIn, startOfDay } from '../../server/base/days.ts'
import type { JsonObject, JsonValue } from '../plain-json.ts'
import { cleanLine, textOfHtml } from '../../server/text/plain-text.ts'

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
  return cleanLine(textOf(object, name))
}

export function numberOf(object: JsonObject, name: string): number | null {
  const value = oneOf(object, name)
  const number = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : null
}

const LOCAL = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?)?$/
const WITH_OFFSET = /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d(:?\d\d)?)$/i

/**
 * The instant in ISO UTC; null for anything that is none.
 * @param timeZone of a time without an offset. A day alone is its first instant, or its last one with `isEnd`.
 */
export function instantOf(object: JsonObject, name: string, timeZone: string, isEnd = false): string | null {
  const value = oneOf(object, name)
  if (typeof value !== 'string') return null
  const isLocal = LOCAL.test(value)
  if (!isLocal && !WITH_OFFSET.test(value)) return null
  const isDay = value.length === 10
  if (Number.isNaN(Date.parse(isLocal ? `${isDay ? `${value}T00:00` : value}Z` : value))) return null
  if (!isLocal) return new Date(value).toISOString()
  if (isDay) return isEnd ? endOfDay(value, timeZone) : startOfDay(value, timeZone)
  return instantIn(value, timeZone)
}

/** Milliseconds of an ISO 8601 duration such as `PT2H30M`; null for anything else. */
export function durationOf(object: JsonObject, name: string): number | null {
  const found = /^P(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6})(?:\.\d+)?S)?)?$/.exec(
    lineOf(object, name),
  )
  const [days, hours, minutes, seconds] = (found ?? []).slice(1).map((one) => Number(one ?? 0))
  const total = found ? days! * DAY + hours! * HOUR + minutes! * MINUTE + seconds! * 1000 : 0
  return total > 0 ? total : null
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
