// SPDX-License-Identifier: AGPL-3.0-or-later
import { sql, type Kysely } from 'kysely'
import { isLiving } from './hours-quick.ts'
import type { NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
type Label = { fr?: string; en?: string }
/** What somebody did: days and minutes of one activity. */
export type AttestedFunction = { label: Label; from: string; until: string; minutes: number }
type Jsons = 'functions' | 'skills'
export type AttestationRow = Omit<Row<'attestations'>, Jsons> & { functions: AttestedFunction[]; skills: string[] }

const read = (row: Row<'attestations'>): AttestationRow => ({
  ...row,
  functions: JSON.parse(row.functions) as AttestedFunction[],
  skills: JSON.parse(row.skills) as string[],
})

/** Approved hours of one person by activity, from one day to another, without lines that were taken out again. */
export async function sumFunctionsOf(
  db: Handle,
  personId: string,
  { from, until }: { from: string; until: string },
): Promise<AttestedFunction[]> {
  const { rows } = await sql<{ label: string; from: string; until: string; minutes: number }>`
    select c.label, min(e.worked_on) as "from", max(e.worked_on) as "until", sum(e.minutes) as minutes
    from hours_entries e indexed by hours_entries_person join hours_categories c on c.id = e.category_id
    where e.person_id = ${personId} and e.worked_on between ${from} and ${until} and +e.state = 'approved'
      and ${isLiving}
    group by c.id having sum(e.minutes) > 0 order by min(e.worked_on), c.id`.execute(db)
  return rows.map((row) => ({ ...row, label: JSON.parse(row.label) as Label }))
}

export async function insertAttestation(
  tx: Handle,
  row: Omit<NewRow<'attestations'>, Jsons> & { functions: AttestedFunction[]; skills: string[] },
): Promise<void> {
  const functions = JSON.stringify(row.functions)
  await tx
    .insertInto('attestations')
    .values({ ...row, functions, skills: JSON.stringify(row.skills) })
    .execute()
}

export async function findAttestation(db: Handle, id: string): Promise<AttestationRow | undefined> {
  const row = await db.selectFrom('attestations').selectAll().where('id', '=', id).executeTakeFirst()
  return row && read(row)
}

export async function findAttestationByCode(db: Handle, code: string): Promise<AttestationRow | undefined> {
  const row = await db.selectFrom('attestations').selectAll().where('code', '=', code).executeTakeFirst()
  return row && read(row)
}

/** Newest first: one or two a year. */
export async function listAttestationsOf(db: Handle, personId: string): Promise<AttestationRow[]> {
  const rows = await db
    .selectFrom('attestations')
    .selectAll()
    .where('person_id', '=', personId)
    .orderBy('number', 'desc')
    .execute()
  return rows.map(read)
}

/** @returns false when it was withdrawn before. */
export async function revokeAttestation(tx: Handle, id: string, at: string): Promise<boolean> {
  const result = await tx
    .updateTable('attestations')
    .set({ revoked_at: at })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  if (result.numUpdatedRows === 0n) return false
  await sql`insert or ignore into withdrawn_numbers (number) select number from attestations where id = ${id}`.execute(
    tx,
  )
  return true
}

/** Keeps the numbers of somebody who is about to be erased: what they were given does not count any more. */
export async function withdrawNumbersOf(tx: Handle, personId: string): Promise<void> {
  await sql`insert or ignore into withdrawn_numbers (number)
    select number from attestations where person_id = ${personId}`.execute(tx)
}

/** Numbers of attestations that were withdrawn, from one number up to another, also of people who were erased. */
export async function listRevokedNumbers(db: Handle, from: number, until: number): Promise<number[]> {
  const rows = await db
    .selectFrom('withdrawn_numbers')
    .select('number')
    .where('number', '>=', from)
    .where('number', '<=', until)
    .execute()
  return rows.map(({ number }) => number)
}

export async function findSkills(db: Handle, personId: string): Promise<string[]> {
  const row = await db
    .selectFrom('volunteer_skills')
    .select('skills')
    .where('person_id', '=', personId)
    .executeTakeFirst()
  return row ? (JSON.parse(row.skills) as string[]) : []
}

export async function saveSkills(tx: Handle, personId: string, skills: string[], at: string): Promise<void> {
  const changes = { skills: JSON.stringify(skills), updated_at: at }
  await tx
    .insertInto('volunteer_skills')
    .values({ person_id: personId, ...changes })
    .onConflict((conflict) => conflict.column('person_id').doUpdateSet(changes))
    .execute()
}

type CredentialKey = Row<'credential_keys'>

/** The newest. */
export function findCredentialKey(db: Handle): Promise<CredentialKey | undefined> {
  return db.selectFrom('credential_keys').selectAll().orderBy('created_at', 'desc').limit(1).executeTakeFirst()
}

export function findCredentialKeyById(db: Handle, id: string): Promise<CredentialKey | undefined> {
  return db.selectFrom('credential_keys').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function insertCredentialKey(tx: Handle, row: NewRow<'credential_keys'>): Promise<void> {
  await tx.insertInto('credential_keys').values(row).execute()
}
