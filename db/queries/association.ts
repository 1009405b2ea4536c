// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Kysely } from 'kysely'
import type { Changes, NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type LegalIdentifier = { scheme: string; value: string }
export type AssociationRow = Omit<Row<'association'>, Jsons> & {
  mission: { fr?: string; en?: string }
  locales: ('fr' | 'fr-CA' | 'en')[]
  legal_identifiers: LegalIdentifier[]
  /** Codes of municipalities, départements and regions that a centre serves. */
  territory: string[]
  /** Codes of causes. */
  sectors: string[]
}

/** What a transaction has read, because one event asks for it ten times: nobody else changes it meanwhile. */
const known = new WeakMap<Handle, Promise<AssociationRow | undefined>>()

/** Undefined before the first administrator has set it up. */
export function findAssociation(db: Handle): Promise<AssociationRow | undefined> {
  const found = known.get(db) ?? readAssociation(db)
  if (db.isTransaction) known.set(db, found)
  return found
}

async function readAssociation(db: Handle): Promise<AssociationRow | undefined> {
  const row = await db.selectFrom('association').selectAll().where('id', '=', 1).executeTakeFirst()
  return (
    row && {
      ...row,
      mission: JSON.parse(row.mission) as AssociationRow['mission'],
      locales: JSON.parse(row.locales) as AssociationRow['locales'],
      legal_identifiers: JSON.parse(row.legal_identifiers) as LegalIdentifier[],
      territory: JSON.parse(row.territory) as string[],
      sectors: JSON.parse(row.sectors) as string[],
    }
  )
}

/** IANA name; before the set-up, that of Paris. */
export const timeZoneOf = (row: Pick<AssociationRow, 'time_zone'> | undefined): string =>
  row?.time_zone ?? 'Europe/Paris'

/** Country and codes within which a town that somebody types is looked for first. */
export const homeOf = (row: AssociationRow | undefined) => ({
  country: row?.country ?? ('FR' as const),
  territory: row && row.kind !== 'association' ? row.territory : [],
})

export const findTimeZone = async (db: Handle): Promise<string> => timeZoneOf(await findAssociation(db))

/** @throws when it is not set up yet. */
export async function getAssociation(db: Handle): Promise<AssociationRow> {
  const row = await findAssociation(db)
  if (!row) throw new Error('the association is not set up yet')
  return row
}

type Jsons = 'mission' | 'locales' | 'legal_identifiers' | 'territory' | 'sectors'
type Typed<T> = Omit<T, Jsons> & Partial<Pick<AssociationRow, Jsons>>

function toColumns<T extends object>(row: Typed<T>) {
  const { mission, locales, legal_identifiers, territory, sectors, ...rest } = row
  return {
    ...rest,
    ...(mission && { mission: JSON.stringify(mission) }),
    ...(locales && { locales: JSON.stringify(locales) }),
    ...(legal_identifiers && { legal_identifiers: JSON.stringify(legal_identifiers) }),
    ...(territory && { territory: JSON.stringify(territory) }),
    ...(sectors && { sectors: JSON.stringify(sectors) }),
  }
}

export async function insertAssociation(tx: Handle, row: Typed<Omit<NewRow<'association'>, 'id'>>): Promise<void> {
  await tx
    .insertInto('association')
    .values({ id: 1, ...toColumns(row) } as NewRow<'association'>)
    .execute()
  known.delete(tx)
}

/** @returns false when somebody else changed it since `version` was read. */
export async function updateAssociation(
  tx: Handle,
  changes: Typed<Changes<'association'>>,
  version: number,
): Promise<boolean> {
  const result = await tx
    .updateTable('association')
    .set({ ...(toColumns(changes) as Changes<'association'>), version: version + 1 })
    .where('id', '=', 1)
    .where('version', '=', version)
    .executeTakeFirst()
  known.delete(tx)
  return result.numUpdatedRows > 0n
}

export async function findFact(db: Handle, key: string): Promise<string | undefined> {
  const row = await db.selectFrom('instance_facts').select('value').where('key', '=', key).executeTakeFirst()
  return row?.value
}

export async function saveFact(db: Handle, key: string, value: string): Promise<void> {
  await db
    .insertInto('instance_facts')
    .values({ key, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute()
}
