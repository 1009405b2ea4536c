// SPDX-License-Identifier: AGPL-3.0-or-later
// Lengths are in characters; messages are text keys.
import { z } from 'zod'
import type { MessageKey } from '../text/message-keys.ts'

// Invisible and direction-changing characters can make one text look like another; characters for private use, such as
// the bullets of Word, are boxes for everybody else.
const HIDDEN =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ue000-\uf8ff\u{f0000}-\u{ffffd}\u{100000}-\u{10fffd}]/gu
/** Several lines as they are stored. */
export const tidyLines = (value: string) =>
  value.toWellFormed().replaceAll('\r\n', '\n').replaceAll(HIDDEN, '').normalize('NFC').trim()
/** What is pasted over several lines becomes one: names, titles and labels stand in heads, subjects and cells. */
export const tidyLine = (value: string) => tidyLines(value.replaceAll(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' '))

const first = (value: unknown) => (Array.isArray(value) ? value[0] : value)

type Tidy = (value: string) => string
const TOO_LONG: MessageKey = 'error.field.too_long'
const needed = (tidied: Tidy, max: number, missing: MessageKey, tooLong: MessageKey) =>
  z.preprocess(first, z.string(missing).transform(tidied).pipe(z.string().min(1, missing).max(max, tooLong)))
const optional = (tidied: Tidy, max: number, tooLong: MessageKey) =>
  z.preprocess((value) => first(value) ?? '', z.string().transform(tidied).pipe(z.string().max(max, tooLong)))

/** One line. */
export const text = (max: number, missing: MessageKey, tooLong: MessageKey = TOO_LONG) =>
  needed(tidyLine, max, missing, tooLong)

/** One line; '' when it is empty. */
export const optionalText = (max: number, tooLong: MessageKey = TOO_LONG) => optional(tidyLine, max, tooLong)

/** Several lines, for a textarea. */
export const lines = (max: number, missing: MessageKey, tooLong: MessageKey = TOO_LONG) =>
  needed(tidyLines, max, missing, tooLong)

/** Several lines, for a textarea; '' when it is empty. */
export const optionalLines = (max: number, tooLong: MessageKey = TOO_LONG) => optional(tidyLines, max, tooLong)

/** A hidden field of forms for everybody: only programs fill it in. */
export const TRAP = 'topic'

/** What mail programs make a link of; not endings that are words, because many type no space after a point. */
const SITE =
  /:\/\/|www\.|[\w-]\.(?:com|net|org|info|biz|fr|ca|quebec|be|ch|eu|io|me|co|ru|xyz|top|site|shop|link|app|dev|online|store|click|vip|casino|bet|uk|nl|cn)\b|[\w-]\.[a-z]{2,}\//i
export const namesSite = (typed: string): boolean => SITE.test(typed)

/** Part of a person's name. It opens mails and stands on pages, so it is not used to carry a link. */
export function personName(missing: MessageKey) {
  return text(80, missing).pipe(z.string().refine((typed) => !namesSite(typed), 'error.field.name_link'))
}

/** '' and unknown codes get `wrong`. */
export function code<const T extends string>(codes: readonly T[], wrong: MessageKey) {
  return z.preprocess(first, z.enum(codes as readonly [T, ...T[]], wrong))
}

/** For codes known only at run time (a taxonomy). */
export function codeWhere(known: (code: string) => boolean, wrong: MessageKey) {
  return z.preprocess(first, z.string(wrong).refine(known, wrong))
}

/** Check boxes. Duplicates are removed. */
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

export const tick = z.preprocess((value) => ['on', '1', 'true', 'yes'].includes(String(first(value))), z.boolean())

/** Null when it is empty. */
export function optionalInteger(min: number, max: number, wrong: MessageKey) {
  return z.preprocess((value) => {
    const typed = String(first(value) ?? '').replaceAll(/[\s\u00a0\u202f]/g, '')
    return typed === '' ? null : /^-?\d{1,9}$/.test(typed) ? Number(typed) : Number.NaN
  }, z.number(wrong).int(wrong).min(min, wrong).max(max, wrong).nullable())
}

/** True for a real day, as YYYY-MM-DD. */
export function isDay(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false
  const date = new Date(`${value}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value)
}

/** As typed in France (12/11/2026) or in Québec (2026-11-12); null when it is empty. */
export function optionalDay(wrong: MessageKey) {
  return z.preprocess((value) => {
    const typed = String(first(value) ?? '').trim()
    const french = /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$/.exec(typed)
    return french ? `${french[3]}-${french[2]!.padStart(2, '0')}-${french[1]!.padStart(2, '0')}` : typed || null
  }, z.string().refine(isDay, wrong).nullable())
}

export function day(missing: MessageKey) {
  return optionalDay(missing).pipe(z.string(missing))
}

const LOCAL = /^[^\s@<>()[\]\\,;:"]{1,64}$/
const LABEL = /^(?!-)[^\s@.<>()[\]\\,;:"]{1,63}(?<!-)$/

/** No server takes an address with two dots in a row, a hyphen at the end of a label, or figures in place of a name. */
function isAddress(typed: string): boolean {
  const [local = '', domain = '', ...others] = typed.split('@')
  const labels = domain.split('.')
  const top = labels.at(-1)!
  return (
    others.length === 0 &&
    LOCAL.test(local) &&
    !/^\.|\.\.|\.$/.test(local) &&
    labels.length >= 2 &&
    labels.every((label) => LABEL.test(label)) &&
    top.length >= 2 &&
    !/^\d+$/.test(top)
  )
}

/** As typed, trimmed. Compare with emailKey(). */
export function email(missing: MessageKey, wrong: MessageKey = 'error.field.email') {
  return text(254, missing).pipe(z.string().refine(isAddress, wrong))
}

/** '' for somebody without an address. */
export function optionalEmail(wrong: MessageKey = 'error.field.email') {
  const typed = (value: unknown) => String(first(value) ?? '').trim()
  return z.preprocess(typed, z.union([z.literal(''), email(wrong, wrong)], wrong))
}

/** Equal for two spellings of one mailbox. */
export function emailKey(address: string): string {
  return address.trim().normalize('NFC').toLowerCase()
}
