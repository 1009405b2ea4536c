// SPDX-License-Identifier: AGPL-3.0-or-later
// Compte d'engagement citoyen (CEC), France only: what counts, from how many hours on, and until when. Pure.
import { HOUR, MINUTE } from '../base/clock.ts'
import { addDays } from '../base/days.ts'

const HOUR_MINUTES = HOUR / MINUTE

/**
 * The rules for hours of civil years from `from` on, until newer ones follow. Days are MM-DD of the year after.
 * `source`: its text is `cec.rules.NAME`. `associationYears`: for how long the association must have been declared. `readOn`: when somebody compared it with
 * the source.
 */
export type CecRules = {
  from: number
  minutesInAll: number
  minutesInOne: number
  declareFrom: string
  declareBy: string
  validateBy: string
  associationYears: number
  age: number
  eurosAYear: number
  eurosInAll: number
  source: 'law_2024' | 'decree_2016'
  readOn: string
}

const USUAL = {
  minutesInAll: 200 * HOUR_MINUTES,
  minutesInOne: 100 * HOUR_MINUTES,
  declareFrom: '01-01',
  declareBy: '06-30',
  validateBy: '12-31',
  age: 16,
  eurosAYear: 240,
  eurosInAll: 720,
}

/** Newest first. */
export const CEC_RULES: readonly CecRules[] = [
  {
    ...USUAL,
    from: 2024,
    associationYears: 1,
    source: 'law_2024',
    readOn: '2025-09-25',
  },
  {
    ...USUAL,
    from: 2017,
    associationYears: 3,
    source: 'decree_2016',
    readOn: '2025-09-25',
  },
]

/** Undefined for a year of before there was a CEC. */
export const rulesOf = (year: number): CecRules | undefined => CEC_RULES.find(({ from }) => from <= year)

export const CEC_ROLES = ['governing', 'supervising'] as const
export type CecRole = (typeof CEC_ROLES)[number]
/** Minutes of a person in a civil year. */
export type CecMinutes = Record<CecRole, number>

/** @param roles of activities that count, by their id. */
export function createCecSums(roles: ReadonlyMap<string, CecRole>) {
  const people = new Map<string, CecMinutes>()
  return {
    add(worked: readonly { personId: string; categoryId: string; minutes: number }[]): void {
      for (const { personId, categoryId, minutes } of worked) {
        const role = roles.get(categoryId)
        if (!role) continue
        const sum = people.get(personId) ?? { governing: 0, supervising: 0 }
        people.set(personId, sum)
        sum[role] += minutes
      }
    },
    of: (personId: string): CecMinutes => people.get(personId) ?? { governing: 0, supervising: 0 },
    people: (): ReadonlyMap<string, CecMinutes> => people,
  }
}

export const allOf = ({ governing, supervising }: CecMinutes): number => governing + supervising

/** `isReached`: enough in all, enough in one association, and some of them here. */
export function gaugeOf({ minutesInAll, minutesInOne }: CecRules, here: number, elsewhere: number) {
  const total = here + elsewhere
  return {
    total,
    isReached: here > 0 && total >= minutesInAll && Math.max(here, elsewhere) >= minutesInOne,
    /** With hours that this site does not know, it may be reached. */
    isPossible: here >= minutesInOne,
    leftInAll: Math.max(0, minutesInAll - total),
    leftHere: Math.max(0, minutesInOne - here),
  }
}

/** Days YYYY-MM-DD of the declaration of that year's hours. */
export function datesOf({ declareFrom, declareBy, validateBy }: CecRules, year: number) {
  const day = (of: string) => `${year + 1}-${of}`
  return { declareFrom: day(declareFrom), declareBy: day(declareBy), validateBy: day(validateBy) }
}

/** People are told in March. @param day YYYY-MM-DD. */
export const isSeason = (day: string): boolean => day.slice(5, 7) === '03'

export const CEC_STATES = ['begun', 'told', 'declared', 'validated', 'refused'] as const
export type CecState = (typeof CEC_STATES)[number]
export const CEC_ACTIONS = ['tell', 'declare', 'validate', 'refuse', 'reopen'] as const
export type CecAction = (typeof CEC_ACTIONS)[number]

const STEPS: Record<CecAction, { from: readonly CecState[]; to: CecState }> = {
  tell: { from: ['begun'], to: 'told' },
  declare: { from: ['begun', 'told'], to: 'declared' },
  validate: { from: ['declared'], to: 'validated' },
  refuse: { from: ['declared'], to: 'refused' },
  reopen: { from: ['validated', 'refused'], to: 'declared' },
}

/** @returns the next state, or undefined when it is not the time for that. */
export function nextState(state: CecState, action: CecAction): CecState | undefined {
  const { from, to } = STEPS[action]
  return from.includes(state) ? to : undefined
}

/** From when to when a declaration or a decision can have been, both days included. */
export function daysFor(action: 'declare' | 'decide', rules: CecRules, year: number, today: string) {
  const { declareFrom, declareBy, validateBy } = datesOf(rules, year)
  const last = action === 'declare' ? declareBy : validateBy
  return { from: declareFrom, until: last < today ? last : today }
}

/** Whether it is of use to note a declaration: from when it can be made, as long as it can be validated. */
export function isTimeToDeclare(rules: CecRules, year: number, today: string): boolean {
  const { declareFrom, validateBy } = datesOf(rules, year)
  return declareFrom <= today && today <= validateBy
}

/** The year whose hours are declared in this one. @param day YYYY-MM-DD. */
export const yearToDeclare = (day: string): number => Number(day.slice(0, 4)) - 1

/** A civil year, whatever the week. */
export const civilYear = (year: number) => ({ from: `${year}-01-01`, until: addDays(`${year + 1}-01-01`, -1) })
