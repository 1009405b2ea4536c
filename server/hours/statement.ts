// SPDX-License-Identifier: AGPL-3.0-or-later
// Minutes are summed before pricing; each line is rounded once, half up; totals are sums of the lines shown.

export type Worked = { personId: string; categoryId: string; workedOn: string; minutes: number }
export type Rate = { categoryId: string | null; centsPerHour: number; validFrom: string }
export type ValueLine = { categoryId: string; centsPerHour: number | null; minutes: number; cents: number | null }
export type Statement = {
  minutes: number
  /** Null when a valued line has no rate yet. */
  cents: number | null
  people: number
  byMonth: number[]
  byPerson: { personId: string; minutes: number }[]
  byCategory: { categoryId: string; minutes: number; byMonth: number[] }[]
  lines: ValueLine[]
  /** Minutes of categories that are recorded but not valued. */
  notValuedMinutes: number
}

/** The rate in force on that day: the category's own, else the general one; null when there is none yet. */
export function rateOn(rates: readonly Rate[], categoryId: string, day: string): number | null {
  const newest = (own: string | null) =>
    rates
      .filter((rate) => rate.categoryId === own && rate.validFrom <= day)
      .reduce<Rate | undefined>((best, rate) => (!best || rate.validFrom > best.validFrom ? rate : best), undefined)
  return (newest(categoryId) ?? newest(null))?.centsPerHour ?? null
}

/** Cents for whole minutes at a rate in cents an hour, rounded half up (away from zero for reversals). */
export function price(minutes: number, centsPerHour: number): number {
  return Math.sign(minutes) * Math.floor((Math.abs(minutes) * centsPerHour) / 60 + 0.5)
}

function sumInto(map: Map<string, number>, key: string, minutes: number): void {
  map.set(key, (map.get(key) ?? 0) + minutes)
}

/** @param worked approved lines of one year, with reversals. @param valued categories that count in the accounts. */
export function statementOf(worked: readonly Worked[], rates: readonly Rate[], valued: ReadonlySet<string>): Statement {
  const byMonth = Array.from({ length: 12 }, () => 0)
  const people = new Map<string, number>()
  const categories = new Map<string, number[]>()
  const lines = new Map<string, ValueLine>()
  let notValuedMinutes = 0
  for (const { personId, categoryId, workedOn, minutes } of worked) {
    const month = Number(workedOn.slice(5, 7)) - 1
    byMonth[month]! += minutes
    sumInto(people, personId, minutes)
    const months = categories.get(categoryId) ?? Array.from({ length: 12 }, () => 0)
    months[month]! += minutes
    categories.set(categoryId, months)
    if (!valued.has(categoryId)) {
      notValuedMinutes += minutes
      continue
    }
    const centsPerHour = rateOn(rates, categoryId, workedOn)
    const key = `${categoryId} ${centsPerHour}`
    const line = lines.get(key) ?? { categoryId, centsPerHour, minutes: 0, cents: null }
    line.minutes += minutes
    lines.set(key, line)
  }
  const priced = [...lines.values()]
    .filter(({ minutes }) => minutes !== 0)
    .map((line) => ({ ...line, cents: line.centsPerHour === null ? null : price(line.minutes, line.centsPerHour) }))
  return {
    minutes: byMonth.reduce((sum, minutes) => sum + minutes, 0),
    cents: priced.some(({ cents }) => cents === null) ? null : priced.reduce((sum, { cents }) => sum + cents!, 0),
    people: [...people.values()].filter((minutes) => minutes !== 0).length,
    byMonth,
    byPerson: [...people].map(([personId, minutes]) => ({ personId, minutes })).filter(({ minutes }) => minutes !== 0),
    byCategory: [...categories].map(([categoryId, months]) => ({
      categoryId,
      minutes: months.reduce((sum, minutes) => sum + minutes, 0),
      byMonth: months,
    })),
    lines: priced,
    notValuedMinutes,
  }
}
