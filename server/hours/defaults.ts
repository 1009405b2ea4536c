// SPDX-License-Identifier: AGPL-3.0-or-later
import { insertCategory, listCategories } from '../../db/queries/hours.ts'
import type { Deps } from '../deps.ts'
import type { Tx } from '../web/transact.ts'

const CATEGORIES = [
  { label: { fr: 'Sur le terrain', en: 'In the field' }, valued: true },
  { label: { fr: 'Accueil et permanence', en: 'Welcome desk' }, valued: true },
  { label: { fr: 'Organisation et gestion', en: 'Organising and office work' }, valued: true },
  // Board meetings are recorded, but usually have no value in the accounts.
  { label: { fr: 'Réunions du conseil', en: 'Board meetings' }, valued: false },
]

export async function addDefaultCategories(tx: Tx, deps: Deps): Promise<void> {
  if ((await listCategories(tx, { archived: true })).length > 0) return
  for (const category of CATEGORIES) {
    await insertCategory(tx, { ...category, id: deps.newId(), created_at: deps.clock.iso() })
  }
}
