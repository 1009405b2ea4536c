// SPDX-License-Identifier: AGPL-3.0-or-later
import { getAssociation } from '../../db/queries/association.ts'
import { listNames } from '../../db/queries/hours.ts'
import { listWelcomeTicks } from '../../db/queries/welcome.ts'
import type { Deps } from '../deps.ts'
import type { Welcome } from './pages/welcome.ts'

export async function readWelcome({ db }: Deps, applicationId: string): Promise<Welcome> {
  const ticks = await listWelcomeTicks(db, applicationId)
  const people = [...new Set(ticks.flatMap(({ ticked_by }) => ticked_by ?? []))]
  return { list: (await getAssociation(db)).welcome, ticks, names: await listNames(db, people) }
}
