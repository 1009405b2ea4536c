// SPDX-License-Identifier: AGPL-3.0-or-later
// Intl's formats. One takes 40 to 300 µs to make and up to 27 kB outside the heap, so each is made once and kept.
import { once } from './once.ts'

type Made =
  Intl.NumberFormat | Intl.DateTimeFormat | Intl.PluralRules | Intl.ListFormat | Intl.Collator | Intl.Segmenter
type Maker<T extends Made, O> = (locale: string, options?: O) => T

/** What this product asks for is less than half of it; time zones that other sites name come on top. */
const MOST_KEPT = 300

const keptFormats = once(() => new Map<string, Made>())

/** Keeps what `make` makes, by locale and options; the one that was asked for least recently goes first. */
function kept<T extends Made, O>(kind: string, make: Maker<T, O>): Maker<T, O> {
  return (locale, options) => {
    const formats = keptFormats()
    const name = `${kind} ${locale} ${options ? JSON.stringify(options) : ''}`
    const known = formats.get(name) as T | undefined
    const format = known ?? make(locale, options)
    if (known) formats.delete(name)
    else if (formats.size >= MOST_KEPT) formats.delete(formats.keys().next().value ?? '')
    formats.set(name, format)
    return format
  }
}

/** @throws RangeError for a currency or a locale that is none. */
export const numberFormat = kept<Intl.NumberFormat, Intl.NumberFormatOptions>(
  'number',
  (locale, options) => new Intl.NumberFormat(locale, options),
)

/** @throws RangeError for a time zone that Intl does not know. */
export const dateFormat = kept<Intl.DateTimeFormat, Intl.DateTimeFormatOptions>(
  'date',
  (locale, options) => new Intl.DateTimeFormat(locale, options),
)

export const pluralRules = kept<Intl.PluralRules, Intl.PluralRulesOptions>(
  'plural',
  (locale, options) => new Intl.PluralRules(locale, options),
)

export const listFormat = kept<Intl.ListFormat, Intl.ListFormatOptions>(
  'list',
  (locale, options) => new Intl.ListFormat(locale, options),
)

export const collator = kept<Intl.Collator, Intl.CollatorOptions>(
  'collator',
  (locale, options) => new Intl.Collator(locale, options),
)

export const segmenter = kept<Intl.Segmenter, Intl.SegmenterOptions>(
  'segmenter',
  (locale, options) => new Intl.Segmenter(locale, options),
)
