// SPDX-License-Identifier: AGPL-3.0-or-later
import type {
  TripCorrection,
  ProjectTripSum,
  TripRateRow,
  TripRow,
  TripSum,
  TripYear,
} from '../../../db/queries/trips.ts'
import type { Translator } from '../../text/i18n.ts'
import { columnsOf, type Cell } from '../../web/csv.ts'

const LOOK = {
  submitted: { kind: 'wait' },
  approved: { kind: 'ok' },
  returned: { kind: 'new', icon: 'pencil' },
  withdrawn: {},
} as const

export const km = (t: Translator, metres: number): string => t('hours.trips.km', { km: t.number(metres / 1000) })

/** Rounded once, half up and away from zero; null without a rate. */
export const centsOf = ({ metres, mills_per_km }: Pick<TripRow, 'metres' | 'mills_per_km'>): number | null =>
  mills_per_km === null ? null : Math.sign(metres) * Math.floor((Math.abs(metres) * mills_per_km + 5000) / 10000)

/** @param corrections of any lines; those of this one are shown, the latest first. */
export function tripOf(t: Translator, trip: TripRow, currency: string, corrections: readonly TripCorrection[] = []) {
  const cents = centsOf(trip)
  const isTakenOut = trip.reverses_id !== null || trip.reversed_by !== null
  return {
    id: trip.id,
    personId: trip.person_id,
    person: `${trip.given_name} ${trip.family_name}`.trim(),
    mark: trip.restricted_at ? { kind: 'stop', label: t('people.state.restricted') } : null,
    day: t.date(trip.travelled_on, 'short'),
    km: km(t, trip.metres),
    worth: cents === null ? '' : t.money(cents, currency),
    way: trip.way,
    project: trip.project_name ?? '',
    cost: t(`hours.trips.choice.${trip.choice}`),
    waiver: trip.waiver,
    reason: trip.return_reason,
    isReturned: trip.state === 'returned',
    canWithdraw: trip.state === 'submitted' || trip.state === 'returned',
    canDecide: trip.state === 'submitted',
    canCorrect: trip.state !== 'withdrawn' && !isTakenOut,
    corrections: corrections
      .filter(({ trip_id }) => trip_id === trip.id)
      .toReversed()
      .map((one) => correctionOf(t, one, trip)),
    canReverse: trip.state === 'approved' && !isTakenOut,
    state: { ...LOOK[trip.state], label: stateOf(t, trip) },
  }
}

/** Without a project is said of a line that has one now. */
function correctionOf(
  t: Translator,
  { way, project_name, corrected_at, by_name }: TripCorrection,
  trip: TripRow,
): string {
  const project = project_name ?? (trip.project_name === null ? '' : t('hours.projects.no_project'))
  return t('hours.trips.corrected', {
    day: t.date(corrected_at, 'short'),
    name: by_name ?? t('hours.entry.somebody'),
    before: [way, project].filter(Boolean).join(', '),
  })
}

function stateOf(t: Translator, trip: TripRow): string {
  if (trip.reverses_id !== null) return t('hours.state.reversal')
  return trip.reversed_by === null ? t(`hours.state.${trip.state}`) : t('hours.state.reversed')
}

/** Never together with hours. */
export function totalsOf(t: Translator, sums: readonly TripSum[], currency: string) {
  const metres = sums.reduce((all, one) => all + one.metres, 0)
  return {
    isEmpty: sums.length === 0,
    total: km(t, metres),
    lines: sums.map((one) => ({
      cost: t(`hours.trips.choice.${one.choice}`),
      km: km(t, one.metres),
      worth: t.money(one.cents, currency),
    })),
    unpriced: sums.some(({ unpriced }) => unpriced > 0),
  }
}

/** Project by project, then kilometres without one; null as long as none have a project. */
export function byProjectOf(t: Translator, sums: readonly ProjectTripSum[], currency: string) {
  if (sums.every(({ name }) => name === null)) return null
  const columns = [
    { label: t('hours.column.project') },
    { label: t('hours.trips.column.km'), num: true },
    { label: t('hours.trips.column.amount'), num: true },
  ]
  const rows = sums.map(({ name, metres, cents }) => ({
    cells: [name ?? t('years.no_project'), km(t, metres), t.money(cents, currency)].map((text) => ({ text })),
  }))
  return { caption: t('hours.trips.by_project'), columns, rows }
}

const COLUMNS = {
  person: 'text',
  day: 'day',
  km: 'decimal',
  way: 'text',
  project: 'text',
  choice: 'text',
  // As scales of kilometres have them.
  rate: 'thousandths',
  amount: 'decimal',
  state: 'text',
} as const

export const tripColumns = (t: Translator) =>
  columnsOf(COLUMNS, (name) =>
    name === 'person' || name === 'day' || name === 'state' || name === 'project'
      ? t(`hours.column.${name}`)
      : t(`hours.trips.column.${name}`),
  )

export const tripCells =
  (t: Translator) =>
  (trip: TripRow): Cell[] => {
    const cents = centsOf(trip)
    return [
      `${trip.given_name} ${trip.family_name}`.trim(),
      trip.travelled_on,
      trip.metres / 1000,
      trip.way,
      trip.project_name ?? '',
      t(`hours.trips.choice.${trip.choice}`),
      trip.mills_per_km === null ? null : trip.mills_per_km / 1000,
      cents === null ? null : cents / 100,
      stateOf(t, trip),
    ]
  }

export const rateOf = (t: Translator, rate: TripRateRow, sign: string) => ({
  from: t.date(rate.valid_from, 'short'),
  validFrom: rate.valid_from,
  amount: t('hours.trips.per_km', { amount: `${t.number(rate.mills_per_km / 1000)} ${sign}` }),
  source: rate.source,
})

/** By year, how many approved lines get another value, as for hours. */
export function tripChangeOf(
  t: Translator,
  { years, seen }: { years: readonly TripYear[]; seen: string },
  currency: string,
) {
  const worth = (cents: number | null) => (cents === null ? t('hours.statement.no_rate') : t.money(cents, currency))
  const columns = [
    { label: t('hours.change.year') },
    { label: t('hours.trips.change.lines'), num: true },
    { label: t('hours.change.before'), num: true },
    { label: t('hours.change.after'), num: true },
  ]
  const rows = years.map(({ year, lines, before, after }) => ({
    cells: [String(year), t.n('hours.change.count', lines), worth(before), worth(after)].map((text) => ({ text })),
  }))
  return { seen, table: rows.length > 0 ? { caption: t('hours.trips.change.caption'), columns, rows } : null }
}
