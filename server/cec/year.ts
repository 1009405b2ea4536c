// SPDX-License-Identifier: AGPL-3.0-or-later
// A civil year of everybody whose hours may count.
import { listCecPeople, listFiles, listWithinReach, type CecFile, type CecPerson } from '../../db/queries/cec.ts'
import { sumApproved } from '../../db/queries/hours.ts'
import type { Reach } from '../../db/queries/hours-reach.ts'
import { chunksOf } from '../../db/in-list.ts'
import type { Deps } from '../deps.ts'
import { periodsIn } from '../hours/statement.ts'
import { forEachYielding } from '../queue/event-loop.ts'
import { readRoles } from './commands/files.ts'
import { allOf, civilYear, createCecSums, gaugeOf, type CecMinutes, type CecRules } from './rules.ts'

export type CecLine = {
  person: CecPerson
  minutes: CecMinutes
  /** Undefined for somebody with whom nothing was begun. */
  file: CecFile | undefined
  gauge: ReturnType<typeof gaugeOf>
}

/**
 * In the order of names: who has enough hours, who may have with hours elsewhere, and with whom something was begun.
 * @param reach of whom only these.
 */
export async function readYear(
  deps: Deps,
  year: number,
  rules: CecRules,
  reach: Reach = 'everyone',
): Promise<CecLine[]> {
  const sums = createCecSums(await readRoles(deps.db))
  await forEachYielding(periodsIn(civilYear(year), []), async (period) => sums.add(await sumApproved(deps.db, period)))
  const files = new Map((await listFiles(deps.db, year)).map((file) => [file.person_id, file]))
  const isBegun = (id: string) => (files.get(id)?.state ?? 'begun') !== 'begun'
  const gauge = (id: string) => gaugeOf(rules, allOf(sums.of(id)), files.get(id)?.elsewhere_minutes ?? 0)
  const ids = [...new Set([...sums.people().keys(), ...files.keys()])].filter((id) => {
    const { isReached, isPossible } = gauge(id)
    return isReached || isPossible || isBegun(id)
  })
  const people: CecPerson[] = []
  await forEachYielding(chunksOf(ids), async (some) => {
    people.push(...(await listCecPeople(deps.db, await listWithinReach(deps.db, some, reach, year))))
  })
  const inOrder = people.toSorted((a, b) =>
    a.search_key === b.search_key ? a.member_number - b.member_number : a.search_key < b.search_key ? -1 : 1,
  )
  return inOrder.map((person) => ({
    person,
    minutes: sums.of(person.id),
    file: files.get(person.id),
    gauge: gauge(person.id),
  }))
}
