// SPDX-License-Identifier: AGPL-3.0-or-later

const DAY_MINUTES = 1440

const HOURS = '(?:h|heures?|hours?|hrs?)'
const MINUTES = '(?:m|mn|min|mins|minutes?)'
const FORMS: [RegExp, (match: RegExpExecArray) => number][] = [
  // 3h30 · 3 h · 3 h 30 min · 3 heures 30
  [
    new RegExp(`^(\\d{1,3}) ?${HOURS}\\.?(?: ?(\\d{1,2}) ?${MINUTES}?\\.?)?$`),
    (m) => Number(m[1]) * 60 + Number(m[2] ?? 0),
  ],
  // 3:30
  [/^(\d{1,3}):(\d{2})$/, (m) => Number(m[1]) * 60 + Number(m[2])],
  // 90 min
  [new RegExp(`^(\\d{1,4}) ?${MINUTES}\\.?$`), (m) => Number(m[1])],
  // 3,5 · 3.5 · 3 · 3,5 h: hours with a decimal part
  [new RegExp(`^(\\d{1,3}(?:[.,]\\d{1,2})?) ?${HOURS}?$`), (m) => Math.round(Number(m[1]!.replace(',', '.')) * 60)],
]

/** @returns whole minutes, or null when it is not clear (also for 60 minutes or more after the hours). */
export function parseDuration(typed: string): number | null {
  const text = typed
    .trim()
    .toLowerCase()
    .replaceAll(/[\s\u00a0\u202f]+/g, ' ')
  for (const [form, minutes] of FORMS) {
    const match = form.exec(text)
    if (!match) continue
    const rest = form === FORMS[0]![0] || form === FORMS[1]![0] ? Number(match[2] ?? 0) : 0
    return rest > 59 ? null : minutes(match)
  }
  return null
}

const CLOCK = '(\\d{1,2}) ?(?:h(?:eures?)?|:)? ?(\\d{2})?'
const BEFORE = ['de', 'from', 'entre', 'between'].join('|')
const BETWEEN = ['-', '–', '—', '→', '>', 'à', 'a', 'et', 'to', 'and', 'until'].join('|')
const SPAN = new RegExp(`^(?:${BEFORE})? ?${CLOCK} ?(?:${BETWEEN}) ?${CLOCK}$`)

/** Minutes since midnight; `until` is past 1440 when the span ends on the next day. */
export type Span = { from: number; until: number }

/** From one time of day to another, as « 22h-2h », « de 9 h 30 à 12 h » or « 22:00–02:00 ». @returns null when it is none. */
export function parseSpan(typed: string): Span | null {
  const text = typed
    .trim()
    .toLowerCase()
    .replaceAll(/[\s\u00a0\u202f]+/g, ' ')
  const match = SPAN.exec(text)
  // Two plain numbers may be anything.
  if (!match || !/\d ?[h:]/.test(text)) return null
  const [from, until] = [clockOf(match[1], match[2]), clockOf(match[3], match[4])]
  if (from === null || until === null || from === until || from === DAY_MINUTES) return null
  return { from, until: until > from ? until : until + DAY_MINUTES }
}

function clockOf(hours = '', minutes = '0'): number | null {
  const time = Number(hours) * 60 + Number(minutes)
  return Number(minutes) > 59 || time > DAY_MINUTES ? null : time
}
