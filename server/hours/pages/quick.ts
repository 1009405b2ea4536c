// SPDX-License-Identifier: AGPL-3.0-or-later
import type { KnownLine, TimerRow } from '../../../db/queries/hours-quick.ts'
import { dateIn, MINUTE } from '../../base/clock.ts'
import { wallClock } from '../../base/days.ts'
import type { Translator } from '../../text/i18n.ts'
import type { MessageKey } from '../../text/message-keys.ts'
import type { FieldErrors } from '../../web/errors.ts'
import type { FormValues } from '../../web/forms.ts'
import { LONGEST_TIMER } from '../rules.ts'

type Choices = { offers: { value: string; label: string }[] }
const OFFERS_SHOWN = 3

export const labelOf = (t: Translator, line: KnownLine): string =>
  [line.offer_title ? t.text(line.offer_title).text : t.text(line.category_label).text, t.minutes(line.minutes)].join(
    ', ',
  )

/** The ways to a filled form, above an empty one. */
export function quickOf(
  t: Translator,
  {
    last,
    hasWeek,
    timer,
    choices,
  }: { last?: KnownLine | undefined; hasWeek: boolean; timer?: TimerRow | undefined } & {
    choices: Choices
  },
) {
  return {
    last: last ? labelOf(t, last) : '',
    hasWeek,
    since: timer && !timer.stopped_at ? t('hours.timer.since', { time: t.date(timer.started_at, 'datetime') }) : '',
    offers: choices.offers
      .slice(0, OFFERS_SHOWN)
      .map(({ value, label }) => ({ href: `/my/hours?offer=${value}`, label })),
  }
}

/** As one would type the line again, of today. */
export const likeLast = (t: Translator, last: KnownLine, offers: Choices['offers']): FormValues => ({
  category: last.category_id,
  duration: t.minutes(last.minutes),
  offer: offers.some(({ value }) => value === last.offer_id) ? last.offer_id! : '',
  project: last.project_id ?? '',
  place: last.place,
})

/** What a stopped timer fills in; a duration only when it can be right. */
export function draftOf(t: Translator, timer: TimerRow, zone: string) {
  const [from, until] = [timer.started_at, timer.stopped_at!].map((at) =>
    Math.floor(wallClock(Date.parse(at), zone) / MINUTE),
  )
  const ran = Date.parse(timer.stopped_at!) - Date.parse(timer.started_at)
  const isLong = ran > LONGEST_TIMER
  const [day, last] = [timer.started_at, timer.stopped_at!].map((at) => dateIn(zone, new Date(at)))
  const clock = (minute: number) => `${Math.floor(minute / 60) % 24}h${String(minute % 60).padStart(2, '0')}`
  const minutes = Math.max(1, until! - from!)
  const duration = day === last ? t.minutes(minutes) : `${clock(from!)}-${clock(until!)}`
  const times = { from: t.date(timer.started_at, 'datetime'), until: t.date(timer.stopped_at!, 'datetime') }
  return {
    text: t(isLong ? 'hours.timer.long' : 'hours.timer.draft', times),
    startedAt: timer.started_at,
    values: { day_choice: 'other', day: day!, timer: timer.started_at, ...(!isLong && { duration }) },
  }
}

export type CopyRow = { line: KnownLine; day: string; hasTwin: boolean }

export function copyRows(t: Translator, rows: readonly CopyRow[], chosen: readonly string[] | null) {
  return rows.map(({ line, day, hasTwin }) => ({
    id: line.id,
    field: `line-${line.id}`,
    label: t('hours.copy.line', { day: t.date(day, 'day'), line: labelOf(t, line) }),
    was: t('hours.copy.was', { day: t.date(line.worked_on, 'day') }),
    hasTwin,
    isTicked: chosen ? chosen.includes(line.id) : !hasTwin,
  }))
}

export function copyFaults(
  t: Translator,
  rows: readonly CopyRow[],
  kept: ReadonlyMap<string, MessageKey>,
): FieldErrors {
  const faulty = rows.filter(({ line }) => kept.has(line.id))
  return Object.fromEntries(
    faulty.map(({ line, day }) => [
      `line-${line.id}`,
      {
        key: 'hours.sheet.row_fault' as const,
        params: { name: `${labelOf(t, line)}, ${t.date(day, 'day')}`, fault: t(kept.get(line.id)!) },
      },
    ]),
  )
}
