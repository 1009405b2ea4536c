// SPDX-License-Identifier: AGPL-3.0-or-later
// Adds up a year in several ways at once, from lines that come in parts. Pure.
import type { MemberMonth, OwnMonth } from '../../db/queries/year-figures.ts'
import {
  ANSWERED,
  answersIn,
  FUNNEL,
  OFFER_HOURS,
  SMALLEST,
  zeroes,
  type Answers,
  type Funnel,
  type OfferHours,
  type Step,
} from '../model/counts.ts'

export type Sums = Funnel & Answers & { offers: number }
const NAMES = ['offers', ...FUNNEL, ...ANSWERED] as const
export const NOTHING: Sums = zeroes(NAMES)
/** Of our own offers. */
export type OwnSums = Sums & OfferHours
const OWN_NAMES = [...NAMES, ...OFFER_HOURS] as const
const OWN_NOTHING: OwnSums = zeroes(OWN_NAMES)
const MONTHS = 12

const add = (sum: Sums, more: Sums): void => {
  for (const name of NAMES) sum[name] += more[name]
}

function addOwn(sum: OwnSums, more: OwnSums): void {
  for (const name of OWN_NAMES) sum[name] += more[name]
}

function addTo<K>(all: Map<K, OwnSums>, key: K, more: OwnSums): void {
  const sum = all.get(key) ?? { ...OWN_NOTHING }
  addOwn(sum, more)
  all.set(key, sum)
}

/** January is 0. */
const monthIn = (month: string): number => Number(month.slice(5)) - 1

export type OwnOffer = OwnSums & Pick<OwnMonth, 'offer_id' | 'title' | 'cause' | 'town' | 'department'>

/** Of our own offers. `cause` and `town` are '' when none is said. */
export function createOwnYear() {
  const total = { ...OWN_NOTHING }
  const months = Array.from({ length: MONTHS }, () => ({ ...OWN_NOTHING }))
  const offers = new Map<string, OwnOffer>()
  return {
    add(lines: readonly OwnMonth[]): void {
      for (const line of lines) {
        const known = offers.get(line.offer_id)
        const more = { ...line, offers: known ? 0 : 1 }
        addOwn(total, more)
        addOwn(months[monthIn(line.month)]!, more)
        const { offer_id, title, cause, town, department } = line
        const offer = known ?? { ...OWN_NOTHING, offer_id, title, cause, town, department }
        addOwn(offer, more)
        offers.set(offer_id, offer)
      }
    },
    result() {
      const [byCause, byTown] = [new Map<string, OwnSums>(), new Map<string, OwnSums>()]
      for (const offer of offers.values()) {
        addTo(byCause, offer.cause, offer)
        addTo(byTown, townName(offer), offer)
      }
      return { total, months, offers: [...offers.values()], byCause, byTown }
    },
  }
}

const townName = ({ town, department }: Pick<OwnMonth, 'town' | 'department'>): string =>
  town && department ? `${town} (${department})` : town

/** What one association has in a group. `agreed`: its exact sums may be shown. */
type Cell = Sums & { agreed: boolean }
/** `department`: its code. */
type Town = Pick<MemberMonth, 'town' | 'department'>
/** By group, then by association. */
type Cells<K> = Map<K, Map<string, Cell>>

/**
 * Of members' offers, each group in cells by association. Towns of one name are apart, by code, as on the page of
 * figures; one without a code goes by its name.
 * @param agreed addresses of those with exact sums.
 */
export function createMemberYear(agreed: ReadonlySet<string>) {
  const all: Cells<''> = new Map()
  const [byMonth, byQuarter]: Cells<number>[] = [new Map(), new Map()]
  const [byCause, byTown, byAssociation]: Cells<string>[] = [new Map(), new Map(), new Map()]
  const names = new Map<string, string>()
  const towns = new Map<string, Town>()
  function put<K>(cells: Cells<K>, key: K, line: MemberMonth): void {
    const group = cells.get(key) ?? new Map<string, Cell>()
    const cell = group.get(line.association) ?? { ...NOTHING, agreed: agreed.has(line.association) }
    add(cell, line)
    group.set(line.association, cell)
    cells.set(key, group)
  }
  return {
    add(lines: readonly MemberMonth[]): void {
      for (const line of lines) {
        put(all, '', line)
        put(byMonth!, monthIn(line.month), line)
        put(byQuarter!, Math.floor(monthIn(line.month) / 3), line)
        put(byCause!, line.cause, line)
        const town = line.place ?? line.town
        put(byTown!, town, line)
        const { town: name, department } = towns.get(town) ?? line
        towns.set(town, {
          town: line.town > name ? line.town : name,
          department: (line.department ?? '') > (department ?? '') ? line.department : department,
        })
        put(byAssociation!, line.association, line)
        if (line.name > (names.get(line.association) ?? '')) names.set(line.association, line.name)
      }
    },
    result: () => ({
      all,
      byMonth: byMonth!,
      byQuarter: byQuarter!,
      byCause: byCause!,
      byTown: byTown!,
      byAssociation: byAssociation!,
      names,
      towns,
    }),
  }
}

/** As others may read it: exact, near `count`, or below five, in all or in each of its parts. */
export type AboutSum = { is: 'exact' | 'about'; count: number } | { is: 'small' }

/**
 * Cells of these groups are finer than those of the page of figures, so that exact sums of both would tell small cells
 * by subtraction. Cells below five are left out, and what is left is rounded to five.
 */
export function aboutSum(cells: Iterable<Cell>, step: Step): AboutSum {
  const counts = [...cells]
  const sum = (of: Cell[]) => of.reduce((all, cell) => all + cell[step], 0)
  if (counts.every(({ agreed }) => agreed)) return { is: 'exact', count: sum(counts) }
  const count = sum(counts.filter((cell) => cell.agreed || cell[step] >= SMALLEST))
  return count >= SMALLEST ? { is: 'about', count: Math.round(count / SMALLEST) * SMALLEST } : { is: 'small' }
}

/** Of cells with five answers or more; see the page of figures. */
export function aboutAnswers(cells: Iterable<Cell>): Partial<Answers> {
  const told = [...cells].filter((cell) => cell.agreed || answersIn(cell) >= SMALLEST)
  return Object.fromEntries(ANSWERED.map((name) => [name, told.reduce((all, cell) => all + cell[name], 0)]))
}

/** How many offers there were; offers are public. */
export const offersIn = (cells: Iterable<Cell>): number => [...cells].reduce((all, { offers }) => all + offers, 0)
