// SPDX-License-Identifier: AGPL-3.0-or-later
// What of the welcome list of the association was ticked for one application, by its person or by the team.
import type { Kysely } from 'kysely'
import { inList } from '../in-list.ts'
import type { NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type WelcomeTick = Row<'application_welcome'>

export function listWelcomeTicks(db: Handle, applicationId: string): Promise<WelcomeTick[]> {
  return db
    .selectFrom('application_welcome')
    .selectAll()
    .where('application_id', '=', applicationId)
    .orderBy('ticked_at')
    .execute()
}

/** One that is ticked already stays as it is. */
export async function insertWelcomeTick(tx: Handle, row: NewRow<'application_welcome'>): Promise<void> {
  await tx
    .insertInto('application_welcome')
    .values(row)
    .onConflict((conflict) => conflict.columns(['application_id', 'item']).doNothing())
    .execute()
}

/** @param sides by whose tick it may be. */
export async function deleteWelcomeTick(
  tx: Handle,
  applicationId: string,
  item: string,
  sides: readonly WelcomeTick['side'][],
): Promise<void> {
  await tx
    .deleteFrom('application_welcome')
    .where('application_id', '=', applicationId)
    .where('item', '=', item)
    .where('side', 'in', sides)
    .execute()
}

export async function deleteWelcomeOf(tx: Handle, applicationIds: readonly string[]): Promise<void> {
  if (applicationIds.length === 0) return
  await tx
    .deleteFrom('application_welcome')
    .where('application_id', 'in', inList([...applicationIds]))
    .execute()
}
