// SPDX-License-Identifier: AGPL-3.0-or-later
// The kinds of field that forms are made of. Lengths are in characters; messages are keys.
import { z } from 'zod'
import type { MessageKey } from '../text/message-keys.ts'

// Invisible and direction-changing characters let one text pass for another; line breaks stay.
const HIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g
const tidy = (value: string) => value.replaceAll('\r\n', '\n').replaceAll(HIDDEN, '').normalize('NFC').trim()

const first = (value: unknown) => (Array.isArray(value) ? value[0] : value)

/** One required text of at most `max` characters. */
export function text(max: number, missing: MessageKey, tooLong: MessageKey = 'error.field.too_long') {
  return z.preprocess(first, z.string(missing).transform(tidy).pipe(z.string().min(1, missing).max(max, tooLong)))
}

/** A text that may stay empty ('' when it is). */
export function optionalText(max: number, tooLong: MessageKey = 'error.field.too_long') {
  return z.preprocess((value) => first(value) ?? '', z.string().transform(tidy).pipe(z.string().max(max, tooLong)))
}

/** One code of a list; `''` and unknown codes get `wrong`. */
export function code<const T extends string>(codes: readonly T[], wrong: MessageKey) {
  return z.preprocess(first, z.enum(codes as readonly [T, ...T[]], wrong))
}

/** One code that is only known at run time (a taxonomy). */
export function codeWhere(known: (code: string) => boolean, wrong: MessageKey) {
  return z.preprocess(first, z.string(wrong).refine(known, wrong))
}

/** Several codes (check boxes), without doubles, `min` to `max` of them. */
export function codes(known: (code: string) => boolean, wrong: MessageKey, min = 0, max = 50) {
  const list = (value: unknown) => [
    ...new Set(Array.isArray(value) ? value : value === undefined || value === '' ? [] : [value]),
  ]
  return z.preprocess(
    list,
    z
      .array(z.string())
      .min(min, wrong)
      .max(max, wrong)
      .refine((all) => all.every(known), wrong),
  )
}

/** A check box. */
export const tick = z.preprocess((value) => ['on', '1', 'true', 'yes'].includes(String(first(value))), z.boolean())

/** A whole number as typed, or null when left empty. */
export function optionalInteger(min: number, max: number, wrong: MessageKey) {
  return z.preprocess((value) => {
    const typed = String(first(value) ?? '').replaceAll(/[\s\u00a0\u202f]/g, '')
    return typed === '' ? null : /^-?\d{1,9}$/.test(typed) ? Number(typed) : Number.NaN
  }, z.number(wrong).int(wrong).min(min, wrong).max(max, wrong).nullable())
}

/** True for a day that the calendar has, as YYYY-MM-DD. */
export function isDay(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false
  const date = new Date(`${value}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value)
}

/** A calendar day, also typed the French (12/11/2026) or the Québec way (2026-11-12); null when left empty. */
export function optionalDay(wrong: MessageKey) {
  return z.preprocess((value) => {
    const typed = String(first(value) ?? '').trim()
    const french = /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$/.exec(typed)
    return french ? `${french[3]}-${french[2]!.padStart(2, '0')}-${french[1]!.padStart(2, '0')}` : typed || null
  }, z.string().refine(isDay, wrong).nullable())
}

/** A required day. */
export function day(missing: MessageKey) {
  return optionalDay(missing).pipe(z.string(missing))
}

const EMAIL = /^[^\s@<>()[\]\\,;:"]{1,64}@[^\s@<>()[\]\\,;:"]+\.[^\s@.<>()[\]\\,;:"]{2,}$/

/** An e-mail address as typed, trimmed. Compare with emailKey(). */
export function email(missing: MessageKey, wrong: MessageKey = 'error.field.email') {
  return text(254, missing).pipe(z.string().refine((value) => EMAIL.test(value), wrong))
}

/** The form under which two spellings of one mailbox are equal. */
export function emailKey(address: string): string {
  return address.trim().normalize('NFC').toLowerCase()
}
