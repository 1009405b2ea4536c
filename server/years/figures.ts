// SPDX-License-Identifier: AGPL-3.0-or-later
// Adds up the hours of a year in several ways at once, from sums that come month by month. Pure.
import { NOBODYS_ID } from '../../db/queries/erase.ts'
import type { FigureSum } from '../../db/queries/hours-figures.ts'
import { addDays } from '../base/days.ts'
import { SMALLEST } from '../model/counts.ts'
import type { HoursYear } from './rules.ts'

/** `people`: who gave them; helpers without a name and people who were erased are in the minutes alone. */
export type Group = { minutes: number; people: Set<string> }
const none = (): Group => ({ minutes: 0, people: new Set() })

export type Figures = {
  total: Group
  unnamed: number
  months: Group[]
  /** By id; '' for hours without one. */
  categories: Map<string, Group>
  levels: Map<string, Group>
  projects: Map<string, Group>
}

/** The twelve months of a year, in its order. */
export function monthsOf({ from }: HoursYear): { month: string; from: string; until: string }[] {
  const [year, first] = [Number(from.slice(0, 4)), Number(from.slice(5, 7))]
  const begins = (at: number) => {
    const months = year * 12 + first - 1 + at
    return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, '0')}-01`
  }
  return Array.from({ length: 12 }, (_, at) => ({
    month: begins(at).slice(0, 7),
    from: begins(at),
    until: addDays(begins(at + 1), -1),
  }))
}

type Sum = Omit<FigureSum, 'personId'> & { personId: string | null }

export function createFigures() {
  const figures: Figures = {
    total: none(),
    unnamed: 0,
    months: Array.from({ length: 12 }, none),
    categories: new Map(),
    levels: new Map(),
    projects: new Map(),
  }
  const groupOf = (groups: Map<string, Group>, key: string | null) => {
    const group = groups.get(key ?? '') ?? none()
    groups.set(key ?? '', group)
    return group
  }
  return {
    /** @param at the month, 0 for the first one of the year. */
    add(at: number, sums: readonly Sum[]): void {
      for (const { personId, categoryId, levelId, projectId, minutes } of sums) {
        if (minutes === 0) continue
        if (personId === null) figures.unnamed += minutes
        for (const group of [
          figures.total,
          figures.months[at]!,
          groupOf(figures.categories, categoryId),
          groupOf(figures.levels, levelId),
          groupOf(figures.projects, projectId),
        ]) {
          group.minutes += minutes
          if (personId !== null && personId !== NOBODYS_ID) group.people.add(personId)
        }
      }
    },
    figures,
  }
}

/** A group with the name under which it is shown; null: several small ones together. */
export type Named = { name: string | null; minutes: number; people: number }

/** Largest first. */
export function namedGroups(groups: ReadonlyMap<string, Group>, nameOf: (id: string) => string): Named[] {
  return [...groups]
    .map(([id, { minutes, people }]) => ({ name: nameOf(id), minutes, people: people.size }))
    .toSorted((a, b) => b.minutes - a.minutes)
}

/**
 * For readers who may not see what few people gave: groups of less than five people are one, and with it as many of the
 * next smallest as it takes to be five people or more, so that no subtraction from the total gives one of them back.
 * @returns none when all of them together are too few.
 */
export function withoutSmall(groups: ReadonlyMap<string, Group>, nameOf: (id: string) => string): Named[] {
  const sorted = [...groups].toSorted(([, a], [, b]) => a.people.size - b.people.size)
  const small: Group = none()
  let at = 0
  while (at < sorted.length && (sorted[at]![1].people.size < SMALLEST || (at > 0 && small.people.size < SMALLEST))) {
    small.minutes += sorted[at]![1].minutes
    for (const person of sorted[at]![1].people) small.people.add(person)
    at += 1
  }
  const large = namedGroups(new Map(sorted.slice(at)), nameOf)
  if (at === 0) return large
  if (small.people.size < SMALLEST) return []
  return [...large, { name: null, minutes: small.minutes, people: small.people.size }]
}

/** Whether each month may be shown to everybody. */
export const areLarge = (groups: readonly Group[]): boolean =>
  groups.every(({ minutes, people }) => minutes === 0 || people.size >= SMALLEST)

/** `stayed`: of those of the year before; `came`: who had no hours before this year. */
export type Movement = { before: number; stayed: number; came: number }
