// SPDX-License-Identifier: AGPL-3.0-or-later
// Minutes are summed before pricing; each line is rounded once, half up; totals are sums of the lines shown.

import { NOBODYS_ID } from '../../db/queries/erase.ts'
import { UNNAMED } from '../../db/queries/headcounts.ts'
import { addDays } from '../base/days.ts'

/** Without a level, a line is worth what its activity is worth. */
export type Worked = {
  personId: string
  categoryId: string
  levelId?: string | null
  projectId?: string | null
  workedOn: string
  minutes: number
}
/** Of one activity, of one level, or of all when it names neither. */
export type Rate = { categoryId: string | null; levelId?: string | null; centsPerHour: number; validFrom: string }
export type ValueLine = {
  categoryId: string
  levelId: string | null
  projectId: string | null
  centsPerHour: number | null
  minutes: number
  cents: number | null
}
export type Statement = {
  minutes: number
  /** Null when a valued line has no rate yet. */
  cents: number | null
  /** With a name and not erased, and whose hours do not come to nothing. */
  people: number
  byMonth: number[]
  byPerson: { personId: string; minutes: number }[]
  byCategory: { categoryId: string; minutes: number; byMonth: number[] }[]
  /** Counted as `people`; `projectId` null for hours without a project. */
  peopleByProject: { projectId: string | null; people: number }[]
  lines: ValueLine[]
  /** Minutes of categories that are recorded but not valued. */
  notValuedMinutes: number
  notValued: { categoryId: string; projectId: string | null; minutes: number }[]
}

/** The rate in force on that day: the level's, else the category's own, else the general one; undefined without any yet. */
export function rateRowOn(
  rates: readonly Rate[],
  categoryId: string,
  day: string,
  levelId: string | null = null,
): Rate | undefined {
  const newest = (isMeant: (rate: Rate) => boolean) =>
    rates
      .filter((rate) => isMeant(rate) && rate.validFrom <= day)
      .reduce<Rate | undefined>((best, rate) => (!best || rate.validFrom > best.validFrom ? rate : best), undefined)
  const ofLevel = levelId === null ? undefined : newest((rate) => rate.levelId === levelId)
  const found = ofLevel ?? newest((rate) => rate.categoryId === categoryId)
  return found ?? newest((rate) => rate.categoryId === null && !rate.levelId)
}

/** Its cents per hour; null without any yet. */
export const rateOn = (...asked: Parameters<typeof rateRowOn>): number | null =>
  rateRowOn(...asked)?.centsPerHour ?? null

/** Cents per hour of an amount that is taken `times` per cent, as a multiple of a wage is; rounded half up. */
export const centsOfRate = ({ amount, times }: { amount: number; times: number | null }): number =>
  times === null ? amount : Math.floor((amount * times + 50) / 100)

/** Cents for whole minutes at a rate in cents an hour, rounded half up (away from zero for reversals). */
export function price(minutes: number, centsPerHour: number): number {
  return Math.sign(minutes) * Math.floor((Math.abs(minutes) * centsPerHour) / 60 + 0.5)
}

/** Days of a year, the first and the last one included: they lie in one month, and no rate begins after the first. */
export type Period = { from: string; until: string }

/** The periods of a civil year. */
export function periodsOf(year: number, rates: readonly Rate[]): Period[] {
  return periodsIn({ from: `${year}-01-01`, until: `${year}-12-31` }, rates)
}

const FIRST_DAYS = ['01', '04', '07', '10', '13', '16', '19', '22', '25', '28']

/** Four days at most, so that each is added up at once. */
export function periodsIn({ from, until }: Period, rates: readonly Rate[]): Period[] {
  const starts = new Set([from, ...rates.map(({ validFrom }) => validFrom).filter((day) => day > from && day <= until)])
  for (let month = from.slice(0, 7); month <= until.slice(0, 7); month = addDays(`${month}-28`, 7).slice(0, 7)) {
    for (const number of FIRST_DAYS) {
      const day = `${month}-${number}`
      if (day > from && day <= until) starts.add(day)
    }
  }
  return [...starts]
    .toSorted()
    .map((day, at, all) => ({ from: day, until: all[at + 1] ? addDays(all[at + 1]!, -1) : until }))
}

/** The rate of each line, found once for each category, level and day. */
function rateFinder(rates: readonly Rate[]): (line: Worked) => number | null {
  const known = new Map<string, number | null>()
  return ({ categoryId, workedOn, levelId = null }) => {
    const key = `${categoryId} ${levelId} ${workedOn}`
    let rate = known.get(key)
    if (rate === undefined) known.set(key, (rate = rateOn(rates, categoryId, workedOn, levelId)))
    return rate
  }
}

function sumInto(map: Map<string, number>, key: string, minutes: number): void {
  map.set(key, (map.get(key) ?? 0) + minutes)
}

/** @param worked approved lines of one year, with reversals. @param valued categories that count in the accounts. */
export function statementOf(worked: readonly Worked[], rates: readonly Rate[], valued: ReadonlySet<string>): Statement {
  const sums = createStatement(rates, valued)
  sums.add(worked)
  return sums.result()
}

/** A statement whose lines come in parts; sums of lines of one period do as well as the lines. */
export function createStatement(rates: readonly Rate[], valued: ReadonlySet<string>) {
  const people = new Map<string, number>()
  const projects = new Map<string | null, Map<string, number>>()
  const notValued = new Map<string, Statement['notValued'][number]>()
  const categories = new Map<string, number[]>()
  const lines = new Map<string, ValueLine>()
  const rateOf = rateFinder(rates)
  return {
    add(worked: readonly Worked[]): void {
      for (const line of worked) {
        const { personId, categoryId, levelId = null, projectId = null, workedOn, minutes } = line
        sumInto(people, personId, minutes)
        const ofProject = projects.get(projectId) ?? new Map<string, number>()
        projects.set(projectId, ofProject)
        sumInto(ofProject, personId, minutes)
        const months = categories.get(categoryId) ?? Array.from({ length: 12 }, () => 0)
        months[Number(workedOn.slice(5, 7)) - 1]! += minutes
        categories.set(categoryId, months)
        if (!valued.has(categoryId)) {
          const key = `${categoryId} ${projectId}`
          const sum = notValued.get(key) ?? { categoryId, projectId, minutes: 0 }
          sum.minutes += minutes
          notValued.set(key, sum)
          continue
        }
        const centsPerHour = rateOf(line)
        const key = `${categoryId} ${levelId} ${projectId} ${centsPerHour}`
        const sum = lines.get(key) ?? { categoryId, levelId, projectId, centsPerHour, minutes: 0, cents: null }
        sum.minutes += minutes
        lines.set(key, sum)
      }
    },
    result: () =>
      resultOf({ people, projects, categories, lines: [...lines.values()], notValued: [...notValued.values()] }),
  }
}

type Sums = {
  people: ReadonlyMap<string, number>
  projects: ReadonlyMap<string | null, ReadonlyMap<string, number>>
  categories: ReadonlyMap<string, number[]>
  lines: readonly ValueLine[]
  notValued: Statement['notValued']
}

/** With a name and not erased, and whose hours do not come to nothing. */
const countPeople = (minutes: ReadonlyMap<string, number>): number =>
  [...minutes].filter(([id, some]) => some !== 0 && id !== UNNAMED && id !== NOBODYS_ID).length

function resultOf({ people, projects, categories, lines, notValued }: Sums): Statement {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  const byCategory = [...categories].map(([categoryId, byMonth]) => ({ categoryId, minutes: sum(byMonth), byMonth }))
  const byMonth = Array.from({ length: 12 }, (_, month) => sum(byCategory.map((one) => one.byMonth[month]!)))
  const byPerson = [...people]
    .map(([personId, minutes]) => ({ personId, minutes }))
    .filter(({ minutes }) => minutes !== 0)
  const priced = lines
    .filter(({ minutes }) => minutes !== 0)
    .map((line) => ({ ...line, cents: line.centsPerHour === null ? null : price(line.minutes, line.centsPerHour) }))
  return {
    minutes: sum(byMonth),
    cents: priced.some(({ cents }) => cents === null) ? null : sum(priced.map(({ cents }) => cents!)),
    people: countPeople(people),
    byMonth,
    byPerson,
    byCategory,
    peopleByProject: [...projects].map(([projectId, some]) => ({ projectId, people: countPeople(some) })),
    lines: priced,
    notValuedMinutes: sum(notValued.map(({ minutes }) => minutes)),
    notValued: notValued.filter(({ minutes }) => minutes !== 0),
  }
}

/** What the file of a year has a row for, beside the person. `month`: YYYY-MM; no rate where a category has no value. */
export type RowSum = {
  categoryId: string
  levelId: string | null
  projectId: string | null
  month: string
  centsPerHour: number | null
  minutes: number
}

/** The rows of that file, by person; lines come in parts as above. */
export function createRowSums(rates: readonly Rate[], valued: ReadonlySet<string>) {
  const people = new Map<string, Map<string, RowSum>>()
  const rateOf = rateFinder(rates)
  let count = 0
  return {
    add(worked: readonly Worked[]): void {
      for (const line of worked) {
        const { personId, categoryId, levelId = null, projectId = null, minutes } = line
        const month = line.workedOn.slice(0, 7)
        const centsPerHour = valued.has(categoryId) ? rateOf(line) : null
        const rows = people.get(personId) ?? new Map<string, RowSum>()
        people.set(personId, rows)
        const key = `${categoryId} ${levelId} ${projectId} ${month} ${centsPerHour}`
        const row = rows.get(key)
        if (row) row.minutes += minutes
        else {
          rows.set(key, { categoryId, levelId, projectId, month, centsPerHour, minutes })
          count += 1
        }
      }
    },
    count: () => count,
    people: () => [...people.keys()],
    of: (personId: string): RowSum[] => [...(people.get(personId)?.values() ?? [])],
  }
}
