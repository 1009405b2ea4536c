// SPDX-License-Identifier: AGPL-3.0-or-later

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
