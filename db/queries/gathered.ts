// SPDX-License-Identifier: AGPL-3.0-or-later
// Attestations of other associations that somebody keeps here.
import { sql, type Kysely } from 'kysely'
import type { NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type GatheredRow = Row<'gathered_attestations'>

/** The latest days first: a few a year, MOST at most. */
export function listGathered(db: Handle, personId: string): Promise<GatheredRow[]> {
  return db
    .selectFrom('gathered_attestations')
    .selectAll()
    .where('person_id', '=', personId)
    .orderBy('until_day', 'desc')
    .orderBy('id')
    .execute()
}

/** The same attestation once. @returns false when it was there. */
export async function insertGathered(tx: Handle, row: NewRow<'gathered_attestations'>): Promise<boolean> {
  const result = await tx
    .insertInto('gathered_attestations')
    .values(row)
    .onConflict((conflict) => conflict.columns(['person_id', 'credential_id']).doNothing())
    .executeTakeFirst()
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
}

export async function saveChecked(
  tx: Handle,
  { id, person_id }: Pick<GatheredRow, 'id' | 'person_id'>,
  change: Pick<GatheredRow, 'state' | 'checked_at'>,
): Promise<void> {
  await tx
    .updateTable('gathered_attestations')
    .set(change)
    .where('id', '=', id)
    .where('person_id', '=', person_id)
    .execute()
}

export async function deleteGathered(tx: Handle, personId: string, id: string): Promise<void> {
  await tx.deleteFrom('gathered_attestations').where('id', '=', id).where('person_id', '=', personId).execute()
}

/** Approved minutes of one person here, by civil year. */
export async function sumYearsOf(db: Handle, personId: string): Promise<{ year: string; minutes: number }[]> {
  const { rows } = await sql<{ year: string; minutes: number }>`
    select substr(worked_on, 1, 4) as year, sum(minutes) as minutes
    from hours_entries indexed by hours_entries_person
    where person_id = ${personId} and +state = 'approved' group by 1 having sum(minutes) > 0 order by 1 desc`.execute(
    db,
  )
  return rows
}
