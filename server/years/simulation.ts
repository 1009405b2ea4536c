// SPDX-License-Identifier: AGPL-3.0-or-later
// What a year of hours would be worth by each method, side by side, before the association chooses one. Pure.
import { RATE_METHODS, type RateMethod } from '../hours/methods.ts'
import { centsOfRate, price } from '../hours/statement.ts'

/** Of a level; '' stands for hours without one. Cents per hour, and per cent of the wage. */
export type LevelInput = { times: number | null; replacement: number | null; scale: number | null }
export type Simulation = {
  year: string
  wage: number | null
  flat: number | null
  levels: Readonly<Record<string, LevelInput>>
}
export type LevelMinutes = { levelId: string; minutes: number }
export type SimulatedAmount = { amount: number; times: number | null }

/** @returns null when what the method needs was not typed for this level. */
export function amountOf(
  { wage, flat, levels }: Simulation,
  method: RateMethod,
  levelId: string,
): SimulatedAmount | null {
  const level = levels[levelId]
  if (method === 'flat') return flat === null ? null : { amount: flat, times: null }
  if (method === 'minimum_wage') return wage === null ? null : { amount: wage, times: level?.times ?? 100 }
  const amount = level?.[method] ?? null
  return amount === null ? null : { amount, times: null }
}

export type MethodResult = { method: RateMethod; cells: (number | null)[]; total: number | null }

/** One line for each level, rounded once; the total is their sum, null when the method lacks an amount. */
export function simulate(simulation: Simulation, minutes: readonly LevelMinutes[]): MethodResult[] {
  return RATE_METHODS.map((method) => {
    const cells = minutes.map((one) => {
      const found = amountOf(simulation, method, one.levelId)
      return found && price(one.minutes, centsOfRate(found))
    })
    const isWhole = cells.every((cents) => cents !== null)
    return { method, cells, total: isWhole ? cells.reduce<number>((sum, cents) => sum + cents!, 0) : null }
  })
}
