// SPDX-License-Identifier: AGPL-3.0-or-later
// Numbers, days and times of a workbook as somebody would write them into a CSV. Pure.

const DAY_MINUTES = 1440
const DAY_MS = 86_400_000
/** Excel counts days from here, and has a 29 February 1900 (its day 60), which there was not. */
const DAYS_FROM = { 1900: Date.UTC(1899, 11, 30), 1904: Date.UTC(1904, 0, 1) }
/** 31 December 9999. */
const LAST_DAY = 2_958_465
/** Days: what is shown as a time or a duration is one; beyond, it is the time of a day since 1927. */
const LONGEST_TIME = 10_000

/** As programs show it: 15 digits, no more. */
export const numberText = (value: number): string => String(Number(value.toPrecision(15)))

export const percentText = (value: number): string => `${numberText(value * 100)} %`

/** @param days 0.5 is twelve hours. @returns such as « 26:30 ». */
export function timeText(days: number): string {
  const time = Math.abs(days) < LONGEST_TIME ? Math.abs(days) : Math.abs(days) % 1
  const minutes = Math.round(time * DAY_MINUTES)
  return `${days < 0 ? '-' : ''}${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`
}

/** `zeros`: digits that a number has at least, with what stands between them, such as « 00 00 00 00 00 » of telephones. */
export type Format = { is: 'number' | 'percent' | 'day' | 'time' | 'instant'; zeros?: string }

/** ECMA-376-1, 18.8.30; 27 to 36 and 50 to 58 are days in East Asia. */
export function builtInFormat(id: number): Format {
  if (id === 9 || id === 10) return { is: 'percent' }
  if (id === 22) return { is: 'instant' }
  if ((id >= 18 && id <= 21) || (id >= 45 && id <= 47)) return { is: 'time' }
  return { is: (id >= 14 && id <= 17) || (id >= 27 && id <= 36) || (id >= 50 && id <= 58) ? 'day' : 'number' }
}

/** What a format such as « dd/mm/yyyy hh:mm » makes of a number (ECMA-376-1, 18.8.31). */
export function formatOf(code: string): Format {
  if (/^(?:general|standard|@)?$/i.test(code)) return { is: 'number' }
  // Elapsed hours, minutes and seconds stand in brackets, as do colours, conditions and languages.
  const said = code
    .slice(0, 200)
    .replaceAll(/"[^"]*"?|[\\_*].|general|standard/gi, (part) => (/^["\\][ .-]/.test(part) ? ' ' : ''))
    .replaceAll(/\[(h+|m+|s+)\]/gi, '$1:')
    .replaceAll(/\[[^\]]*\]/g, '')
    .replaceAll(/am\/pm|a\/p/gi, 'h')
    .split(';')[0]!
    .toLowerCase()
  const hasTime = /[hs]/.test(said)
  const hasDay = /[dy]/.test(said) || (/m/.test(said) && !hasTime && !/m:/.test(said))
  if (hasDay) return { is: hasTime ? 'instant' : 'day' }
  if (hasTime || /m/.test(said)) return { is: 'time' }
  if (said.includes('%')) return { is: 'percent' }
  return /^0[0# -]+$/.test(said) ? { is: 'number', zeros: said.trim() } : { is: 'number' }
}

/** @param epoch the year from which the workbook counts its days. */
export function formattedText(value: number, { is, zeros }: Format, epoch: 1900 | 1904): string {
  if (is === 'percent') return percentText(value)
  if (is === 'time') return timeText(value)
  if (is === 'number') return (zeros && withZeros(value, zeros)) || numberText(value)
  // Before the first day: a time, or what a formula makes of an empty cell.
  if (value < 1) return timeText(value)
  return value >= LAST_DAY + 1 ? numberText(value) : dayText(value, { is, epoch })
}

function dayText(value: number, { is, epoch }: { is: string; epoch: 1900 | 1904 }): string {
  if (epoch === 1900 && Math.floor(value) === 60) return '1900-02-29'
  const days = epoch === 1900 && value < 60 ? value + 1 : value
  const seconds = Math.round(days * 86_400)
  const at = is === 'day' ? Math.floor(days) * DAY_MS : seconds * 1000
  return isoText(new Date(DAYS_FROM[epoch] + at).toISOString().slice(0, 19))
}

/** « 2025-06-02T14:30:00 » as « 2025-06-02 14:30 », without a time at midnight; a time alone as one. */
export function isoText(iso: string): string {
  const [, day = '', time = '', seconds = ''] = /^(-?\d{4,6}-\d{2}-\d{2})T(\d{2}:\d{2})(?::(\d{2}))?/.exec(iso) ?? []
  if (day === '') return iso
  // The day 0 of LibreOffice: a time that was put into a column of days.
  if (day === '1899-12-30') return timeText(Number(time.slice(0, 2)) / 24 + Number(time.slice(3)) / DAY_MINUTES)
  const hasSeconds = seconds !== '' && seconds !== '00'
  return time === '00:00' && !hasSeconds ? day : `${day} ${time}${hasSeconds ? `:${seconds}` : ''}`
}

const DURATION = /^(-)?P(?:(\d{1,7})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:[.,]\d{1,20})?)S)?)?$/

/** « PT2H30M00S » (xsd:duration) as « 2:30 »; as it is when it is none. */
export function durationText(duration: string): string {
  const found = DURATION.exec(duration)
  if (!found) return duration
  const [days, hours, minutes, seconds] = found.slice(2).map((part) => Number((part ?? '0').replace(',', '.')))
  const sum = days! + hours! / 24 + minutes! / DAY_MINUTES + seconds! / 86_400
  return timeText(found[1] ? -sum : sum)
}

/** 612345678 with « 00 00 00 00 00 » is « 06 12 34 56 78 ». @returns '' when no zero stands in front. */
function withZeros(value: number, zeros: string): string {
  if (!Number.isSafeInteger(value) || value < 0) return ''
  const digits = String(value)
  const places = zeros.replaceAll(/[^0#]/g, '').length
  const least = places - zeros.replaceAll(/[^0#]/g, '').indexOf('0')
  let rest = digits.padStart(least, '0')
  let text = ''
  for (const sign of [...zeros].toReversed()) {
    if (!/[0#]/.test(sign)) text = sign + text
    else if (rest !== '') {
      text = rest.at(-1)! + text
      rest = rest.slice(0, -1)
    }
  }
  return rest === '' && text.startsWith('0') ? text : ''
}

/** Whether what is shown of a whole number has zeros in front: a telephone number, a postal code. */
export const showsZeros = (shown: string, value: number): boolean =>
  shown.startsWith('0') &&
  /^[\d .-]{2,30}$/.test(shown) &&
  shown.replaceAll(/\D/g, '').replace(/^0+/, '') === String(value)
